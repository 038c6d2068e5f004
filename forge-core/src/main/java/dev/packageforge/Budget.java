package dev.packageforge;

import java.time.Duration;

/**
 * What one run may use. A model call is reserved before it is made: if the reservation does not
 * fit, the call is not made.
 *
 * @param calls model calls; default 8
 * @param tokens input, output and thinking together; default 150,000
 * @param microDollars millionths of a US dollar; default 250,000; a model without a known price
 *     counts as free
 * @param wall time worked on the run, waiting for people not included; default 10 minutes; looked
 *     at before each model call, which gets no more time than is left, and before each
 *     verification, which ends by the sandbox's own limits
 */
public record Budget(int calls, long tokens, long microDollars, Duration wall) {
  private static final Budget DEFAULT = new Budget(8, 150_000, 250_000, Duration.ofMinutes(10));

  /** Refuses negative ceilings. */
  public Budget {
    if (calls < 0 || tokens < 0 || microDollars < 0 || wall.isNegative()) {
      throw new IllegalArgumentException("a budget cannot be negative");
    }
  }

  /** The defaults named above. */
  public static Budget ofDefaults() {
    return DEFAULT;
  }
}
