package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
final class SabotageTest {
  private static final String HEAD =
      """
      import assert from 'node:assert/strict';
      import test from 'node:test';
      import { slug } from 'tiny-slug';

      """;

  private static final String COMMAND =
      """
      #!/usr/bin/env node
      import { slug } from '../src/index.js';

      console.log(process.argv[2] === '--help' ? 'usage: tiny-slug TEXT' : slug(process.argv[2]));
      """;

  private static final String OF_COMMAND =
      """
      import assert from 'node:assert/strict';
      import { spawnSync } from 'node:child_process';
      import path from 'node:path';
      import test from 'node:test';
      import { fileURLToPath } from 'node:url';

      const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
      const command = path.join(root, 'bin', 'cli.js');
      const said = (text) =>
        spawnSync(process.execPath, [command, text], { encoding: 'utf8', env: {} });

      """;

  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    sandbox = Machine.sandbox(folder);
  }

  @Test
  void testsThatCompareResultsNoticeAndTheSummarySaysSo() throws InterruptedException {
    Verification verification = verify(Drafts.good());
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    assertThat(summary(verification)).isEqualTo("2 tests, red without the code");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert.equal(typeof slug, 'function')",
        "assert.doesNotThrow(() => slug('A b'))",
        "assert.equal(slug('A b'), slug('A b'))",
        "assert.equal(slug.length >= 0, true)",
        "assert.ok([undefined, 'a-b'].includes(slug('A b')))"
      })
  void testsThatProveNothingAreCaught(String check) throws InterruptedException {
    FailureDigest failure =
        failure(
            Drafts.good()
                .with("test/slug.test.js", HEAD + "test('makes a slug', () => " + check + ");\n"));
    assertThat(failure.step()).isEqualTo(Step.TEST);
    assertThat(failure.text()).contains("[tests-prove-nothing] test/slug.test.js");
  }

  @Test
  void aModuleThatIsTestedByItsPathIsSpoiltToo() throws InterruptedException {
    Drafts inner =
        Drafts.good()
            .with("src/index.js", "export { slug } from './inner/slug.js';\n")
            .with("src/inner/slug.js", Drafts.SOURCE);
    String byPath = HEAD.replace("'tiny-slug'", "'../src/inner/slug.js'");
    assertThat(
            failure(
                    inner.with(
                        "test/slug.test.js",
                        byPath + "test('is there', () => assert.ok(typeof slug));\n"))
                .text())
        .contains("[tests-prove-nothing]");
    assertThat(
            summary(
                verify(
                    inner.with(
                        "test/slug.test.js",
                        byPath + "test('lowers', () => assert.equal(slug('A'), 'a'));\n"))))
        .endsWith("red without the code");
  }

  @Test
  void whatIsRequiredIsSpoiltToo() throws InterruptedException {
    Drafts common =
        Drafts.good()
            .manifest("\"type\": \"module\"", "\"type\": \"commonjs\"")
            .with(
                "src/index.js",
                "exports.slug = (text) => text.toLowerCase().replaceAll(' ', '-');\n")
            .with("README.md", Drafts.README.replace("```js", "```mjs"));
    String head =
        """
        const assert = require('node:assert/strict');
        const test = require('node:test');
        const { slug } = require('tiny-slug');
        """;
    assertThat(
            failure(
                    common.with(
                        "test/slug.test.js",
                        head + "test('is there', () => assert.ok(typeof slug));\n"))
                .text())
        .contains("[tests-prove-nothing]");
    Verification sound =
        verify(
            common.with(
                "test/slug.test.js",
                head + "test('lowers', () => assert.equal(slug('A'), 'a'));\n"));
    assertThat(summary(sound)).isEqualTo("1 test, red without the code");
  }

  @Test
  void aCommandThatDoesNothingIsNoticedAndBackAfterwards() throws InterruptedException {
    Drafts tool =
        Drafts.good()
            .manifest("\"files\"", "\"bin\": {\"tiny-slug\": \"./bin/cli.js\"}, \"files\"")
            .with("bin/cli.js", COMMAND);
    Verification sound =
        verify(
            tool.with(
                "test/slug.test.js",
                OF_COMMAND
                    + "test('prints', () => assert.equal(said('A b').stdout.trim(), 'a-b'));\n"));
    assertThat(summary(sound)).isEqualTo("1 test, red without the code");
    // A command that prints nothing would be told by the step after the tests.
    assertThat(sound).isInstanceOf(Verification.Passed.class);
    assertThat(
            failure(
                    tool.with(
                        "test/slug.test.js",
                        OF_COMMAND + "test('ends', () => assert.equal(said('A').status, 0));\n"))
                .text())
        .contains("[tests-prove-nothing]");
  }

  @Test
  void valuesStayAsTheyAreAndOnlyValuesAreNotTried() throws InterruptedException {
    Drafts values =
        Drafts.good()
            .with("src/index.js", "export const slug = 'a-b';\n")
            .with(
                "test/slug.test.js",
                HEAD + "test('is a slug', () => assert.equal(slug, 'a-b'));\n");
    assertThat(summary(verify(values))).isEqualTo("1 test");
  }

  @Test
  void testsRunOnTheLowestNodeTooWhereItIsGiven(@TempDir Path folder) throws Exception {
    Path old = folder.resolve("node22");
    Files.writeString(old, "#!/bin/sh\nOLD_NODE=22 exec node \"$@\"\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    NpmToolchain toolchain = NpmToolchain.builder().node(22, old).build();
    Drafts newer = Drafts.good().manifest(">=20", ">=22.1");
    assertThat(summary(verify(toolchain, newer)))
        .isEqualTo("2 tests, red without the code, also on Node 22");
    assertThat(summary(verify(toolchain, Drafts.good()))).doesNotContain("also on");
    String picky = "test('is new', () => assert.equal(process.env.OLD_NODE, undefined));\n";
    Verification.Failed failed =
        (Verification.Failed)
            verify(toolchain, newer.with("test/slug.test.js", Drafts.TEST + picky));
    assertThat(summary(failed)).isEqualTo("1 of 3 tests failed on Node 22");
    assertThat(failed.failure().text()).contains("on Node 22, the lowest that \"engines\" says");
  }

  private FailureDigest failure(Drafts draft) throws InterruptedException {
    Verification verification = verify(draft);
    assertThat(verification)
        .as(verification.steps() + " " + verification.findings())
        .isInstanceOf(Verification.Failed.class);
    return ((Verification.Failed) verification).failure();
  }

  private static String summary(Verification verification) {
    return verification.steps().stream()
        .filter(report -> report.step() == Step.TEST)
        .map(StepReport::summary)
        .findFirst()
        .orElse("");
  }

  private Verification verify(Drafts draft) throws InterruptedException {
    return verify(NpmToolchain.builder().build(), draft);
  }

  private Verification verify(NpmToolchain toolchain, Drafts draft) throws InterruptedException {
    return toolchain.verify(
        draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }
}
