package dev.packageforge.examples;

import dev.packageforge.Cancellation;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.CassetteException;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Purpose;
import dev.packageforge.llm.ReplayLanguageModel;
import dev.packageforge.llm.ReplayLanguageModel.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the recordings of a folder, and needs no model. Which recording answers follows from
 * what the run is about; of several about the same, the newest file. A step's answer is played
 * whatever the words of the question: they tell of the machine and of this version's rules, and a
 * recording is of most use where those have changed. How often the words differed is counted. Safe
 * for use by many threads.
 */
final class FolderReplay implements LanguageModel {
  static final String SUFFIX = ".jsonl";

  private static final int SHOWN = 80;
  private static final int LISTED = 5;

  private final List<Tape> tapes;
  private final Set<CallId> asked = ConcurrentHashMap.newKeySet();
  private final Set<CallId> reworded = ConcurrentHashMap.newKeySet();

  /** A recording, and the model that plays it. */
  private record Tape(Cassette cassette, ReplayLanguageModel player) {
    boolean isAbout(String subject) {
      return cassette.calls().stream().anyMatch(call -> call.subject().equals(subject));
    }

    boolean holds(ModelRequest request) {
      Sha512 digest = request.digest();
      return cassette.calls().stream()
          .filter(call -> call.step().equals(request.id().step()))
          .anyMatch(call -> call.digest().equals(Optional.of(digest)));
    }
  }

  private FolderReplay(List<Tape> tapes) {
    this.tapes = List.copyOf(tapes);
  }

  /**
   * Reads all recordings.
   *
   * @param place a folder, or one recording
   * @param pace what recorded times are multiplied by; 0 plays at once
   * @throws CommandException if there are none, or one cannot be read
   */
  static FolderReplay open(Path place, double pace) {
    List<Tape> tapes = new ArrayList<>();
    for (Path file : files(place)) {
      Cassette cassette = read(file);
      tapes.add(new Tape(cassette, ReplayLanguageModel.of(cassette, Mode.BY_STEP).pace(pace)));
    }
    return new FolderReplay(tapes);
  }

  private static List<Path> files(Path place) {
    List<Path> files;
    try {
      if (Files.isRegularFile(place)) {
        return List.of(place);
      }
      try (Stream<Path> entries = Files.list(place)) {
        files =
            new ArrayList<>(
                entries
                    .filter(file -> String.valueOf(file.getFileName()).endsWith(SUFFIX))
                    .filter(Files::isRegularFile)
                    .toList());
      }
      files.sort(
          Comparator.comparing((Path file) -> file.toFile().lastModified())
              .thenComparing(Path::toString)
              .reversed());
    } catch (IOException e) {
      String why = e instanceof NoSuchFileException ? "there is no such folder" : Words.reason(e);
      throw unusable("The recordings in " + place + " cannot be read: " + why + ".", e);
    }
    if (files.isEmpty()) {
      throw unusable("There are no recordings in " + place + ": no file ends in .jsonl.", null);
    }
    return files;
  }

  private static Cassette read(Path file) {
    try {
      return Cassette.read(file);
    } catch (CassetteException e) {
      throw new CommandException(
          Exit.USAGE,
          Words.sentence(String.valueOf(e.getMessage())),
          Words.sentence(e.remedy()),
          e);
    }
  }

  private static CommandException unusable(String sentence, @Nullable IOException cause) {
    return new CommandException(
        Exit.USAGE, sentence, "Give --replay a folder that --record has written.", cause);
  }

  /** What new packages were asked for. */
  List<String> prompts() {
    return List.copyOf(subjects(Purpose.PLAN));
  }

  /**
   * Makes sure that there is a recording.
   *
   * @param subject what the run is about
   * @param purpose what it asks first
   * @throws CommandException if not, with those that there are
   */
  void mustKnow(String subject, Purpose purpose) {
    Set<String> subjects = subjects(purpose);
    if (!subjects.contains(subject)) {
      throw new CommandException(
          Exit.USAGE,
          "Nothing was recorded of \"" + Text.visible(subject, SHOWN) + "\".",
          subjects.isEmpty()
              ? "The recordings are of something else; record this first."
              : "There are recordings of " + list(subjects) + ".");
    }
  }

  private Set<String> subjects(Purpose first) {
    return tapes.stream()
        .flatMap(tape -> tape.cassette().calls().stream())
        .filter(call -> call.purpose() == first)
        .map(Cassette.Call::subject)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String list(Set<String> subjects) {
    String listed =
        subjects.stream()
            .limit(LISTED)
            .map(subject -> "\"" + Text.visible(subject, SHOWN) + "\"")
            .collect(Collectors.joining(", "));
    return subjects.size() > LISTED ? listed + " and more" : listed;
  }

  @Override
  public ModelInfo info() {
    return tapes.get(0).player().info();
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    String subject = request.prompt().subject();
    Tape tape =
        tapes.stream()
            .filter(one -> one.isAbout(subject))
            .findFirst()
            .orElseThrow(
                () ->
                    new LanguageModelException(
                        Reason.BLOCKED,
                        "Nothing was recorded of \"" + Text.visible(subject, SHOWN) + "\".",
                        "Go on with the recordings that this run was begun with."));
    asked.add(request.id());
    if (!tape.holds(request)) {
      reworded.add(request.id());
    }
    return tape.player().generate(request, listener, cancellation);
  }

  /** How many steps asked in other words than when they were recorded, as a sentence. */
  Optional<String> differences() {
    return reworded.isEmpty()
        ? Optional.empty()
        : Optional.of(
            reworded.size()
                + " of "
                + Words.count(asked.size(), "question", "questions")
                + " had other words than when the answer was recorded.");
  }
}
