package dev.packageforge.llm;

import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * One question to a model.
 *
 * @param id which step of which run asks
 * @param prompt the words
 * @param limits how much and how long
 * @param form what the answer should look like
 */
public record ModelRequest(CallId id, Prompt prompt, Limits limits, Form form) {
  /** A question to be answered in plain text, with usual effort. */
  public ModelRequest(CallId id, Prompt prompt, Limits limits) {
    this(id, prompt, limits, Form.TEXT);
  }

  /** What the answer is for. */
  public enum Purpose {
    /** What to write: a small JSON object. */
    PLAN,
    /** The files. */
    WRITE,
    /** The files that must change. */
    REPAIR,
    /** The files that must change for what was asked of the next version. */
    REFINE,
    /** What users read, from what was proven. */
    DOCUMENT,
    /** What an answer before this one lacks. */
    COMPLETE
  }

  /** How long to think before the answer; a model that cannot choose does what it does. */
  public enum Effort {
    /** As little as the model allows. */
    LOW,
    /** As the model does by itself. */
    USUAL,
    /** As long as is worth it. */
    HIGH
  }

  /**
   * What the answer should look like.
   *
   * @param effort how long to think
   * @param schema the JSON Schema of the answer, as a JSON object; empty for plain text. A model
   *     that knows no schemas may ignore it: the words of the prompt ask for the same
   */
  public record Form(Effort effort, String schema) {
    /** Plain text, with usual effort. */
    public static final Form TEXT = new Form(Effort.USUAL, "");
  }

  /**
   * Which step asks. The same step asks under the same id after a crash.
   *
   * @param run the run
   * @param purpose what for
   * @param round 1 for the first time this run asks for this purpose
   */
  public record CallId(RunId run, Purpose purpose, int round) {
    /** The step without the run: {@code repair-1}. */
    public String step() {
      return purpose.name().toLowerCase(Locale.ROOT) + "-" + round;
    }
  }

  /**
   * The words.
   *
   * @param subject the person's own request, which the rest is about
   * @param system standing rules
   * @param text the question
   * @param marker a random word that fences data and files in this one call
   */
  public record Prompt(String subject, String system, String text, String marker) {}

  /**
   * How much and how long.
   *
   * @param maxOutputTokens thinking included
   * @param timeout for the whole call
   */
  public record Limits(int maxOutputTokens, Duration timeout) {
    /** 32,768 tokens and three minutes. */
    public static Limits ofDefaults() {
      return new Limits(32_768, Duration.ofMinutes(3));
    }
  }

  /** Names the words without their random marker: equal for the same question asked again. */
  public Sha512 digest() {
    String words = prompt.subject() + "\0" + prompt.system() + "\0" + prompt.text();
    return Sha512.of(words.replace(prompt.marker(), "MARKER").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The input tokens this may take: a token for each two bytes of UTF-8, which is about twice what
   * tokenizers make of English and code, and no less than what they make of other scripts.
   */
  public long estimatedInputTokens() {
    long bytes =
        form.schema().getBytes(StandardCharsets.UTF_8).length
            + (long) prompt.system().getBytes(StandardCharsets.UTF_8).length
            + (long) prompt.text().getBytes(StandardCharsets.UTF_8).length;
    return bytes / 2 + 64;
  }

  /** The same question, with no more time than this. */
  public ModelRequest within(Duration longest) {
    Duration timeout = limits.timeout().compareTo(longest) < 0 ? limits.timeout() : longest;
    return new ModelRequest(id, prompt, new Limits(limits.maxOutputTokens(), timeout), form);
  }

  /** The same question, with other effort. */
  public ModelRequest with(Effort effort) {
    return new ModelRequest(id, prompt, limits, new Form(effort, form.schema()));
  }

  /** Says who asks, not what. */
  @Override
  public String toString() {
    return "ModelRequest[" + id.run() + " " + id.step() + "]";
  }
}
