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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process.exit(0);",
        "process.exit(256);",
        "process.reallyExit('0');",
        "process.emit('beforeExit'); await new Promise((r) => setTimeout(r, 50)); process.exit(0);",
        "process.on('exit', () => { process.exitCode = 0; }); await new Promise(() => {});"
      })
  void aPackageCannotReportForTestsThatItEnds(String end) throws InterruptedException {
    String forging =
        """
        import { writeSync } from 'node:fs';
        import { DefaultSerializer } from 'node:v8';
        const [, file = ''] = process.argv;
        if (file.endsWith('acceptance.mjs')) {
          const frame = new DefaultSerializer();
          frame.writeHeader();
          const details = { duration_ms: 1 };
          const data = { name: 'fails', nesting: 0, testNumber: 1, details, line: 1, column: 1, file };
          frame.writeValue({ type: 'test:pass', data });
          const body = frame.releaseBuffer();
          const head = Buffer.from([0xff, 0x0f, 0, 0, 0, 0]);
          head.writeUInt32BE(body.length, 2);
          writeSync(1, Buffer.concat([head, body]));
          %s
        }
        """
            .formatted(end);
    AcceptanceReport report =
        accept(
            GOOD.with("src/index.js", forging + Drafts.SOURCE),
            """
            import assert from 'node:assert/strict';
            import test from 'node:test';
            import { slug } from 'PACKAGE';

            test('fails', () => assert.equal(slug('a b'), 'a_b'));
            """);
    assertThat(report.accepted()).isFalse();
  }

  @Test
  void aPackageMayHearOfTheEnd() throws InterruptedException {
    String hearing =
        """
        for (const name of ['emit', 'reallyExit']) {
          const usual = process[name];
          process[name] = (...told) => Reflect.apply(usual, process, told);
        }
        """;
    AcceptanceReport report =
        accept(
            GOOD.with("src/index.js", hearing + Drafts.SOURCE),
            """
            import assert from 'node:assert/strict';
            import test from 'node:test';
            import { slug } from 'PACKAGE';

            test('joins', () => assert.equal(slug('a b'), 'a-b'));
            """);
    assertThat(report).isEqualTo(new AcceptanceReport(1, 1, List.of()));
  }

  @Test
  void aCancelStopsIt() throws InterruptedException {
    PackedArtifact packed = packed(GOOD);
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    assertThatThrownBy(() -> TOOLCHAIN.accept(packed, "", sandbox, cancelled))
        .isInstanceOf(CancellationException.class);
  }

  private AcceptanceReport accept(String tests) throws InterruptedException {
    return accept(GOOD, tests);
  }

  private AcceptanceReport accept(Drafts drafts, String tests) throws InterruptedException {
    return TOOLCHAIN.accept(packed(drafts), tests, sandbox, new Cancellation());
  }

  private PackedArtifact packed(Drafts drafts) throws InterruptedException {
    Verification verification =
        TOOLCHAIN.verify(
            drafts.request(), sandbox, VerificationListener.SILENT, new Cancellation());
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    return ((Verification.Passed) verification).packed();
  }
}
