package dev.packageforge.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.SandboxReport;
import dev.packageforge.docker.DockerSandbox;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every case that a sandbox promises to hold, and that nothing of it is left. */
@Timeout(300)
final class HostileSandboxTest {
  private static final int LANES = 3;

  /** What the cases would write if it went to a disk is ten times that. */
  private static final long DISK = 1L << 30;

  @Test
  void containersHoldEveryCase(@TempDir Path folder) throws Exception {
    String app = "hostile-" + UUID.randomUUID();
    try (DockerSandbox sandbox = SandboxesHere.docker(app)) {
      assertThat(held(sandbox, folder)).isEqualTo(HostileCorpus.shipped().size());
    }
    assertThat(PlainDocker.leftOf("dev.packageforge.app=" + app)).isEmpty();
  }

  @Test
  void bubblewrapHoldsWhatItPromises(@TempDir Path folder) throws Exception {
    long promised =
        HostileCorpus.shipped().stream()
            .filter(each -> each.isPromisedBy(SandboxReport.Level.CONTAINED))
            .count();
    assertThat(held(SandboxesHere.bubblewrap(), folder)).isEqualTo(promised).isGreaterThan(100);
  }

  /** Runs them all, and says how many were held. */
  private static int held(Sandbox sandbox, Path folder) throws Exception {
    FileStore disk = Files.getFileStore(folder);
    long free = disk.getUnallocatedSpace();
    long start = System.nanoTime();
    HostileRun run =
        new HostileRun(sandbox, NpmToolchain.builder().build(), SandboxesHere.open(folder));
    ExecutorService threads = Executors.newFixedThreadPool(LANES);
    try {
      List<CaseReport> reports = run.all(HostileCorpus.shipped(), threads, LANES);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.err.println(sandbox.probe().name() + ": " + reports.size() + " cases in " + took);
      assertThat(reports).filteredOn(report -> !report.held()).isEmpty();
      assertThat(free - disk.getUnallocatedSpace()).isLessThan(DISK);
      return reports.size();
    } finally {
      threads.shutdownNow();
    }
  }
}
