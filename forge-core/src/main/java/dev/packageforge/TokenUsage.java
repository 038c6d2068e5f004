package dev.packageforge;

/**
 * What a model call used, in the model's own tokens.
 *
 * @param input the whole prompt, cached part included
 * @param cached the part of the prompt that was cached
 * @param output the answer, thinking not included
 * @param thinking what was thought and not shown; billed as output
 */
public record TokenUsage(long input, long cached, long output, long thinking) {
  /** Nothing used. */
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0);

  /** Refuses negative numbers. */
  public TokenUsage {
    if (input < 0 || cached < 0 || output < 0 || thinking < 0) {
      throw new IllegalArgumentException("tokens cannot be negative");
    }
  }

  /** Input, output and thinking. */
  public long total() {
    return input + output + thinking;
  }
}
