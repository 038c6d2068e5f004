package dev.packageforge;

import java.time.Duration;

/**
 * How one step of an attempt went.
 *
 * @param step which one
 * @param state how it ended
 * @param took wall-clock time
 * @param summary a few words for people: {@code 9 tests}, {@code no build script}
 */
public record StepReport(Step step, State state, Duration took, String summary) {
  /** How a step ended. */
  public enum State {
    /** It did what it should. */
    PASSED,
    /** It did not. */
    FAILED,
    /** There was nothing to do, or an earlier step failed. */
    SKIPPED
  }
}
