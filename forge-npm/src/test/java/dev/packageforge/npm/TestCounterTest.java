package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.TestFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestCounterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "test('a', () => assert.equal(1, 1));#1#1",
        "it('a', async () => { assert(x); await assert.rejects(() => f()); });#1#2",
        "describe('g', () => { it('a', () => {}); it('b', () => expect(1).toBe(1)); });#2#1",
        "test.only('a', () => { strictEqual(1, 1); assert.strict.equal(1, 1); });#1#2",
        "test('a', async (t) => { await t.test('b', () => t.assert.ok(true)); });#2#1",
        "test('a', () => assertSame(1, 1)); function assertSame(a, b) { assert.equal(a, b); }#1#2",
        "test.skip('a', () => assert.ok(1)); it.todo('b'); test('c', () => assert.ok(1));#1#1",
        "test('a', { skip: true }, () => assert.ok(1)); test('b', { todo: 'x' }, () => {});#0#0",
        "test('a', { skip: false, timeout: 5 }, () => assert.ok(1));#1#1",
        "describe.skip('g', () => { test('a', () => assert.ok(1)); }); test('b', () => {});#1#0",
        "/x/.test('a'); re.test(value); x.match(/a/); t.ok(1);#0#0",
        "// test('a', () => assert.ok(1))#0#0",
        "const s = `test('a', () => assert.ok(1))`;#0#0",
        "import test, { it } from 'node:test'; import assert, { equal } from 'node:assert';#0#0",
        "test.before(() => {}); test.mock.fn(() => {}); test();#0#0",
        "#0#0"
      })
  void countsWhatWouldRun(String script, int tests, int assertions) {
    TestFile counted =
        TestCounter.count(new SourceFile("test/a.test.js", script == null ? "" : script));
    assertThat(counted).isEqualTo(new TestFile("test/a.test.js", tests, assertions));
  }

  @Test
  void eachFileOfTheTestsIsTold() {
    Drafts draft =
        Drafts.good()
            .with("test/data.json", "{\"test\": 1}")
            .with("src/index.test.ts", "test('a', () => { assert.ok(1 as number); });\n");
    assertThat(TestFiles.counted(draft.request().files()))
        .containsExactly(
            new TestFile("src/index.test.ts", 1, 1),
            new TestFile("test/data.json", 0, 0),
            new TestFile("test/slug.test.js", 2, 2));
  }
}
