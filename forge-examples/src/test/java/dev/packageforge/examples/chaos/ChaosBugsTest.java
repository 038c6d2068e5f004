package dev.packageforge.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A harness that finds nothing must be one that could have found something. */
class ChaosBugsTest {
  private static final int RUNS = 120;

  // Where nothing misbehaves, nothing rests.
  private static final ChaosHarness.Patience SHORT =
      new ChaosHarness.Patience(Duration.ofSeconds(3), true, 0);
  private static final ChaosHarness.Patience LONG =
      new ChaosHarness.Patience(Duration.ofSeconds(20), true, RUNS);

  @ParameterizedTest
  @EnumSource
  void isCaught(ChaosBug bug, @TempDir Path folder) throws InterruptedException {
    ChaosOptions options =
        new ChaosOptions(
            new ChaosOptions.Load(RUNS, 2, 8),
            new ChaosOptions.Rough(7, Duration.ZERO, Duration.ZERO, bug.needsFaults()),
            folder);
    ChaosReport report =
        ChaosHarness.run(
            options,
            (all, doubles, books) -> new InMemorySite(all, doubles, bug),
            bug.needsFaults() ? LONG : SHORT,
            line -> {});
    assertThat(report.violations())
        .as(String.join("\n", report.lines()))
        .anyMatch(violation -> violation.startsWith(bug.violation()));
  }
}
