package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.pipeline.EditCorpus.Case;
import dev.packageforge.pipeline.EditCorpus.Drift;
import dev.packageforge.pipeline.EditResult.Applied;
import dev.packageforge.pipeline.EditResult.Miss;
import dev.packageforge.pipeline.EditResult.Refused;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EditsTest {
  private static final int CASES = 500;

  @Test
  void noEditIsMisappliedAndNearlyAllAreAppliedWhateverTheirSpace() {
    Map<Drift, Integer> refused = new EnumMap<>(Drift.class);
    List<String> misapplied = new ArrayList<>();
    int drifted = 0;
    int missed = 0;
    for (Case each : LongStream.range(0, CASES).mapToObj(EditCorpus::of).toList()) {
      EditResult result = Edits.apply(each.before(), each.edits());
      if (result instanceof Applied applied && !isExpected(each, applied.content())) {
        misapplied.add(each.seed() + " " + each.drift());
      }
      if (each.drift().mayBeRefusedOnly()) {
        assertThat(result instanceof Refused).as("seed %d", each.seed()).isTrue();
      } else {
        drifted++;
        missed += result instanceof Refused ? 1 : 0;
        refused.merge(each.drift(), result instanceof Refused ? 1 : 0, Integer::sum);
      }
    }
    assertThat(misapplied).isEmpty();
    assertThat(drifted).isGreaterThan(CASES / 2);
    assertThat(missed).as("refused, by drift: %s", refused).isLessThanOrEqualTo(drifted * 2 / 100);
  }

  /** Space is compared where the case has one right answer for it. */
  private static boolean isExpected(Case each, String content) {
    return switch (each.drift()) {
      case SPACE_WITHIN_LINES ->
          content.replaceAll("\\s+", "").equals(each.after().replaceAll("\\s+", ""));
      case TRAILING_SPACE_IN_FILE ->
          content.replaceAll(" +\n", "\n").equals(each.after().replaceAll(" +\n", "\n"));
      default -> content.equals(each.after());
    };
  }

  @Test
  void linesThatStandOnceAreReplaced() {
    assertThat(edit("a\nb\nc\n", "b\n", "x\ny\n")).isEqualTo(new Applied("a\nx\ny\nc\n"));
    assertThat(edit("a\nb\nc\n", "b\n", "")).isEqualTo(new Applied("a\nc\n"));
    assertThat(edit("a\nb", "b\n", "x\n")).isEqualTo(new Applied("a\nx"));
    assertThat(edit("a\nb", "b\n", "b\nc\n")).isEqualTo(new Applied("a\nb\nc"));
  }

  @Test
  void linesThatStandTwiceAreNotGuessedAt() {
    assertThat(edit("a\nb\na\n", "a\n", "x\n"))
        .isEqualTo(new Refused(List.of(new Miss(1, List.of(1, 3), List.of()))));
    assertThat(edit("  a();\nb\n    a();\n", "a();\n", "x\n"))
        .isEqualTo(new Refused(List.of(new Miss(1, List.of(1, 3), List.of()))));
    assertThat(edit("f( a )\nb\nf(a )\n", "f(a)\n", "x\n"))
        .isEqualTo(new Refused(List.of(new Miss(1, List.of(1, 3), List.of()))));
  }

  @Test
  void aPartOfALineIsNotFound() {
    assertThat(edit("return a + b;\n", "return a\n", "return b\n")).isInstanceOf(Refused.class);
  }

  @Test
  void theNearestLinesAreTold() {
    String file = "import x;\n\nfunction one(value) {\n  return value + 1;\n}\n";
    assertThat(edit(file, "function one(value) {\n  return value + 2;\n", "x\n"))
        .isEqualTo(
            new Refused(
                List.of(
                    new Miss(
                        1,
                        List.of(),
                        List.of("3: function one(value) {", "4:   return value + 1;")))));
    assertThat(edit(file, "  return value - 1;\n", "x\n"))
        .isEqualTo(new Refused(List.of(new Miss(1, List.of(), List.of("4:   return value + 1;")))));
  }

  @Test
  void oneMissKeepsAllEditsOfAFileOut() {
    EditResult result =
        Edits.apply("a\nb\n", List.of(new Edit("a\n", "x\n"), new Edit("c\n", "y\n")));
    assertThat(result).isEqualTo(new Refused(List.of(new Miss(2, List.of(), List.of()))));
  }

  @Test
  void anEditIsLookedForInTheFileAsItWas() {
    assertThat(
            Edits.apply(
                "one\ntwo\n", List.of(new Edit("one\n", "two\nzero\n"), new Edit("two\n", "x\n"))))
        .isEqualTo(new Applied("two\nzero\nx\n"));
  }

  @Test
  void anEditMayBuildOnTheOneBefore() {
    assertThat(
            Edits.apply(
                "one\n", List.of(new Edit("one\n", "two\nthree\n"), new Edit("three\n", "4\n"))))
        .isEqualTo(new Applied("two\n4\n"));
  }

  @Test
  void anEditThatIsInTheFileAlreadyChangesNothing() {
    String applied = "import a;\nimport b;\nconst value = make(a, b);\n";
    assertThat(edit(applied, "import a;\n", "import a;\nimport b;\n"))
        .isEqualTo(new Applied(applied));
    assertThat(edit(applied, "const value = make(a);\n", "const value = make(a, b);\n"))
        .isEqualTo(new Applied(applied));
    assertThat(edit(applied, "import c;\n", "import b;\n"))
        .as("too little to be recognised")
        .isInstanceOf(Refused.class);
  }

  @Test
  void theSameEditTwiceIsOne() {
    Edit edit = new Edit("a\n", "a\na\n");
    assertThat(Edits.apply("a\n", List.of(edit, edit))).isEqualTo(new Applied("a\na\n"));
  }

  @Test
  void nothingToFindFitsOnlyAFileWithoutContent() {
    assertThat(edit("", "", "a\n")).isEqualTo(new Applied("a\n"));
    assertThat(edit("\n", "", "a\n")).isEqualTo(new Applied("a\n"));
    assertThat(edit("b\n", "", "a\n")).isInstanceOf(Refused.class);
    assertThat(edit("b\n\nc\n", "\n", "a\n")).isInstanceOf(Refused.class);
  }

  @Test
  void theReplacementIsIndentedAsTheFileIs() {
    assertThat(
            edit(
                "f {\n    if (a) {\n        b;\n    }\n}\n",
                "if (a) {\n  b;\n}\n",
                "if (c) {\n  d;\n  while (e) {\n    f;\n  }\n}\n"))
        .isEqualTo(
            new Applied(
                "f {\n    if (c) {\n        d;\n        while (e) {\n            f;\n        }\n    }\n}\n"));
    assertThat(edit("f {\n\ta;\n}\n", "f {\n  a;\n}\n", "f {\n  if (b) {\n    a;\n  }\n}\n"))
        .isEqualTo(new Applied("f {\n\tif (b) {\n\t\ta;\n\t}\n}\n"));
  }

  @Test
  void anIndentationThatIsNotClearIsNotGuessedAt() {
    String file = "f {\n  a;\n  if (b) {\n    c;\n  }\n}\n";
    assertThat(edit(file, "    a;\n    if (b) {\n", "    a;\n        d;\n    if (b) {\n"))
        .as("four more, or one level of two")
        .isInstanceOf(Refused.class);
    assertThat(edit(file, "    a;\n    if (b) {\n", "    a;\n    d;\n    if (b) {\n"))
        .isEqualTo(new Applied("f {\n  a;\n  d;\n  if (b) {\n    c;\n  }\n}\n"));
  }

  @Test
  void whatIsKeptStaysAsTheFileHasIt() {
    assertThat(edit("a \nb\nc\t\r\n", "a\nb\nc\n", "a\nx\nc\n"))
        .isEqualTo(new Applied("a \nx\nc\t\r\n"));
  }

  @Test
  void aMillionEditsAndAMillionEqualLinesAreBorne() {
    String same = "a\n".repeat(200_000);
    assertThat(edit(same, "a\n".repeat(100_000) + "b\n", "c\n")).isInstanceOf(Refused.class);
    assertThat(edit(same, "  a\n".repeat(100_000), "c\n")).isInstanceOf(Refused.class);
    assertThat(edit(same, "a a a\n".repeat(30_000), "c\n")).isInstanceOf(Refused.class);
  }

  private static EditResult edit(String content, String search, String replacement) {
    return Edits.apply(content, List.of(new Edit(search, replacement)));
  }
}
