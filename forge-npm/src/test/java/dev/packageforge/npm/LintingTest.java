package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.StepReport.State;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What publint and TypeScript say, with the real ones. */
@Timeout(180)
final class LintingTest {
  private static final String TYPES = "export declare function slug(text: string): string;\n";

  /** Written in JavaScript, with declarations beside it. */
  private static final Drafts TYPED =
      Drafts.good()
          .manifest(
              "{\".\": \"./src/index.js\"}",
              "{\".\": {\"types\": \"./src/index.d.ts\", \"default\": \"./src/index.js\"}}")
          .with("src/index.d.ts", TYPES);

  private Sandbox sandbox;
  private NpmToolchain toolchain;

  @BeforeEach
  void findTools(@TempDir Path folder) throws InterruptedException {
    sandbox = Machine.sandbox(folder);
    toolchain = NpmToolchain.builder().toolbox(LintTools.folder()).build();
  }

  @Test
  void aSoundPackageWithTypesIsFoundSound() throws InterruptedException {
    Verification verification = verify(TYPED);
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    assertThat(verification.findings()).isEmpty();
    StepReport lint = step(verification, Step.LINT);
    assertThat(lint.state()).isEqualTo(State.PASSED);
    assertThat(lint.summary()).isEqualTo("publint, types");
    assertThat(verification.steps().stream().map(StepReport::step)).containsExactly(Step.values());
  }

  @Test
  void aPackageWithoutTypesIsJudgedByPublintAlone() throws InterruptedException {
    Verification verification = verify(Drafts.good());
    assertThat(verification.findings()).isEmpty();
    assertThat(step(verification, Step.LINT).summary()).isEqualTo("publint");
  }

  @Test
  void withoutToolsThatIsSaid() throws InterruptedException {
    toolchain = NpmToolchain.builder().build();
    Verification verification = verify(TYPED);
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    assertThat(step(verification, Step.LINT).state()).isEqualTo(State.SKIPPED);
    assertThat(verification.findings())
        .singleElement()
        .matches(finding -> !finding.isError())
        .matches(finding -> finding.code().equals("lint-not-run"));
  }

  @Test
  void typesThatDeclareWhatIsNotThereAreCaught() throws InterruptedException {
    FailureDigest failure =
        failure(TYPED.with("src/index.d.ts", TYPES + "export declare const limit: number;\n"));
    assertThat(failure.step()).isEqualTo(Step.SMOKE);
    assertThat(failure.text())
        .contains("[types-without-runtime] src/index.d.ts: ")
        .contains("import(\"tiny-slug\") declare \"limit\"");
  }

  @Test
  void whatHasNoTypeIsAWarning() throws InterruptedException {
    Verification verification =
        verify(TYPED.with("src/index.js", Drafts.SOURCE + "export const limit = 3;\n"));
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    assertThat(verification.findings())
        .singleElement()
        .isEqualTo(
            Finding.warning(
                "runtime-without-types",
                "src/index.d.ts",
                "import(\"tiny-slug\") gives \"limit\", which its types do not declare.",
                "Declare it, or do not export it."));
  }

  @Test
  void whatIsOnlyATypeNeedsNothingAtRunTime() throws InterruptedException {
    String types =
        """
        export interface Options { lower: boolean }
        export type Text = string;
        export declare namespace Inner { type Deep = number }
        declare class Hidden {}
        export type { Hidden };
        export type * from './more.js';
        """;
    Verification verification =
        verify(
            TYPED
                .with("src/index.d.ts", TYPES + types)
                .with("src/more.d.ts", "export declare const unreachable: number;\n"));
    assertThat(verification.findings()).isEmpty();
    assertThat(verification).isInstanceOf(Verification.Passed.class);
  }

  @Test
  void namesThatAreHandedOnAreFollowed() throws InterruptedException {
    Verification verification =
        verify(
            TYPED
                .with("src/index.d.ts", "export * from './inner.js';\n")
                .with("src/inner.d.ts", TYPES)
                .with("src/index.js", "export * from './inner.js';\n")
                .with("src/inner.js", Drafts.SOURCE));
    assertThat(verification.findings()).isEmpty();
    assertThat(verification).isInstanceOf(Verification.Passed.class);
  }

  @Test
  void bothWaysOfADualPackageAreCompared() throws InterruptedException {
    Drafts dual =
        TYPED
            .manifest(
                "{\"types\": \"./src/index.d.ts\", \"default\": \"./src/index.js\"}",
                "{\"import\": {\"types\": \"./src/index.d.ts\", \"default\": \"./src/index.js\"},"
                    + " \"require\": {\"types\": \"./src/index.d.cts\", \"default\":"
                    + " \"./src/index.cjs\"}}")
            .with("src/index.js", "export { slug } from './index.cjs';\n")
            .with(
                "src/index.cjs",
                "exports.slug = (text) => text.toLowerCase().replaceAll(' ', '-');\n")
            .with("src/index.d.cts", TYPES);
    Verification sound = verify(dual);
    assertThat(sound.findings()).isEmpty();
    assertThat(sound).isInstanceOf(Verification.Passed.class);
    String more = TYPES + "export declare function more(): void;\n";
    assertThat(failure(dual.with("src/index.d.cts", more)).text())
        .contains("[types-without-runtime] src/index.d.cts: ")
        .contains("require(\"tiny-slug\") declare \"more\"");
  }

  @Test
  void declarationsThatCannotBeReadAreCaught() throws InterruptedException {
    assertThat(failure(TYPED.with("src/index.d.ts", TYPES + "export declare function (;\n")).text())
        .contains("[types-broken] src/index.d.ts:2: ");
  }

  @Test
  void declarationsThatBuildOnWhatIsNotThereAreCaught() throws InterruptedException {
    Drafts more = TYPED.with("src/more.d.ts", "export type A = string;\n");
    FailureDigest name =
        failure(more.with("src/index.d.ts", TYPES + "export type { B } from './more.js';\n"));
    assertThat(name.step()).isEqualTo(Step.LINT);
    assertThat(name.text()).contains("[types-broken] src/index.d.ts:2: ");
    assertThat(
            failure(more.with("src/index.d.ts", TYPES + "export type { A } from './more';\n"))
                .text())
        .contains("[types-inconsistent] src/index.d.ts:2: ");
    assertThat(failure(TYPED.with("src/index.d.ts", TYPES.replace("string)", "Strin)"))).text())
        .contains("[types-inconsistent] src/index.d.ts:1: ");
  }

  @Test
  void typesOfNodeAndOfTheBrowserAreKnown() throws InterruptedException {
    String types =
        """
        import type { Readable } from 'node:stream';
        export declare function slug(text: string | Buffer | Readable | HTMLElement): string;
        """;
    Verification verification = verify(TYPED.with("src/index.d.ts", types));
    assertThat(verification.findings()).isEmpty();
    assertThat(verification).isInstanceOf(Verification.Passed.class);
  }

  @Test
  void typesThatNobodyFindsAreCaught() throws InterruptedException {
    Drafts hidden =
        Drafts.good()
            .manifest("\"exports\"", "\"types\": \"./types/index.d.ts\", \"exports\"")
            .manifest("[\"src\", \"bin\"]", "[\"src\", \"types\"]")
            .with("types/index.d.ts", TYPES);
    assertThat(failure(hidden).text()).contains("[types-not-found] package.json");
  }

  @Test
  void whatPublintCallsAnErrorFailsADraft() throws InterruptedException {
    FailureDigest failure =
        failure(Drafts.good().manifest("\"files\"", "\"module\": [\"src/index.js\"], \"files\""));
    assertThat(failure.step()).isEqualTo(Step.LINT);
    assertThat(failure.text()).contains("[publint-field-invalid-value-type] package.json");
  }

  private FailureDigest failure(Drafts draft) throws InterruptedException {
    Verification verification = verify(draft);
    assertThat(verification)
        .as(verification.findings().toString())
        .isInstanceOf(Verification.Failed.class);
    return ((Verification.Failed) verification).failure();
  }

  private Verification verify(Drafts draft) throws InterruptedException {
    return toolchain.verify(
        draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }

  private static StepReport step(Verification verification, Step step) {
    List<StepReport> found =
        verification.steps().stream().filter(report -> report.step() == step).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
