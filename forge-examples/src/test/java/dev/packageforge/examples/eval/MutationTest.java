package dev.packageforge.examples.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good packages, each spoilt in every way and mended by the loop itself: is the root cause told
 * first, do the edits fit, is the account exact? What came of it is written to {@code
 * target/mutations.txt}.
 */
@Timeout(1800)
final class MutationTest {
  private static final int PACKAGES = 20;
  private static final int ENOUGH = 240;
  private static final int MAX_DIGEST_TOKENS = 1_500;

  @Test
  void everyMistakeIsToldFirstAndMendedByEditsWithinTheBudget(@TempDir Path folder)
      throws Exception {
    needNode();
    Sandbox sandbox = ProcessSandbox.builder(folder, System.getenv("PATH")).build();
    long began = System.nanoTime();
    List<GoodPackage> goods = GoodPackage.all();
    assertThat(goods).as("good packages").hasSizeGreaterThanOrEqualTo(PACKAGES);
    List<Trial> trials = new Laboratory(sandbox).trials(goods.subList(0, PACKAGES));
    MutationReport report = new MutationReport(trials, Duration.ofNanos(System.nanoTime() - began));
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "mutations.txt"), report.lines());

    assertThat(report.red()).as("mutants").isGreaterThanOrEqualTo(ENOUGH);
    assertThat(report.problems()).isEmpty();
    assertThat(report.rootCauseFirst()).as("root cause first").isGreaterThanOrEqualTo(0.95);
    assertThat(report.longestDigest()).isLessThanOrEqualTo(MAX_DIGEST_TOKENS);
    assertThat(report.medianShareOfPackage()).isLessThanOrEqualTo(0.35);
  }

  private static void needNode() throws InterruptedException {
    NpmEnvironment here = NpmEnvironment.probe();
    Requirement.need(
        "node", here.problem().isEmpty(), here.problem().orElse("") + " " + here.remedy());
  }
}
