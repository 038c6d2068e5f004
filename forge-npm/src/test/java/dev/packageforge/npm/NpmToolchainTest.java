package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drafts that would fool a less careful verification, with this machine's Node and npm. */
@Timeout(120)
final class NpmToolchainTest {
  private static final Drafts GOOD = Drafts.good();
  private static final NpmToolchain TOOLCHAIN = NpmToolchain.builder().build();

  private Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    this.folder = folder;
    this.sandbox = Machine.sandbox(folder);
  }

  @Test
  void onlyWhatIsListedIsPacked() throws InterruptedException {
    assertThat(passed(GOOD).packed().artifact().entries())
        .extracting(Artifact.Entry::path)
        .containsExactly("LICENSE", "README.md", "package.json", "src/index.js");
  }

  @Test
  void theNumberOfTestsIsTold() throws InterruptedException {
    assertThat(passed(GOOD).steps())
        .filteredOn(report -> report.step() == Step.TEST)
        .extracting(StepReport::summary)
        .containsExactly("2 tests, red without the code");
  }

  @Test
  void aFailingTestIsToldWithPlaceAndValues() throws InterruptedException {
    Verification.Failed failed =
        failed(GOOD.with("test/slug.test.js", Drafts.TEST.replace("'a-b'", "'a_b'")), Step.TEST);
    assertThat(failed.failure().headline())
        .isEqualTo("Test \"joins words\" failed: expected 'a_b', got 'a-b'");
    assertThat(failed.failure().text())
        .contains("test/slug.test.js:6", "expected 'a_b', got 'a-b'", ">   6 | ")
        .contains("suspects: slug in src/index.js:1")
        .doesNotContain(folder.toString());
    assertThat(failed.findings()).extracting(Finding::code).containsExactly("test-failed");
  }

  @Test
  void whatIsThrownAfterTheLastTestIsTold() throws InterruptedException {
    Verification.Failed failed =
        failed(
            GOOD.with(
                "src/index.js",
                Drafts.SOURCE + "setTimeout(() => { throw new Error('too late'); }, 50);\n"),
            Step.TEST);
    assertThat(failed.failure().headline()).contains("too late");
  }

  @Test
  void anExportThatIsMissingIsSaidToBe() throws InterruptedException {
    Verification.Failed failed =
        failed(GOOD.with("src/index.js", "export const slog = 1;\n"), Step.TEST);
    assertThat(failed.failure().text()).contains("[export-missing] test/slug.test.js:3", "'slug'");
  }

  @Test
  void aSyntaxErrorIsToldWithItsPlace() throws InterruptedException {
    Verification.Failed failed =
        failed(GOOD.with("src/index.js", Drafts.SOURCE + "\nconst x = ;\n"), Step.TEST);
    assertThat(failed.failure().text())
        .contains("[syntax-error] src/index.js:5", "Unexpected token", ">   5 | const x = ;")
        .doesNotContain(folder.toString());
  }

  @Test
  void aFileThatIsNotPackedIsMissedBeforeAnythingRuns() throws InterruptedException {
    Verification.Failed failed =
        failed(
            GOOD.manifest("\"files\": [\"src\", \"bin\"]", "\"files\": [\"src/index.js\"]")
                .with("src/index.js", "import './helper.js';\n" + Drafts.SOURCE)
                .with("src/helper.js", "export {};\n"),
            Step.PACK);
    assertThat(failed.failure().text()).contains("[import-missing]", "./helper.js");
  }

  @Test
  void anEntryPointThatIsNotPackedFailsThePacking() throws InterruptedException {
    Verification.Failed failed =
        failed(GOOD.manifest("\"files\": [\"src\", \"bin\"]", "\"files\": [\"bin\"]"), Step.PACK);
    assertThat(failed.findings())
        .extracting(Finding::code)
        .containsExactly("entry-point-not-packed");
  }

  @Test
  void testsCannotReportForThemselves() throws InterruptedException {
    String forging =
        Drafts.TEST.replace("() => assert", "(t) => t.skip() || assert")
            + """
            import { writeFileSync } from 'node:fs';
            const line = JSON.stringify({ kind: 'test', state: 'passed', name: 'fake', file: 'a' });
            writeFileSync('../../forge/report.jsonl', `${'0'.repeat(64)} ${line}\\n`);
            """;
    Verification.Failed failed = failed(GOOD.with("test/slug.test.js", forging), Step.TEST);
    assertThat(failed.findings())
        .extracting(Finding::code)
        .containsAnyOf("test-report-missing", "no-tests-executed");
  }

  @Test
  void testsCannotReplaceWhatJudgesAfterThem() throws InterruptedException {
    String replacing =
        Drafts.TEST
            + """
            import { writeFileSync } from 'node:fs';
            for (const name of ['smoke.mjs', 'sabotage.mjs']) {
              writeFileSync(`../../forge/${name}`, `
                import { sealedReport } from './seal.mjs';
                const write = sealedReport('forge');
                write({ kind: 'load', index: 0, ok: true });
                write({ kind: 'load', index: 1, ok: true });
                write({ kind: 'end' });
              `);
            }
            """;
    Verification.Failed failed =
        failed(
            GOOD.manifest("\".\": ", "\"./odd\": \"./src/odd.js\", \".\": ")
                .with("src/odd.js", "throw new Error('as it is');\n")
                .with("test/slug.test.js", replacing),
            Step.SMOKE);
    assertThat(failed.failure().text()).contains("as it is", "src/odd.js:1");
  }

  @Test
  void aPackageCannotRewriteItsTests() throws InterruptedException {
    String rewriting =
        """
        import { writeFileSync } from 'node:fs';
        const test = new URL('../test/slug.test.js', import.meta.url);
        writeFileSync(test, "import test from 'node:test';\\ntest('is fine', () => {});\\n");
        """;
    Drafts wrong = GOOD.with("src/index.js", rewriting + Drafts.SOURCE);
    assertThat(failed(wrong, Step.TEST).findings())
        .extracting(Finding::code)
        .containsExactly("tests-changed");
  }

  @Test
  void endingTheProcessInATestIsNoPass() throws InterruptedException {
    Verification.Failed failed =
        failed(GOOD.with("test/slug.test.js", "process.exit(0);\n" + Drafts.TEST), Step.TEST);
    assertThat(failed.findings()).extracting(Finding::code).containsExactly("process-ended");
  }

  @Test
  void endingTheProcessOnImportIsNoPass() throws InterruptedException {
    Verification.Failed failed =
        failed(
            GOOD.manifest("\".\": ", "\"./quit\": \"./src/quit.js\", \".\": ")
                .with("src/quit.js", "process.exit(0);\n"),
            Step.SMOKE);
    assertThat(failed.findings()).extracting(Finding::code).containsExactly("entry-ends-process");
    assertThat(failed.failure().headline()).contains("tiny-slug/quit");
  }

  @Test
  void anEntryCannotReportForAnother() throws InterruptedException {
    String forging =
        """
        import crypto from 'node:crypto';
        import fs from 'node:fs';
        const better = (text) =>
          typeof text === 'string' ? text.replace('"ok":false', '"ok":true') : text;
        const { update } = crypto.Hmac.prototype;
        crypto.Hmac.prototype.update = function (text, ...rest) {
          return update.call(this, better(text), ...rest);
        };
        for (const name of ['appendFileSync', 'writeFileSync', 'writeSync']) {
          const write = fs[name];
          fs[name] = (to, text, ...rest) => write(to, better(text), ...rest);
        }
        Object.prototype.toJSON = function () {
          return 'ok' in this ? { ...this, ok: true, toJSON: undefined } : this;
        };
        """;
    Verification.Failed failed =
        failed(
            GOOD.manifest(
                    "\".\": ",
                    "\"./forging\": \"./src/forging.js\", \"./odd\": \"./src/odd.js\", \".\": ")
                .with("src/forging.js", forging)
                .with("src/odd.js", "throw new Error('as it is');\n"),
            Step.SMOKE);
    assertThat(failed.failure().text()).contains("as it is", "src/odd.js:1");
  }

  @Test
  void anEntryThatThrowsIsToldWithItsPlace() throws InterruptedException {
    Verification.Failed failed =
        failed(
            GOOD.manifest("\".\": ", "\"./odd\": \"./src/odd.js\", \".\": ")
                .with("src/odd.js", "\nnull.slug;\n"),
            Step.SMOKE);
    assertThat(failed.failure().text()).contains("TypeError", "src/odd.js:2");
  }

  @Test
  void aRequireConditionIsRequired() throws InterruptedException {
    Verification.Failed failed =
        failed(
            GOOD.manifest(
                    "\"./src/index.js\"",
                    "{\"require\": \"./src/index.cjs\", \"import\": \"./src/index.js\"}")
                .with("src/index.cjs", "throw new Error('only for import');\n"),
            Step.SMOKE);
    assertThat(failed.failure().headline()).contains("require(\"tiny-slug\")", "only for import");
  }

  @Test
  void aCommandMustPrintItsUsage() throws InterruptedException {
    assertThat(passed(command("console.log('usage: slug TEXT');")).steps())
        .filteredOn(report -> report.step() == Step.SMOKE)
        .extracting(StepReport::summary)
        .containsExactly("1 entry, 1 command");
    assertThat(failed(command("process.exit(3);"), Step.SMOKE).failure().headline())
        .contains("slug --help ended with exit code 3");
    assertThat(
            failed(
                    command(
                        "if (import.meta.url === `file://${process.argv[1]}`)"
                            + " console.log('usage');"),
                    Step.SMOKE)
                .findings())
        .extracting(Finding::code)
        .containsExactly("command-silent");
  }

  @Test
  void whatWaitsForeverIsStopped() throws InterruptedException {
    SandboxSpec.Limits usual = SandboxSpec.Limits.ofDefaults();
    SandboxSpec.Limits brief =
        new SandboxSpec.Limits(
            Duration.ofSeconds(6), usual.memoryBytes(), usual.diskBytes(), usual.outputBytes());
    String waiting = Drafts.TEST + "test('waits', () => new Promise((r) => setTimeout(r, 1e8)));\n";
    Verification.Failed failed =
        failed(
            verify(
                NpmToolchain.builder().limits(brief).build(),
                GOOD.with("test/slug.test.js", waiting)),
            Step.TEST);
    assertThat(failed.failure().text()).contains("[timed-out]");
  }

  @Test
  void aBuildMakesWhatIsPacked() throws InterruptedException {
    Drafts built =
        GOOD.manifest("node --test\"", "node --test\", \"build\": \"node build.mjs\"")
            .manifest("[\"src\", \"bin\"]", "[\"dist\"]")
            .manifest("./src/index.js", "./dist/index.js")
            .with(
                "build.mjs",
                "import { cpSync } from 'node:fs';\ncpSync('src', 'dist', { recursive: true });\n");
    assertThat(passed(built).packed().artifact().entries())
        .extracting(Artifact.Entry::path)
        .contains("dist/index.js");
    assertThat(
            failed(built.with("build.mjs", "throw new Error('no way');\n"), Step.BUILD)
                .failure()
                .text())
        .contains("no way", "build.mjs:1");
  }

  @Test
  void aBuildCannotSlipAnythingIntoWhatIsPacked() throws InterruptedException {
    Drafts building =
        GOOD.manifest("node --test\"", "node --test\", \"build\": \"node build.mjs\"");
    String rewriting =
        """
        import { readFileSync, writeFileSync } from 'node:fs';
        const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
        manifest.scripts.postinstall = 'node src/index.js';
        manifest.optionalDependencies = { evil: 'http://localhost/evil.tgz' };
        manifest.publishConfig = { registry: 'http://localhost/' };
        writeFileSync('package.json', JSON.stringify(manifest));
        """;
    assertThat(failed(building.with("build.mjs", rewriting), Step.PACK).findings())
        .extracting(Finding::code)
        .contains("manifest-changed", "lifecycle-script", "publish-config");
    String writing =
        """
        import { writeFileSync } from 'node:fs';
        writeFileSync('src/.env', 'A=1');
        writeFileSync('src/key.txt', 'npm_' + 'a1B2'.repeat(9));
        """;
    assertThat(failed(building.with("build.mjs", writing), Step.PACK).findings())
        .extracting(Finding::code, Finding::where)
        .contains(tuple("file-refused", "src/.env"), tuple("secret-in-file", "src/key.txt:1"));
  }

  @Test
  void aGeneratedNpmrcNeverReachesNpm() throws InterruptedException {
    assertThat(passed(GOOD.with(".npmrc", "ignore-scripts=banana\nprefix=/dev/null\n")).findings())
        .extracting(Finding::code)
        .containsExactly("npmrc-dropped", "lint-not-run");
  }

  @Test
  void aDependencyIsFetchedFromTheRegistryAndUsed() throws Exception {
    byte[] helper =
        Tars.empty()
            .file("package/package.json", "{\"name\":\"helper\",\"version\":\"1.2.0\"}")
            .file("package/index.js", "exports.dash = () => '-';\n")
            .gzipped();
    try (LocalRegistry registry = new LocalRegistry().serve("helper", "1.2.0", helper)) {
      Verification result = verify(against(registry.address()), dependent());
      assertThat(result).as("%s", result).isInstanceOf(Verification.Passed.class);
    }
  }

  @Test
  void anUnknownDependencyIsTheDraftsFault() throws Exception {
    try (LocalRegistry registry = new LocalRegistry()) {
      Verification.Failed failed =
          failed(verify(against(registry.address()), dependent()), Step.INSTALL);
      assertThat(failed.findings())
          .extracting(Finding::code)
          .containsExactly("dependency-not-found");
      assertThat(failed.failure().text()).contains("helper");
    }
  }

  @Test
  void aRangeThatNothingMatchesIsTheDraftsFault() throws Exception {
    byte[] old = Tars.empty().file("package/package.json", "{}").gzipped();
    try (LocalRegistry registry = new LocalRegistry().serve("helper", "0.9.0", old)) {
      assertThat(failed(verify(against(registry.address()), dependent()), Step.INSTALL).findings())
          .extracting(Finding::code)
          .containsExactly("dependency-version-not-found");
    }
  }

  @Test
  void aSilentRegistryIsNotTheDraftsFault() throws Exception {
    URI nobody;
    try (LocalRegistry registry = new LocalRegistry()) {
      nobody = registry.address();
    }
    assertThatThrownBy(() -> verify(against(nobody), dependent()))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.retryable()).isTrue());
  }

  @Test
  void aBrokenRegistryIsNotTheDraftsFault() throws Exception {
    try (LocalRegistry registry = new LocalRegistry().refusing(503)) {
      assertThatThrownBy(() -> verify(against(registry.address()), dependent()))
          .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.retryable()).isTrue());
    }
  }

  @Test
  void readingAloneRunsNothingAndSaysSo() throws InterruptedException {
    Verification read = TOOLCHAIN.inspect(GOOD.request(), VerificationListener.SILENT);
    assertThat(read).isInstanceOf(Verification.Unverified.class);
    assertThat(read.findings()).noneMatch(Finding::isError);
    assertThat(read.steps()).extracting(StepReport::step).containsExactly(Step.values());
    assertThat(read.steps())
        .filteredOn(report -> report.step() != Step.INSPECT)
        .extracting(StepReport::state, StepReport::summary)
        .containsOnly(tuple(StepReport.State.SKIPPED, "nothing was run"));
  }

  @Test
  void readingAloneFindsWhatReadingCanFind() throws InterruptedException {
    Drafts wrong = GOOD.manifest("\"tiny-slug\"", "\"huge-slug\"");
    Verification.Failed failed =
        failed(TOOLCHAIN.inspect(wrong.request(), VerificationListener.SILENT), Step.INSPECT);
    assertThat(failed.findings()).anyMatch(Finding::isError);
    assertThat(failed.steps())
        .filteredOn(report -> report.step() != Step.INSPECT)
        .extracting(StepReport::summary)
        .containsOnly("not reached");
  }

  @Test
  void withoutNpmNothingIsLearned() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertUnusable(empty, "npm");
  }

  @Test
  void anOldNpmIsRefused() throws IOException {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the script in npm's place needs a POSIX shell");
    Path bin = Files.createDirectory(folder.resolve("old"));
    Path npm =
        Files.writeString(
            bin.resolve("npm"), "#!/bin/sh\necho \"{ npm: '9.8.1', node: '20.1.0' }\"\n");
    Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
    assertUnusable(bin, "npm 9.8.1 is too old");
  }

  private void assertUnusable(Path bin, String why) {
    Sandbox bare =
        ProcessSandbox.builder(folder.resolve("bare"), bin + pathWithout("node")).build();
    assertThatThrownBy(
            () ->
                TOOLCHAIN.verify(
                    GOOD.request(), bare, VerificationListener.SILENT, Cancellation.never()))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e).hasMessageContaining(why);
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains("Node 20");
            });
  }

  /** The parts of the PATH that hold no such program, each after a separator. */
  private static String pathWithout(String program) {
    StringBuilder path = new StringBuilder();
    for (String part : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (!part.isEmpty() && !Files.exists(Path.of(part).resolve(program))) {
        path.append(File.pathSeparator).append(part);
      }
    }
    return path.toString();
  }

  private static NpmToolchain against(URI registry) {
    return NpmToolchain.builder().registryAddress(registry).build();
  }

  private static Drafts dependent() {
    return GOOD.manifest("\"license\"", "\"dependencies\": {\"helper\": \"^1.0.0\"}, \"license\"")
        .planning("helper", "^1.0.0")
        .with(
            "src/index.js",
            """
            import helper from 'helper';

            export function slug(text) {
              return text.toLowerCase().replaceAll(' ', helper.dash());
            }
            """);
  }

  private static Drafts command(String body) {
    return GOOD.manifest("\"license\"", "\"bin\": {\"slug\": \"bin/slug.js\"}, \"license\"")
        .with("bin/slug.js", "#!/usr/bin/env node\n" + body + "\n");
  }

  private Verification verify(NpmToolchain toolchain, Drafts draft) throws InterruptedException {
    return toolchain.verify(
        draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }

  private Verification.Passed passed(Drafts draft) throws InterruptedException {
    Verification result = verify(TOOLCHAIN, draft);
    assertThat(result).as("%s", result).isInstanceOf(Verification.Passed.class);
    return (Verification.Passed) result;
  }

  private Verification.Failed failed(Drafts draft, Step at) throws InterruptedException {
    return failed(verify(TOOLCHAIN, draft), at);
  }

  private static Verification.Failed failed(Verification result, Step at) {
    assertThat(result).isInstanceOf(Verification.Failed.class);
    Verification.Failed failed = (Verification.Failed) result;
    assertThat(failed.failure().step()).as(failed.failure().text()).isEqualTo(at);
    return failed;
  }
}
