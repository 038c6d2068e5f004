package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.packageforge.Artifact;
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

  private static final String TEST =
      """
      import assert from 'node:assert/strict';
      import test from 'node:test';
      import { add } from 'tiny';

      test('adds', () => assert.equal(add(1, 2), 3));
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

  @Test
  void aFolderIsBuiltAndPackedAndItsTestsAreRun() throws Exception {
    put(
        "package.json",
        MANIFEST.replace("\"type\"", "\"scripts\": {\"build\": \"node make.js\"}, \"type\""));
    put(
        "make.js",
        "import { writeFileSync as w } from 'node:fs';\nw('index.js', 'export const add = (a, b) => a + b;');\n");
    put(".gitignore", "index.html\n");
    put("node_modules/other/index.js", "broken");
    put("test/add.test.js", TEST);
    put("README.md", "# tiny\n");
    put("LICENSE", "MIT\n");
    Files.write(folder.resolve("tiny/logo.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
    Files.createSymbolicLink(folder.resolve("tiny/link.txt"), Path.of("README.md"));
    GateReport report = check(folder.resolve("tiny"));
    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("link-left-out", "lint-not-run");
    assertThat(report.packed().orElseThrow().artifact().entries())
        .extracting(Artifact.Entry::path)
        .contains("index.js", "logo.png")
        .noneMatch(path -> path.contains("link") || path.contains("node_modules"));
    assertThat(report.steps())
        .filteredOn(step -> step.step() == Step.TEST)
        .extracting(StepReport::summary)
        .allMatch(summary -> summary.startsWith("1 test"));
  }

  @Test
  void aTestThatFailsInAFolderFailsIt() throws Exception {
    put("package.json", MANIFEST);
    put("index.js", "export const add = (a, b) => a - b;\n");
    put("test/add.test.js", TEST);
    GateReport report = check(folder.resolve("tiny"));
    assertThat(report.passed()).isFalse();
    assertThat(report.findings()).extracting(Finding::code).contains("test-failed");
    assertThat(report.id().orElseThrow()).hasToString("tiny@1.2.3");
  }

  @Test
  void testsForAnotherRunnerAreSaidNotToBeRun() throws Exception {
    put(
        "package.json",
        MANIFEST.replace("\"type\"", "\"devDependencies\": {\"jest\": \"^29.0.0\"}, \"type\""));
    put("index.js", "export const add = (a, b) => a + b;\n");
    put("add.test.js", "test('adds', () => expect(1).toBe(1));\n");
    GateReport report = check(folder.resolve("tiny"));
    assertThat(report.passed()).isTrue();
    assertThat(report.findings())
        .filteredOn(each -> each.code().equals("tests-not-run"))
        .extracting(Finding::sentence)
        .containsExactly("No tests were run. They are for jest, not for Node's own runner.");
  }

  @Test
  void secretsThatWouldBePackedFailAFolderAndAreNeverPutIntoTheSandbox() throws Exception {
    put("package.json", MANIFEST);
    put("index.js", "export const add = (a, b) => a + b;\n");
    put(".env", "PASSWORD=hunter2\n");
    put(".npmrc", "//localhost/:_authToken=abc\n");
    GateReport report = check(folder.resolve("tiny"));
    assertThat(report.findings())
        .filteredOn(Finding::isError)
        .extracting(Finding::code, Finding::where)
        .containsExactly(tuple("env-file-packed", ".env"));
    PackageFolder read = PackageFolder.read(folder.resolve("tiny"));
    assertThat(read.files()).doesNotContainKey(".npmrc");
    assertThat(read.files().get(".env")).isEmpty();
  }

  @Test
  void aFolderWithoutAManifestIsRefused() throws Exception {
    put("index.js", "");
    GateReport report = check(folder.resolve("tiny"));
    assertThat(report.findings()).extracting(Finding::code).containsExactly("manifest-missing");
  }

  private void put(String path, String content) throws Exception {
    Path file = folder.resolve("tiny").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
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
