package dev.packageforge.llm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Sha512;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a model as they once went, to be played again. Immutable.
 *
 * <p>As a file it is JSON lines in UTF-8, a line a call:
 *
 * <pre>{@code
 * {"v":1,"step":"plan-1","purpose":"PLAN","subject":"…","digest":"…","events":[{"atMs":12,"text":"…"}],
 *  "usage":{"input":1,"cached":0,"output":1,"thinking":0},"model":"…"}
 * }</pre>
 *
 * <p>A call that failed has an {@code error} with {@code reason}, {@code message}, {@code remedy}
 * and perhaps {@code retryAfterMs} where others have {@code usage} and {@code model}. A call
 * written by hand may leave out its {@code digest}. A demo recording starts with a line that says
 * whom it answers: {@code {"v":1,"kind":"demo","title":…,"prompt":…,"words":[…],"key":[…]}}.
 *
 * @param demo whom this recording answers, if it is one for the demo
 * @param calls in the order in which they were recorded
 */
public record Cassette(@Nullable Demo demo, List<Call> calls) {
  /** Stands where the request's marker stood. */
  public static final String MARKER = "{{MARKER}}";

  /** Bytes a file may have: 64 MiB. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  /** Copies the calls. */
  public Cassette {
    calls = List.copyOf(calls);
  }

  /**
   * Reads a file.
   *
   * @throws CassetteException if there is none, or if one line is not what it should be
   */
  public static Cassette read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, String.valueOf(file.getFileName()));
    } catch (IOException e) {
      throw new CassetteException(
          "the recordings in " + file + " cannot be read: " + e.getClass().getSimpleName(),
          "check that the file exists and may be read",
          e);
    }
  }

  /**
   * Reads a stream to its end; it stays open.
   *
   * @param name what messages call it
   * @throws CassetteException if one line is not what it should be
   * @throws IOException if the stream fails
   */
  public static Cassette read(InputStream in, String name) throws IOException {
    return CassetteJson.read(in, name);
  }

  /** The text of the file that {@link #read(Path)} reads back. */
  public String toJsonLines() {
    return CassetteJson.write(this);
  }

  /** Counts, no contents. */
  @Override
  public String toString() {
    return "Cassette[" + calls.size() + " calls]";
  }

  /**
   * Whom a recording answers.
   *
   * @param title a few words for lists
   * @param prompt the request that it was made from
   * @param words what a request may speak of; common words need not be listed
   * @param key what a request must name one of: a word, or several at once, as in {@code "csv
   *     table"}
   */
  public record Demo(String title, String prompt, List<String> words, List<String> key) {
    /** Copies the lists and checks that a request can match at all. */
    public Demo {
      words = List.copyOf(words);
      key = List.copyOf(key);
      if (title.isBlank() || prompt.isBlank()) {
        throw new IllegalArgumentException("a demo recording needs a title and a prompt");
      }
      if (key.isEmpty() || !words.containsAll(key.stream().flatMap(Demo::split).toList())) {
        throw new IllegalArgumentException("\"key\" must be made of \"words\"");
      }
    }

    private static Stream<String> split(String phrase) {
      return Stream.of(phrase.split(" ", -1));
    }
  }

  /**
   * One call.
   *
   * @param step as {@link ModelRequest.CallId#step()} writes it
   * @param subject the person's own request
   * @param digest the words of the request; empty if nobody knows them any more
   * @param pieces the answer as it came, with {@link #MARKER} for the request's marker
   * @param outcome how it ended
   */
  public record Call(
      String step, String subject, Optional<Sha512> digest, List<Piece> pieces, Outcome outcome) {
    private static final Pattern STEP = Pattern.compile("([a-z]+)-[1-9][0-9]{0,5}");

    /** Copies the pieces and checks that the step is one and that time does not run backwards. */
    public Call {
      pieces = List.copyOf(pieces);
      requireNonNull(subject, "subject");
      requireNonNull(digest, "digest");
      requireNonNull(outcome, "outcome");
      purposeOf(step);
      for (int i = 1; i < pieces.size(); i++) {
        if (pieces.get(i).atMs() < pieces.get(i - 1).atMs()) {
          throw new IllegalArgumentException("an event is earlier than the one before it");
        }
      }
    }

    /** What the answer was for. */
    public Purpose purpose() {
      return purposeOf(step);
    }

    /** All pieces in order. */
    public String text() {
      return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }

    private static Purpose purposeOf(String step) {
      Matcher form = STEP.matcher(step);
      if (form.matches()) {
        for (Purpose purpose : Purpose.values()) {
          if (purpose.name().toLowerCase(Locale.ROOT).equals(form.group(1))) {
            return purpose;
          }
        }
      }
      throw new IllegalArgumentException("\"step\" must be like plan-1");
    }

    /** Says which call, not what was said. */
    @Override
    public String toString() {
      return "Call[" + step + ", " + pieces.size() + " pieces]";
    }
  }

  /**
   * A piece of an answer.
   *
   * @param atMs milliseconds since the call began
   * @param text what came
   */
  public record Piece(long atMs, String text) {
    /** Refuses times before the beginning. */
    public Piece {
      requireNonNull(text, "text");
      if (atMs < 0) {
        throw new IllegalArgumentException("\"atMs\" is negative");
      }
    }

    /** Says when and how much, not what. */
    @Override
    public String toString() {
      return "Piece[" + atMs + " ms, " + text.length() + " characters]";
    }
  }

  /** How a call ended. */
  public sealed interface Outcome {
    /**
     * With a whole answer.
     *
     * @param usage what it took
     * @param model which model said that it answered
     */
    record Answered(TokenUsage usage, String model) implements Outcome {}

    /**
     * With an accident; the pieces are what came before it.
     *
     * @param reason why there is no answer
     * @param message what was tried and what happened
     * @param remedy what to do next
     * @param retryAfter how long the service asked to wait, if it did
     */
    record Failed(Reason reason, String message, String remedy, @Nullable Duration retryAfter)
        implements Outcome {}
  }
}
