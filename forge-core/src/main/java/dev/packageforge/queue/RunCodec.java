package dev.packageforge.queue;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;

/**
 * Writes runs and events as compact JSON, and reads them back: for stores that keep them outside
 * this process. What is read equals what was written, to the nanosecond and to the last character.
 * Fields that are not known are passed over; anything else that is odd is refused.
 *
 * <p>Safe for use by many threads.
 */
public final class RunCodec {
  private RunCodec() {}

  /** A run, with the version of the format; one line of ASCII. */
  public static byte[] write(Run run) {
    return RunJson.write(run);
  }

  /**
   * The run that {@link #write(Run)} wrote.
   *
   * @throws QueueException if it is damaged, or of a later version of the format
   */
  public static Run readRun(byte[] json) {
    return RunJson.readRun(json);
  }

  /** An event; one line of ASCII. */
  public static byte[] write(RunEvent event) {
    return RunJson.write(event);
  }

  /**
   * The event that {@link #write(RunEvent)} wrote.
   *
   * @throws QueueException if it is damaged, or of a kind that this version does not know
   */
  public static RunEvent readEvent(byte[] json) {
    return RunJson.readEvent(json);
  }
}
