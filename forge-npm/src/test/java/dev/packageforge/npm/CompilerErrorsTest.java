package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.packageforge.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompilerErrorsTest {
  @Test
  void errorsFromWhichOthersFollowComeFirst() {
    assertThat(
            CompilerErrors.in(
                List.of(
                    "> tiny@1.0.0 build",
                    "src/b.ts(3,5): error TS2322: Type 'number' is not assignable.",
                    "  Types of property 'a' are incompatible.",
                    "src/b.ts(1,8): error TS2307: Cannot find module './c.js'.",
                    "src/a.ts:2:1 - error TS1005: ';' expected.",
                    "error TS18003: No inputs were found in config file 'tsconfig.json'.")))
        .extracting(f -> f.finding().code(), f -> f.finding().where(), Failure::evidence)
        .containsExactly(
            tuple("syntax-error", "src/a.ts:2", List.of()),
            tuple("compiler-settings", "", List.of()),
            tuple("module-not-found", "src/b.ts:1", List.of()),
            tuple("type-error", "src/b.ts:3", List.of("Types of property 'a' are incompatible.")));
  }

  @Test
  void theNumberOfTheErrorIsTold() {
    assertThat(CompilerErrors.in(List.of("src/a.ts(1,1): error TS2835: Relative import paths")))
        .extracting(Failure::finding)
        .extracting(Finding::sentence, Finding::remedy)
        .containsExactly(
            tuple(
                "tsc says TS2835: Relative import paths",
                "Name the file with its extension, .js, though it ends in .ts."));
  }

  @Test
  void otherOutputIsNone() {
    assertThat(CompilerErrors.in(List.of("error: none", "src/a.ts: fine"))).isEmpty();
  }
}
