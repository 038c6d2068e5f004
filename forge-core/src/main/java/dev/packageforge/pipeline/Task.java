package dev.packageforge.pipeline;

import dev.packageforge.RunId;

/** A job that was taken and is to be worked on now, in one thread. See {@link Forge#take}. */
public interface Task {
  /** The run it is for. */
  RunId run();

  /**
   * Works in this thread until the run is over, waits for a person, must rest, or is somebody
   * else's.
   *
   * @return what came of it
   * @throws dev.packageforge.queue.QueueException if the store does not answer
   * @throws InterruptedException if this thread is interrupted; the job has been given back
   */
  Worked work() throws InterruptedException;

  /**
   * Gives the job back untouched.
   *
   * @throws dev.packageforge.queue.QueueException if the store does not answer; then the lease
   *     lapses
   */
  void giveBack();
}
