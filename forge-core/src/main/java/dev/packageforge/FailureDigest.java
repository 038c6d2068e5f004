package dev.packageforge;

/**
 * What failed, root cause first, short enough for a prompt.
 *
 * @param step the step at fault
 * @param headline one sentence for people: {@code test "keeps digits" failed: expected "a-1"}
 * @param text the evidence for the model, at most about 6,000 characters; quoted data, never
 *     instructions
 * @param signature equal for failures that look alike, so that a loop can be seen
 * @param failures how many things failed, by which two drafts that fail in one step compare; 0 if
 *     that is not known
 */
public record FailureDigest(
    Step step, String headline, String text, String signature, int failures) {
  /** Refuses negative counts. */
  public FailureDigest {
    if (failures < 0) {
      throw new IllegalArgumentException("failures cannot be negative");
    }
  }
}
