package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.npm.ReadmeExamples.Example;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Examples that users would copy, with this machine's Node and npm. */
@Timeout(120)
final class ReadmeExamplesTest {
  private static final Drafts GOOD = Drafts.good();
  private static final String IMPORT = "import { slug } from 'tiny-slug';\n";

  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    sandbox = Machine.sandbox(folder);
  }

  @Test
  void onlyBlocksOfJavaScriptThatLoadThePackageAreExamples() {
    String readme =
        """
        # tiny-slug
        ```sh
        import 'tiny-slug'
        ```
        ```js
        slug('no import')
        ```
        ``` JavaScript title="one"
        import 'tiny-slug';
        ```
          ~~~~mjs
          import 'tiny-slug/sub';
          ~~~
          ```
          ~~~~
        ```ts
        import 'tiny-slug';
        ```
        ```cjs
        const { slug } = require('tiny-slug');
        ```
        ```js
        import 'tiny-slugs';
        ```
        ```js
        import 'tiny-slug';
        """;
    assertThat(examples(readme))
        .containsExactly(
            new Example("README.md", 9, "import 'tiny-slug';\n", false),
            new Example("README.md", 12, "  import 'tiny-slug/sub';\n  ~~~\n  ```\n", false),
            new Example("README.md", 20, "const { slug } = require('tiny-slug');\n", true));
  }

  @Test
  void examplesThatRunAreCounted() throws InterruptedException {
    assertThat(step(verify(readme(IMPORT + "await slug('a');", IMPORT))).summary())
        .isEqualTo("2 examples");
  }

  @Test
  void anExampleThatFailsIsToldWithItsLineInTheReadme() throws InterruptedException {
    Verification.Failed failed = failed(verify(readme(IMPORT, IMPORT + "\nslug(null);")));
    assertThat(failed.failure().text())
        .startsWith("1. [readme-example-failed] README.md:9: The example at README.md:7 ended with")
        .contains(
            "TypeError: Cannot read properties of null", "at slug (src/index.js:2", ">   9 |");
    assertThat(step(failed).summary()).isEqualTo("1 of 2 failed");
    assertThat(failed.findings())
        .extracting(Finding::code, Finding::where)
        .containsExactly(tuple("readme-example-failed", "README.md:9"));
  }

  @Test
  void anExampleThatCannotBeReadIsToldWithItsLine() throws InterruptedException {
    assertThat(failed(verify(readme(IMPORT + "const rows = ...;"))).failure().text())
        .startsWith("1. [readme-example-failed] README.md:4: ")
        .contains("SyntaxError");
  }

  @Test
  void anExampleMayNotImportWhatIsNotThere() throws InterruptedException {
    assertThat(failed(verify(readme(IMPORT + "import 'express';"))).failure().headline())
        .contains("README.md:3", "Cannot find package 'express'");
  }

  @Test
  void anExampleThatNeverEndsIsStopped() throws InterruptedException {
    SandboxSpec.Limits usual = SandboxSpec.Limits.ofDefaults();
    SandboxSpec.Limits brief =
        new SandboxSpec.Limits(
            Duration.ofSeconds(8), usual.memoryBytes(), usual.diskBytes(), usual.outputBytes());
    Verification result =
        verify(
            NpmToolchain.builder().limits(brief).build(),
            readme(IMPORT + "setInterval(() => {}, 1000);"));
    assertThat(failed(result).failure().headline())
        .isEqualTo("The example at README.md:3 did not end in time.");
  }

  @Test
  void anExampleThatEndsItselfBadlyIsToldToHave() throws InterruptedException {
    assertThat(failed(verify(readme(IMPORT + "process.exit(4);"))).failure().headline())
        .isEqualTo("The example at README.md:3 ended with exit code 4.");
  }

  @Test
  void aReadmeWithoutExamplesIsOnlyAWarning() throws InterruptedException {
    Verification result = verify(GOOD.with("README.md", "# tiny-slug\n"));
    assertThat(step(result).state()).isEqualTo(StepReport.State.SKIPPED);
    assertThat(step(result).summary()).isEqualTo("no examples");
    assertThat(result.findings())
        .extracting(Finding::severity, Finding::code)
        .containsExactly(
            tuple(Finding.Severity.WARNING, "readme-without-example"),
            tuple(Finding.Severity.WARNING, "lint-not-run"));
  }

  private static List<Example> examples(String readme) {
    return ReadmeExamples.of(GOOD.with("README.md", readme).request().files(), "tiny-slug");
  }

  private static Drafts readme(String... examples) {
    StringBuilder text = new StringBuilder("# tiny-slug\n");
    for (String example : examples) {
      text.append("```js\n").append(example.stripTrailing()).append("\n```\n\n");
    }
    return GOOD.with("README.md", text.toString());
  }

  private Verification verify(Drafts draft) throws InterruptedException {
    return verify(NpmToolchain.builder().build(), draft);
  }

  private Verification verify(NpmToolchain toolchain, Drafts draft) throws InterruptedException {
    return toolchain.verify(
        draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }

  private static StepReport step(Verification result) {
    return result.steps().stream()
        .filter(report -> report.step() == Step.EXAMPLES)
        .findFirst()
        .orElseThrow();
  }

  private static Verification.Failed failed(Verification result) {
    assertThat(result).isInstanceOf(Verification.Failed.class);
    Verification.Failed failed = (Verification.Failed) result;
    assertThat(failed.failure().step()).as(failed.failure().text()).isEqualTo(Step.EXAMPLES);
    return failed;
  }
}
