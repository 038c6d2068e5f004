package dev.packageforge.llm;

import dev.packageforge.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * Which model answers.
 *
 * @param name as people know it
 * @param demo whether it plays recordings; whoever shows its work must say so
 * @param price what tokens cost, if that is known
 */
public record ModelInfo(String name, boolean demo, @Nullable Price price) {
  private static final long MILLION = 1_000_000;

  /**
   * What tokens cost. Thinking counts as output, cached input as input.
   *
   * @param inputMicroDollars for a million input tokens
   * @param outputMicroDollars for a million output tokens
   */
  public record Price(long inputMicroDollars, long outputMicroDollars) {}

  /** What this usage costs, in millionths of a dollar, rounded up; 0 if the price is unknown. */
  public long cost(TokenUsage usage) {
    if (price == null) {
      return 0;
    }
    long parts =
        usage.input() * price.inputMicroDollars()
            + (usage.output() + usage.thinking()) * price.outputMicroDollars();
    return (parts + MILLION - 1) / MILLION;
  }
}
