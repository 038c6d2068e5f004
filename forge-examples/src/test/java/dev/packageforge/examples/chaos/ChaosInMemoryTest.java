package dev.packageforge.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness on a store in memory: model and registry misbehave, nobody is killed. */
class ChaosInMemoryTest {
  @Test
  void aSoundProtocolHoldsWhileModelAndRegistryMisbehave(@TempDir Path folder)
      throws InterruptedException {
    ChaosReport report = run(folder, 60, true);
    assertThat(report.violations()).as(String.join("\n", report.lines())).isEmpty();
    assertThat(report.counts().get("  stored, answer dropped")).isPositive();
    assertThat(report.counts().get("  published")).isGreaterThan(30);
  }

  private ChaosReport run(Path folder, int runs, boolean faults) throws InterruptedException {
    ChaosOptions options =
        new ChaosOptions(
            new ChaosOptions.Load(runs, 2, 8),
            new ChaosOptions.Rough(42, Duration.ZERO, Duration.ZERO, faults),
            folder);
    return ChaosHarness.run(
        options,
        (all, doubles, books) -> new InMemorySite(all, doubles, ChaosPorts.Assembly.SOUND),
        new ChaosHarness.Patience(Duration.ofSeconds(60), false, 0),
        line -> {});
  }
}
