package dev.packageforge.llm;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.packageforge.Cancellation;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Demo;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Plays a few recorded packages, so that everything can be tried without an account, and says so.
 *
 * <p>A request is answered if it is about a package that was recorded: its prompt word for word, or
 * any request all of whose words the recording knows, one of its keys among them, its words in
 * order: from CSV to Markdown is not from Markdown to CSV. Common words do not count, nor do case,
 * punctuation and the plural's s. If several recordings fit, the one with the most key words named
 * answers, and of equals the first. Anything else is {@link Reason#BLOCKED} with the list of what
 * can be asked. A recording that begins with {@link Purpose#REFINE} is of the next version of a
 * package: its prompt is {@code NAME VERSION: CHANGE}, and it answers nobody who wants a new one.
 *
 * <p>Immutable: the answer follows from the request alone, so the same step is answered the same
 * way after a crash.
 */
public final class DemoLanguageModel implements LanguageModel {
  /** What it is called, as its answers say too. */
  public static final String NAME = "demo";

  private static final ModelInfo INFO = new ModelInfo(NAME, true, null);
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final Set<String> COMMON =
      Stream.of(
              "a an the this that which and or of for from to in into on at by with as like",
              "i me my we us our you your it its is are be so one some new small little simple tiny",
              "please can could would should may want need have make makes making made build create",
              "write generate give get let do does use uses using when how if each every all any just",
              "package library module")
          .flatMap(line -> Stream.of(line.split(" ")))
          .map(DemoLanguageModel::stem)
          .collect(toUnmodifiableSet());

  private final List<Entry> entries;
  private final CassettePlayer player;

  private DemoLanguageModel(List<Entry> entries, CassettePlayer player) {
    this.entries = entries;
    this.player = player;
  }

  /**
   * Plays these recordings at once.
   *
   * @throws IllegalArgumentException if there are none, or if one does not say whom it answers
   */
  public static DemoLanguageModel of(List<Cassette> cassettes) {
    if (cassettes.isEmpty()) {
      throw new IllegalArgumentException("a demo needs a recording");
    }
    return new DemoLanguageModel(
        cassettes.stream().map(Entry::of).toList(), new CassettePlayer(0, Pause.REAL));
  }

  /**
   * The same in time with the recordings.
   *
   * @param pace what recorded times are multiplied by: 1 as a model would, 0.5 twice as fast, 0 at
   *     once
   */
  public DemoLanguageModel pace(double pace) {
    return new DemoLanguageModel(entries, new CassettePlayer(pace, Pause.REAL));
  }

  /** What can be asked of a new package: the prompts of the recordings, in order. */
  public List<String> prompts() {
    return prompts(false);
  }

  /** Which next versions can be asked for: {@code NAME VERSION: CHANGE}, in order. */
  public List<String> changes() {
    return prompts(true);
  }

  private List<String> prompts(boolean refining) {
    return entries.stream()
        .filter(entry -> entry.refines() == refining)
        .map(entry -> entry.demo().prompt())
        .toList();
  }

  /** Called {@code demo}, and free of charge. */
  @Override
  public ModelInfo info() {
    return INFO;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LanguageModelException {@link Reason#BLOCKED} if nothing was recorded that answers
   */
  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    CassettePlayer.stopIfAsked(cancellation);
    Entry entry = find(request.prompt().subject(), request.id().purpose());
    return player.play(
        entry.call(request.id().step()), request.prompt().marker(), listener, cancellation);
  }

  private Entry find(String subject, Purpose purpose) {
    List<Entry> fitting = entries.stream().filter(entry -> entry.begins(purpose)).toList();
    for (Entry entry : fitting) {
      if (entry.demo().prompt().equalsIgnoreCase(subject.strip())) {
        return entry;
      }
    }
    List<String> words = topic(subject);
    Entry best = null;
    long most = 0;
    for (Entry entry : fitting) {
      long named = entry.named(words);
      if (named > most && entry.words().containsAll(words)) {
        best = entry;
        most = named;
      }
    }
    if (best == null) {
      boolean refining = purpose == Purpose.REFINE;
      throw new LanguageModelException(
          Reason.BLOCKED,
          "The demo model plays recordings and knows only"
              + (refining ? " these next versions: " : ": ")
              + prompts(refining).stream()
                  .map(prompt -> "\"" + prompt + "\"")
                  .collect(joining(", "))
              + ".",
          refining
              ? "Ask for one of these, or use a live model."
              : "Use one of these prompts, or a live model.");
    }
    return best;
  }

  /** The words that say what a text is about, in order. */
  private static List<String> topic(String text) {
    String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    List<String> words = new ArrayList<>();
    for (String word : BETWEEN_WORDS.split(ACCENTS.matcher(plain).replaceAll(""), -1)) {
      String stem = stem(word);
      if (!stem.isEmpty() && !COMMON.contains(stem)) {
        words.add(stem);
      }
    }
    return words;
  }

  /** Without the plural's s; too short words and those in ss keep theirs. */
  private static String stem(String word) {
    boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
    return plural ? word.substring(0, word.length() - 1) : word;
  }

  /** A recording, ready to be looked up. */
  private record Entry(Demo demo, Set<String> words, List<List<String>> keys, List<Call> calls) {
    static Entry of(Cassette cassette) {
      Demo demo = cassette.demo();
      if (demo == null) {
        throw new IllegalArgumentException("a recording for the demo must start with its header");
      }
      List<List<String>> keys = demo.key().stream().map(DemoLanguageModel::topic).toList();
      if (keys.contains(List.of())) {
        throw new IllegalArgumentException(
            "a key of \"" + demo.title() + "\" has common words alone");
      }
      return new Entry(
          demo, Set.copyOf(topic(String.join(" ", demo.words()))), keys, cassette.calls());
    }

    /** Whether it is of a next version. */
    boolean refines() {
      return calls.stream().anyMatch(call -> call.purpose() == Purpose.REFINE);
    }

    /** Whether a run that asks for this may be the one that was recorded. */
    boolean begins(Purpose purpose) {
      return switch (purpose) {
        case PLAN, WRITE -> !refines();
        case REFINE -> refines();
        default -> true;
      };
    }

    /** How many words of the keys that are there in full and in order. */
    long named(List<String> subject) {
      return keys.stream()
          .filter(key -> inOrder(key, subject))
          .flatMap(List::stream)
          .distinct()
          .count();
    }

    private static boolean inOrder(List<String> key, List<String> subject) {
      int found = 0;
      for (String word : subject) {
        if (found < key.size() && word.equals(key.get(found))) {
          found++;
        }
      }
      return found == key.size();
    }

    Call call(String step) {
      for (Call call : calls) {
        if (call.step().equals(step)) {
          return call;
        }
      }
      throw new LanguageModelException(
          Reason.BLOCKED,
          "The demo's recording \""
              + demo.title()
              + "\" has no step "
              + step
              + "; it has "
              + calls.stream().map(Call::step).collect(joining(", "))
              + ".",
          (refines() ? "Ask once more for \"" : "Start a new run with the prompt \"")
              + demo.prompt()
              + "\".");
    }
  }
}
