package dev.packageforge.examples.chaos;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How much, how rough, and where.
 *
 * @param load how much
 * @param rough what goes wrong
 * @param folder an empty folder for the server's files, the workers' and their logs
 */
public record ChaosOptions(Load load, Rough rough, Path folder) {
  private static final int MAX_RUNS = 1_000_000;
  private static final int MAX_WORKERS = 16;
  private static final int MAX_CONCURRENCY = 64;

  /**
   * How much.
   *
   * @param runs asked for in all; 1 to 1,000,000
   * @param workers processes that work; 1 to 16
   * @param concurrency runs a worker works on at a time; 1 to 64
   */
  public record Load(int runs, int workers, int concurrency) {
    /** Checks. */
    public Load {
      within("runs", runs, MAX_RUNS);
      within("workers", workers, MAX_WORKERS);
      within("concurrency", concurrency, MAX_CONCURRENCY);
    }

    private static void within(String what, int value, int most) {
      if (value < 1 || value > most) {
        throw new IllegalArgumentException(what + " must be 1 to " + most + ", was " + value);
      }
    }
  }

  /**
   * What goes wrong.
   *
   * @param seed decides what goes wrong where; the moments of kills are the machine's
   * @param killWorkerEvery how long until the next worker is killed, at most; zero for never
   * @param killRedisEvery how long until the server is killed again, at most; zero for never
   * @param faults whether the network, the model and the registry misbehave
   */
  public record Rough(
      long seed, Duration killWorkerEvery, Duration killRedisEvery, boolean faults) {
    /** Checks. */
    public Rough {
      if (killWorkerEvery.isNegative() || killRedisEvery.isNegative()) {
        throw new IllegalArgumentException("time does not run backwards");
      }
    }
  }
}
