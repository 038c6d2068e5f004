package dev.packageforge;

/** What an attempt concluded. */
public sealed interface Verdict {
  /** Whether the draft may be shown to a person for approval. */
  default boolean passed() {
    return this instanceof Passed;
  }

  /**
   * Every step passed, on this artifact.
   *
   * @param artifact what was packed and then tested
   */
  record Passed(Artifact artifact) implements Verdict {}

  /**
   * Some step failed.
   *
   * @param failure what and why
   */
  record Failed(FailureDigest failure) implements Verdict {}

  /**
   * Nothing is wrong with it as far as reading tells; none of it was run.
   *
   * @param why a sentence
   */
  record Unverified(String why) implements Verdict {}
}
