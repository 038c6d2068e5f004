package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages written by hand, with this machine's Node and npm. */
@Timeout(120)
final class NpmGateTest {
  private static final NpmGate GATE = NpmGate.builder(NpmToolchain.builder().build()).build();
  private static final String MANIFEST =
      """
      {
        "name": "tiny",
        "version": "1.2.3",
        "description": "Adds",
        "license": "MIT",
        "type": "module",
        "exports": "./index.js"
      }
      """;

  private Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    this.folder = folder;
    this.sandbox = Machine.sandbox(folder.resolve("sandbox"));
  }

  @Test
  void aSoundTarballPassesAsItIs() throws Exception {
    byte[] bytes = tarball("whatever", "export const add = (a, b) => a + b;\n");
    GateReport report = check(Files.write(folder.resolve("some.tgz"), bytes));
    assertThat(report.passed()).isTrue();
    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("tests-not-run", "lint-not-run");
    assertThat(report.packed().orElseThrow().artifact().digest()).isEqualTo(Sha512.of(bytes));
    assertThat(report.packed().orElseThrow().artifact().fileName()).isEqualTo("tiny-1.2.3.tgz");
    assertThat(report.verification()).isInstanceOf(Verification.Passed.class);
  }

  @Test
  void aTarballThatCannotBeLoadedFails() throws Exception {
    GateReport report = check(write(tarball("package", "throw new Error('no');\n")));
    assertThat(report.passed()).isFalse();
    assertThat(report.packed()).isEmpty();
    assertThat(report.steps())
        .filteredOn(step -> step.state() == StepReport.State.FAILED)
        .extracting(StepReport::step)
        .containsExactly(Step.SMOKE);
    assertThat(report.failure()).isPresent();
    assertThat(report.verification()).isInstanceOf(Verification.Failed.class);
  }

  @Test
  void whatIsNoTarballIsRefused() throws Exception {
    GateReport report = check(Files.writeString(folder.resolve("a.tgz"), "not at all"));
    assertThat(report.id()).isEmpty();
    assertThat(report.findings()).extracting(Finding::code).containsExactly("tarball-refused");
  }

  @Test
  void whatIsNotThereIsSaidToBeMissing() {
    assertThatThrownBy(() -> check(folder.resolve("missing.tgz")))
        .isInstanceOf(UnreadablePackageException.class)
        .hasMessageContaining("missing.tgz");
  }

  private Path write(byte[] bytes) throws Exception {
    return Files.write(folder.resolve("package.tgz"), bytes);
  }

  private static byte[] tarball(String root, String code) {
    return Tars.empty()
        .file(root + "/package.json", MANIFEST)
        .file(root + "/index.js", code)
        .file(root + "/README.md", "# tiny\n")
        .file(root + "/LICENSE", "MIT\n")
        .gzipped();
  }

  private GateReport check(Path path) throws InterruptedException {
    return GATE.check(path, sandbox, VerificationListener.SILENT, Cancellation.never());
  }
}
