package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages of every kind, with this machine's Node and npm. */
@Timeout(120)
final class KindsTest {
  private static final Drafts GOOD = Drafts.good();

  /** A compiler that knows two things: annotations go, and numbers are no text. */
  private static final String COMPILER =
      """
      #!/usr/bin/env node
      const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
      let red = false;
      mkdirSync('dist', { recursive: true });
      for (const name of readdirSync('src')) {
        const text = readFileSync(`src/${name}`, 'utf8');
        text.split('\\n').forEach((line, i) => {
          const at = line.indexOf(': string = 1');
          if (at >= 0) {
            red = true;
            console.log(`src/${name}(${i + 1},${at - 1}): error TS2322: Type 'number' is not` +
              " assignable to type 'string'.");
          }
        });
        const stem = name.replace(/ts$/, '');
        writeFileSync(`dist/${stem}js`, text.replace(/: string/g, ''));
        writeFileSync(`dist/${stem}d.ts`, 'export declare function slug(text: string): string;\\n');
      }
      process.exit(red ? 2 : 0);
      """;

  private static final Drafts TYPED =
      GOOD.manifest("\"license\"", "\"devDependencies\": {\"typescript\": \"^5.9.0\"}, \"license\"")
          .manifest(
              "\"./src/index.js\"",
              "{\"types\": \"./dist/index.d.ts\", \"default\": \"./dist/index.js\"}")
          .manifest("[\"src\", \"bin\"]", "[\"dist\"]")
          .manifest("node --test\"", "node --test\", \"build\": \"tsc\"")
          .without("src/index.js")
          .with(
              "src/index.ts",
              """
              export function slug(text: string): string {
                return text.toLowerCase().replaceAll(' ', '-');
              }
              """)
          .with("tsconfig.json", "{\"compilerOptions\": {\"outDir\": \"dist\"}}\n");

  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    sandbox = Machine.sandbox(folder);
  }

  @Test
  void typeScriptIsBuiltPackedAndTestedAsWhatWasBuilt() throws Exception {
    try (LocalRegistry registry = compiler()) {
      Verification result = verify(registry, TYPED);
      assertThat(result)
          .as("%s", result)
          .isInstanceOfSatisfying(
              Verification.Passed.class,
              passed ->
                  assertThat(passed.packed().artifact().entries())
                      .extracting(Artifact.Entry::path)
                      .contains("dist/index.d.ts", "dist/index.js")
                      .doesNotContain("src/index.ts"));
    }
  }

  @Test
  void anErrorOfTheCompilerIsToldWithItsPlace() throws Exception {
    Drafts wrong =
        TYPED.with(
            "src/index.ts",
            "export function slug(text: string): string {\n  const a: string = 1;\n  return a;\n}\n");
    try (LocalRegistry registry = compiler()) {
      Verification.Failed failed = failed(verify(registry, wrong), Step.BUILD);
      assertThat(failed.failure().text())
          .startsWith("1. [type-error] src/index.ts:2: ")
          .contains("TS2322", "Type 'number' is not assignable", ">   2 |   const a: string = 1;");
      assertThat(failed.failure().failures()).isOne();
    }
  }

  @Test
  void anErrorInWhatWasBuiltLeadsToItsSource() throws Exception {
    Drafts wrong =
        TYPED.with(
            "src/index.ts",
            "export function slug(text: string): string {\n  return text.lower();\n}\n");
    try (LocalRegistry registry = compiler()) {
      Verification.Failed failed = failed(verify(registry, wrong), Step.TEST);
      assertThat(failed.failure().text())
          .startsWith(
              "1. [test-failed] dist/index.js:2: Test \"lowers letters\" failed: TypeError: ")
          .contains("dist/index.js is built from src/index.ts\n", "and 1 more follows from this");
    }
  }

  @Test
  void aPackageForBothLoadersIsLoadedByBoth() throws Exception {
    Drafts dual =
        GOOD.manifest(
                "\"./src/index.js\"",
                "{\"import\": \"./src/index.js\", \"require\": \"./src/index.cjs\"}")
            .with("src/index.js", "export { slug } from './index.cjs';\n")
            .with(
                "src/index.cjs",
                "exports.slug = (text) => text.toLowerCase().replaceAll(' ', '-');\n");
    try (LocalRegistry registry = new LocalRegistry()) {
      Verification.Passed passed = (Verification.Passed) verify(registry, dual);
      assertThat(passed.steps())
          .filteredOn(report -> report.step() == Step.SMOKE)
          .extracting(report -> report.summary())
          .containsExactly("2 entries");
      Verification.Failed failed =
          failed(
              verify(registry, dual.manifest("index.cjs", "other.cjs").with("src/other.cjs", "x")),
              Step.SMOKE);
      assertThat(failed.failure().text())
          .startsWith("1. [crashed] src/other.cjs:1: require(\"tiny-slug\")");
    }
  }

  private static LocalRegistry compiler() throws Exception {
    byte[] tarball =
        Tars.empty()
            .file(
                "package/package.json",
                "{\"name\":\"typescript\",\"version\":\"5.9.1\",\"bin\":{\"tsc\":\"bin/tsc\"}}")
            .file("package/bin/tsc", COMPILER)
            .gzipped();
    return new LocalRegistry().command("tsc", "bin/tsc").serve("typescript", "5.9.1", tarball);
  }

  private Verification verify(LocalRegistry registry, Drafts draft) throws InterruptedException {
    return NpmToolchain.builder()
        .registryAddress(registry.address())
        .build()
        .verify(draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }

  private static Verification.Failed failed(Verification result, Step at) {
    assertThat(result).isInstanceOf(Verification.Failed.class);
    Verification.Failed failed = (Verification.Failed) result;
    assertThat(failed.failure().step()).as(failed.failure().text()).isEqualTo(at);
    return failed;
  }
}
