package dev.packageforge;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run has used so far. A call counts from its reservation on; when its answer is there, the
 * estimate gives way to the true figures. A call whose worker died keeps its estimate.
 *
 * @param calls model calls begun
 * @param tokens used or reserved
 * @param microDollars used or reserved
 * @param wall time worked on the run
 */
public record Spending(int calls, long tokens, long microDollars, Duration wall) {
  /** Nothing yet. */
  public static final Spending NONE = new Spending(0, 0, 0, Duration.ZERO);

  /** With one more call, and what it may use at most. */
  public Spending reserve(long maxTokens, long maxMicroDollars) {
    return new Spending(calls + 1, tokens + maxTokens, microDollars + maxMicroDollars, wall);
  }

  /** With a reservation replaced by what was really used. */
  public Spending settle(
      long reservedTokens, long reservedMicroDollars, long usedTokens, long usedMicroDollars) {
    return new Spending(
        calls,
        tokens - reservedTokens + usedTokens,
        microDollars - reservedMicroDollars + usedMicroDollars,
        wall);
  }

  /** With more time worked. */
  public Spending worked(Duration more) {
    return new Spending(calls, tokens, microDollars, wall.plus(more));
  }

  /** What exceeds the budget, as a sentence; empty if all of it fits. */
  public Optional<String> excess(Budget budget) {
    if (calls > budget.calls()) {
      return Optional.of(
          "the run may make "
              + budget.calls()
              + (budget.calls() == 1 ? " model call" : " model calls"));
    }
    if (tokens > budget.tokens()) {
      return Optional.of(
          "the run may use " + budget.tokens() + " tokens, this call could reach " + tokens);
    }
    if (microDollars > budget.microDollars()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the run may cost $%.4f, this call could reach $%.4f",
              budget.microDollars() / 1e6,
              microDollars / 1e6));
    }
    if (wall.compareTo(budget.wall()) > 0) {
      return Optional.of("the run may take " + budget.wall().toSeconds() + " s of work");
    }
    return Optional.empty();
  }
}
