package dev.packageforge.examples;

import java.time.Duration;
import java.util.List;

/**
 * A queue that {@code forge bench queue} measures: ours or another one. What is asked of each is
 * the same. All of it is for one thread, and one thing is asked at a time.
 */
interface QueueSide extends AutoCloseable {
  /** Log lines of a job that tells something. */
  int LOG_LINES = 20;

  /** Checkpoints, or updates of its progress, of a job that tells something. */
  int UPDATES = 5;

  /** Stops whatever it does, and stays ready. */
  void rest() throws InterruptedException;

  /** Opens a queue on a server that holds nothing. */
  void open() throws InterruptedException;

  /** Adds jobs, each after the answer for the one before; says how long that took. */
  Duration addOneByOne(int jobs) throws InterruptedException;

  /** Adds jobs with so many on their way at once; says how long that took. */
  Duration addInFlight(int jobs, int width) throws InterruptedException;

  /** Adds jobs, so many in a call; says how long that took. */
  Duration addInBulk(int jobs, int size) throws InterruptedException;

  /**
   * Does all jobs that wait, each of which is nothing to do.
   *
   * @return from the first start to the last completion
   */
  Duration work(int jobs, int concurrency) throws InterruptedException;

  /**
   * Adds jobs, each to an idle worker that has another connection.
   *
   * @return how long after its adding each started
   */
  List<Duration> startWhenIdle(int samples) throws InterruptedException;

  /** Starts a worker, and leaves it without work. */
  void beIdle() throws InterruptedException;

  /** Starts a worker that has one job, which goes on and tells nothing. */
  void beBusy() throws InterruptedException;

  /** Starts a worker for jobs that tell something. */
  void openForLogs() throws InterruptedException;

  /** Adds a job that tells {@link #LOG_LINES} and {@link #UPDATES}, and waits for its end. */
  void workWithLogs() throws InterruptedException;

  /**
   * Shows so many pages on one job that shows its state and its log, and on which nothing happens.
   */
  void openPages(int count) throws InterruptedException;

  /** Shows one page on what is told of all jobs without being asked for. */
  void openPageWithoutLog() throws InterruptedException;

  /** Stops all of it. */
  @Override
  void close();
}
