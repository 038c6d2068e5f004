package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.StepReport.State;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a step went.
 *
 * @param state how it ended
 * @param summary a few words for people
 * @param failures what went wrong; none unless it failed
 * @param warnings what was found and stops nothing
 */
record StepOutcome(State state, String summary, List<Failure> failures, List<Finding> warnings) {
  StepOutcome {
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }

  StepOutcome(State state, String summary, List<Failure> failures) {
    this(state, summary, failures, List.of());
  }

  /** The same with more that stops nothing. */
  StepOutcome warning(List<Finding> more) {
    List<Finding> all = Stream.concat(warnings.stream(), more.stream()).toList();
    return new StepOutcome(state, summary, failures, all);
  }

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
