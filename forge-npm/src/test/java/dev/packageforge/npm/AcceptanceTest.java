package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.PackedArtifact;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a package's author never saw, with this machine's Node and npm. */
@Timeout(120)
final class AcceptanceTest {
  private static final NpmToolchain TOOLCHAIN = NpmToolchain.builder().build();
  private static final String COMMAND =
      """
      #!/usr/bin/env node
      import { slug } from '../src/index.js';
      const [first = ''] = process.argv.slice(2);
      if (first === '--help') {
        console.log('usage: tiny-slug TEXT');
      } else if (first === '') {
        console.error('say what');
        process.exitCode = 2;
      } else if (first === '-') {
        let text = '';
        for await (const piece of process.stdin) {
          text += piece;
        }
        console.log(slug(text.trim()));
      } else {
        console.log(slug(first));
      }
      """;
  private static final Drafts GOOD =
      Drafts.good()
          .manifest("\"files\"", "\"bin\": {\"tiny-slug\": \"bin/cli.js\"}, \"files\"")
          .with("bin/cli.js", COMMAND);

  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    this.sandbox = Machine.sandbox(folder);
  }

  @Test
  void whatIsInstalledIsLoadedByItsNameAndItsCommandsAreRun() throws InterruptedException {
    AcceptanceReport report =
        accept(
            """
            import assert from 'node:assert/strict';
            import test from 'node:test';
            import { slug } from 'PACKAGE';
            import * as again from "PACKAGE";
            import { run } from './support.mjs';

            test('the name in a text stays', () => assert.equal('PACKAGES'.length, 8));
            test('a function', () => assert.equal(slug('A b'), again.slug('A b')));
            test('a command', async () => {
              assert.deepEqual(await run('tiny-slug', ['A b']), { code: 0, stdout: 'a-b\\n', stderr: '' });
            });
            test('its input', async () => {
              const { stdout } = await run('tiny-slug', ['-'], { input: 'C d\\n' });
              assert.equal(stdout, 'c-d\\n');
            });
            test('its exit code', async () => {
              assert.deepEqual(await run('tiny-slug'), { code: 2, stdout: '', stderr: 'say what\\n' });
            });
            test('no command', async () => {
              await assert.rejects(run('another', []), /another could not be run/);
            });
            """);
    assertThat(report).isEqualTo(new AcceptanceReport(6, 6, List.of()));
    assertThat(report.accepted()).isTrue();
  }

  @Test
  void whatFailsIsCountedAndTold() throws InterruptedException {
    AcceptanceReport report =
        accept(
            """
            import assert from 'node:assert/strict';
            import test from 'node:test';
            import { slug } from 'PACKAGE';

            test('lowers', () => assert.equal(slug('A'), 'a'));
            test('joins', () => assert.equal(slug('a b'), 'a_b'));
            test('trims', () => assert.equal(slug(' a'), 'a'));
            """);
    assertThat(report.passed()).isEqualTo(1);
    assertThat(report.total()).isEqualTo(3);
    assertThat(report.failures())
        .containsExactly(
            "Test \"joins\" failed: expected 'a_b', got 'a-b'",
            "Test \"trims\" failed: expected 'a', got '-a'");
    assertThat(report.accepted()).isFalse();
  }

  @Test
  void testsThatCannotEvenBeginAreAllFailed() throws InterruptedException {
    AcceptanceReport report =
        accept(
            """
            import test from 'node:test';
            import { slag } from 'PACKAGE';

            test('one', () => slag());
            test('two', () => slag());
            """);
    assertThat(report.passed()).isZero();
    assertThat(report.total()).isEqualTo(2);
    assertThat(report.failures()).singleElement().asString().contains("slag");
  }

  @Test
  void noTestsAreNoSuccess() throws InterruptedException {
    assertThat(accept("import 'PACKAGE';\n").accepted()).isFalse();
  }

  @Test
  void aCancelStopsIt() throws InterruptedException {
    PackedArtifact packed = packed();
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    assertThatThrownBy(() -> TOOLCHAIN.accept(packed, "", sandbox, cancelled))
        .isInstanceOf(CancellationException.class);
  }

  private AcceptanceReport accept(String tests) throws InterruptedException {
    return TOOLCHAIN.accept(packed(), tests, sandbox, new Cancellation());
  }

  private PackedArtifact packed() throws InterruptedException {
    Verification verification =
        TOOLCHAIN.verify(GOOD.request(), sandbox, VerificationListener.SILENT, new Cancellation());
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    return ((Verification.Passed) verification).packed();
  }
}
