package dev.packageforge.redis;

import org.junit.jupiter.api.Test;

/**
 * Random calls in random order. {@code -Dforge.redis.steps} says how many, {@code
 * -Dforge.redis.seed} which; a failure tells its seed.
 */
class RedisStoreInterleavingTest {
  private static final int STEPS = 3_000;

  @Test
  void randomCallsDoWhatTheStoreInMemoryDoes() throws InterruptedException {
    int steps = Integer.getInteger("forge.redis.steps", STEPS);
    long seed = Long.getLong("forge.redis.seed", System.nanoTime());
    try (Interleaving interleaving = new Interleaving(seed, CheckedScripts.unchanged())) {
      interleaving.run(steps);
    } catch (AssertionError e) {
      throw new AssertionError("-Dforge.redis.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
