package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, with the real Node and npm, and real signals. */
class RealProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Path folder;

  @BeforeEach
  void begin(@TempDir Path empty) throws InterruptedException {
    Node.need();
    folder = empty;
  }

  @Test
  void aSentenceBecomesAPackageThatCanBeInstalledAndImported() throws Exception {
    Process forge = forge(Map.of(), "new", "a slug maker", "--yes");
    String out = all(forge);
    assertThat(forge.waitFor()).as(out).isZero();
    assertThat(out)
        .contains("DEMO", "✗ test", "Repairing draft 1", "published slug-maker@1.0.0", "sha512-");
    String install =
        out.lines().filter(line -> line.startsWith("npm install ")).findFirst().orElseThrow();

    Path user = Files.createDirectories(folder.resolve("user"));
    Files.writeString(user.resolve("package.json"), "{}");
    Process npm =
        new ProcessBuilder("sh", "-c", install + " --offline --no-audit --no-fund")
            .directory(user.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(all(npm)).contains("added 1 package");
    Process node =
        new ProcessBuilder(
                "node",
                "--input-type=module",
                "-e",
                "const all = await import('slug-maker'); console.log(Object.keys(all).join())")
            .directory(user.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(all(node)).contains("slug");
  }

  @Test
  void ctrlCOnceCancelsKeepsTheDraftAndLeavesNoProcess() throws Exception {
    Process forge = stuckInATest("new", "a slug maker", "--yes");
    BufferedReader out = forge.inputReader(StandardCharsets.UTF_8);
    List<ProcessHandle> children = waitForChildren(forge);
    RealForge.signal(forge, "INT");
    String rest = assertTimeoutPreemptively(PATIENCE, () -> rest(out));
    assertThat(forge.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(forge.exitValue()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(rest).contains("Cancelling…", "kept in ").doesNotContain("published");
    assertGone(children);
    try (Stream<Path> kept = Files.walk(folder.resolve("data/kept"))) {
      assertThat(kept.filter(path -> path.endsWith("source/package.json"))).hasSize(1);
    }
  }

  @Test
  void aPoliteKillIsHeardLikeCtrlC() throws Exception {
    Process forge = stuckInATest("new", "a slug maker", "--yes");
    List<ProcessHandle> children = waitForChildren(forge);
    RealForge.signal(forge, "TERM");
    assertThat(all(forge)).contains("Cancelling…", "forge: Cancelled");
    assertThat(forge.waitFor()).isEqualTo(Exit.INTERRUPTED.code());
    assertGone(children);
  }

  @Test
  void ctrlCTwiceStopsAtOnceAndLeavesNoProcess() throws Exception {
    Process forge = stuckInATest("new", "a slug maker", "--yes");
    List<ProcessHandle> children = waitForChildren(forge);
    RealForge.signal(forge, "INT");
    // By now the first may have done its work; then there is nobody left to hear this one.
    new ProcessBuilder("kill", "-INT", Long.toString(forge.pid())).start().waitFor();
    assertThat(forge.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(forge.exitValue()).isEqualTo(Exit.INTERRUPTED.code());
    assertGone(children);
  }

  /** A run whose first npm never ends, for a signal to find it there. */
  private Process stuckInATest(String... arguments) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path npm =
        Files.writeString(
            bin.resolve("npm"),
            """
            #!/bin/sh
            case "$1" in
              --version) echo 10.9.0 ;;
              config) ;;
              *) while :; do sleep 1000; done ;;
            esac
            """);
    Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwxr-xr-x"));
    return forge(Map.of("PATH", bin + ":" + System.getenv("PATH")), arguments);
  }

  private Process forge(Map<String, String> extra, String... arguments) throws IOException {
    return new RealForge(folder).start(extra, arguments);
  }

  /** Waits until the run is in its sandbox: the shell that plays npm has a child that sleeps. */
  private static List<ProcessHandle> waitForChildren(Process forge) {
    return assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          while (true) {
            List<ProcessHandle> all = forge.descendants().toList();
            if (all.stream().anyMatch(RealProcessTest::sleeps)) {
              return all;
            }
            if (!forge.isAlive()) {
              throw new AssertionError("ended early: " + all(forge));
            }
            Thread.onSpinWait();
          }
        });
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("sleep");
  }

  private static void assertGone(List<ProcessHandle> processes) {
    assertThat(processes).isNotEmpty();
    processes.forEach(
        process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(20)));
  }

  private static String rest(BufferedReader reader) {
    return reader.lines().collect(Collectors.joining("\n"));
  }

  private static String all(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
