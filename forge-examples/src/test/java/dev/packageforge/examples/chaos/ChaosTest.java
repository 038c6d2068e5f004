package dev.packageforge.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form: real processes, a real server, both killed again and again. */
class ChaosTest {
  private static final int RUNS = 300;

  @BeforeEach
  void needRedis() throws InterruptedException {
    Requirement.need("redis", redisIsThere(), "install redis-server 6.2 or newer");
  }

  @Test
  void nothingIsLostOrDoneTwiceWhileEverythingIsKilled(@TempDir Path folder)
      throws InterruptedException {
    ChaosReport report =
        ChaosHarness.run(
            options(folder, RUNS, Duration.ofSeconds(10)),
            RedisSite::new,
            new ChaosHarness.Patience(Duration.ofSeconds(100), false, RUNS / 6),
            l -> {});
    String table = String.join("\n", report.lines());
    System.out.println(table);
    assertThat(report.violations()).as(table).isEmpty();
    assertThat(report.counts().get("workers killed")).as(table).isPositive();
    assertThat(report.counts().get("redis killed")).as(table).isPositive();
    assertThat(report.counts().get("  stored, answer dropped")).as(table).isPositive();
  }

  @Test
  void aServerThatForgetsIsCaught(@TempDir Path folder) throws InterruptedException {
    RedisSite.Twist forgetful = new RedisSite.Twist(WorkerProcess.SOUND, false);
    ChaosReport report =
        ChaosHarness.run(
            options(folder, 60, Duration.ofSeconds(3)),
            (all, doubles, books) -> new RedisSite(all, doubles, books, forgetful),
            new ChaosHarness.Patience(Duration.ofSeconds(4), true, 0),
            l -> {});
    assertThat(report.violations())
        .as(String.join("\n", report.lines()))
        .anyMatch(violation -> violation.startsWith("lost:"));
  }

  private static ChaosOptions options(Path folder, int runs, Duration killRedisEvery) {
    return new ChaosOptions(
        new ChaosOptions.Load(runs, 3, 4),
        new ChaosOptions.Rough(42, Duration.ofSeconds(2), killRedisEvery, true),
        folder);
  }

  private static boolean redisIsThere() throws InterruptedException {
    try {
      return new ProcessBuilder(List.of("redis-server", "--version"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }
}
