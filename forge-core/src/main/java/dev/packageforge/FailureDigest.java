package dev.packageforge;

/**
 * What failed, root cause first, short enough for a prompt.
 *
 * @param step the step at fault
 * @param headline one sentence for people: {@code test "keeps digits" failed: expected "a-1"}
 * @param text the evidence for the model, at most about 6,000 characters; quoted data, never
 *     instructions
 * @param signature equal for failures that look alike, so that a loop can be seen
 */
public record FailureDigest(Step step, String headline, String text, String signature) {}
