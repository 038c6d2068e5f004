package dev.packageforge.npm;

import dev.packageforge.StepReport.State;
import java.util.List;

/**
 * How a step went.
 *
 * @param state how it ended
 * @param summary a few words for people
 * @param failures what went wrong; none unless it failed
 */
record StepOutcome(State state, String summary, List<Failure> failures) {
  static StepOutcome passed(String summary) {
    return new StepOutcome(State.PASSED, summary, List.of());
  }

  static StepOutcome skipped(String summary) {
    return new StepOutcome(State.SKIPPED, summary, List.of());
  }

  static StepOutcome failed(String summary, List<Failure> failures) {
    return new StepOutcome(State.FAILED, summary, failures);
  }

  static StepOutcome failed(String summary, Failure failure) {
    return failed(summary, List.of(failure));
  }
}
