package dev.packageforge.pipeline;

import dev.packageforge.Run;
import java.time.Duration;

/**
 * What came of a task.
 *
 * @param run as it is now
 * @param outcome what became of the job
 * @param rest how long the job rests, if it was given back
 */
public record Worked(Run run, Outcome outcome, Duration rest) {
  /** What became of the job. */
  public enum Outcome {
    /** It is done: the run is over, or waits for a person. */
    DONE,
    /** It was given back, to be taken up again after a rest. */
    GIVEN_BACK,
    /** It is somebody else's, or may be. */
    LOST
  }
}
