package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.FailureDigest;
import dev.packageforge.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RelevanceTest {
  private static final Drafts DRAFT =
      Drafts.good()
          .with("src/index.js", "export { slug } from './slug.js';\n")
          .with("src/slug.js", "import { lower } from './lower.js';\n" + Drafts.SOURCE)
          .with("src/lower.js", "export * from './deep.js';\n")
          .with("src/deep.js", "export const lower = 1;\n")
          .with("src/other.js", "export const other = 1;\n")
          .with("src/a.js", "export {};\n");

  @Test
  void whatIsNamedComesFirstThenWhatItBuildsOn() {
    assertThat(relevant(DRAFT, Step.TEST, "1. [crashed] src/lower.js:1: at (src/slug.js:3:4)."))
        .containsExactly("src/lower.js", "src/slug.js", "src/deep.js");
  }

  @Test
  void aTestLeadsToThePackageByItsName() {
    assertThat(relevant(DRAFT, Step.TEST, "test/slug.test.js:5: expected 'a', got 'b'"))
        .containsExactly("test/slug.test.js", "src/index.js", "src/slug.js");
  }

  @Test
  void aFileThatIsOnlyPartOfAWordIsNotMeant() {
    assertThat(relevant(DRAFT, Step.TEST, "see ./src/other.js. Not my/src/a.js or src/a.jsx"))
        .containsExactly("src/other.js");
  }

  @Test
  void aFailureThatNamesNoFileIsAboutTheEntries() {
    assertThat(relevant(DRAFT, Step.SMOKE, "import(\"tiny-slug\") ended the whole process."))
        .containsExactly("src/index.js", "src/slug.js", "src/lower.js");
  }

  @Test
  void aCommandLeadsToItsFileAndATestToTheCommandItNames() {
    Drafts tool =
        DRAFT
            .manifest("\"license\"", "\"bin\": \"bin/slug.js\", \"license\"")
            .with("bin/slug.js", "#!/usr/bin/env node\nimport '../src/other.js';\n")
            .with("test/cli.test.js", "const bin = new URL('../bin/slug.js', import.meta.url);\n");
    assertThat(relevant(tool, Step.TEST, "test/cli.test.js:1: it fell"))
        .containsExactly("test/cli.test.js", "bin/slug.js", "src/other.js");
    assertThat(relevant(tool, Step.SMOKE, "slug --help printed nothing."))
        .contains("bin/slug.js", "src/other.js");
  }

  @Test
  void theManifestIsShownWhereItMayBeAtFault() {
    assertThat(relevant(DRAFT, Step.INSTALL, "npm install failed with E404."))
        .containsExactly("package.json");
    assertThat(relevant(DRAFT, Step.INSPECT, "[import-not-declared] src/a.js:1: no such"))
        .containsExactly("src/a.js", "package.json");
    assertThat(relevant(DRAFT, Step.TEST, "[module-not-found] package.json: \"files\" lacks it"))
        .startsWith("package.json");
  }

  @Test
  void whatWasBuiltLeadsToItsSource() {
    Drafts typed =
        DRAFT
            .manifest("./src/index.js", "./dist/index.js")
            .without("src/index.js")
            .with("src/index.ts", "export * from './slug.js';\n");
    assertThat(relevant(typed, Step.TEST, "at dist/index.js:3"))
        .containsExactly("src/index.ts", "src/slug.js", "src/lower.js");
  }

  @Test
  void whenNothingIsKnownAllFilesAre() {
    Drafts empty = DRAFT.without("package.json");
    assertThat(relevant(empty, Step.TEST, "it fell")).hasSize(empty.request().files().count());
  }

  private static List<String> relevant(Drafts draft, Step step, String text) {
    return Relevance.of(
        draft.request().files(), new FailureDigest(step, "it fell", text, "abc", 1));
  }
}
