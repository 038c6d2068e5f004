package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Draft;
import dev.packageforge.Finding;
import dev.packageforge.RunEvent;
import dev.packageforge.Sha512;
import dev.packageforge.testing.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NarratorTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void plainLinesTellTheWholeRunOnce() {
    RunView view = new Narrator(new PlainStage(out));
    Story.whole().forEach(view::show);
    view.settle();
    assertThat(text().lines().map(NarratorTest::narrow))
        .containsExactly(
            "Planning",
            "  ✗ left-padder this plan was refused",
            "    ✗ left-pad-pro: There is no package called left-pad-pro."
                + " (dependency-does-not-exist)",
            "  ✓ slug-maker Makes slugs.",
            "    2 files, 1 behaviour to prove, builds on is-odd ^3.0.0",
            "Writing draft 1",
            "  ✓ src/index.js 12 B",
            "  ✓ draft 1 2 files",
            "    ✗ ../../x: the path leaves the package (path-outside-package)",
            "Attempt 1 of 3: verifying draft 1",
            "  ✓ inspect 0.0 s 2 files",
            "  – build no build script",
            "  ✗ test 1.2 s 1 of 2 tests failed",
            "  ✗ attempt 1 Test \"keeps digits\" failed",
            "    the end of the log of test, without Node's own frames:",
            "    │ not ok 1 - keeps digits",
            "    │ <U+001B>[31mexpected<U+202E> a-1",
            "Repairing draft 1",
            "  ✓ src/index.js 13 B",
            "  ✓ draft 2 2 files, mended from draft 1",
            "    mended: The wrong letter.",
            "Attempt 2 of 3: verifying draft 2",
            "  ! resting The sandbox was busy. Again in 5.0 s.",
            "  ✓ test 0.9 s 2 tests",
            "  ✓ attempt 2 draft 2 passed: slug-maker@1.0.0",
            "Publishing slug-maker",
            "  ✓ read back the registry holds "
                + Story.ARTIFACT.digest().integrity().substring(0, 19)
                + "…");
  }

  @Test
  void aDraftBegunAnewAndATestThatStaysAsItIsAreTold() {
    RunView view = new Narrator(new PlainStage(out));
    view.show(
        Story.stored(
            new RunEvent.Drafted(
                new Draft(
                    3,
                    Draft.Origin.MODEL,
                    0,
                    Sha512.of(new byte[0]),
                    List.of(
                        Finding.error(
                            "test-change-refused",
                            "test/a.test.js",
                            "A repair may not change this test.",
                            "")),
                    ""),
                List.of("a", "b"))));
    assertThat(text())
        .contains("2 files, begun anew with what was learned")
        .contains("✗ test/a.test.js: A repair may not change this test. (test-change-refused)");
  }

  @Test
  void aDryRunSaysSoInEveryLine() {
    RunView view = new Narrator(new PlainStage(out));
    Story.dryRun().forEach(view::show);
    assertThat(text().lines()).hasSize(2).allMatch(line -> line.contains("DRY RUN"));
    assertThat(text()).doesNotContain("✓");
  }

  @Test
  void onlyTheEndOfALongLogIsShown() {
    RunView view = new Narrator(new PlainStage(out));
    Story.longLog(1000).forEach(view::show);
    assertThat(text().lines().filter(line -> line.contains("│")))
        .hasSize(15)
        .last()
        .isEqualTo("    │ line 1000");
  }

  @Test
  void theSameEventTwiceChangesNoSize() {
    RunView view = new Narrator(new PlainStage(out));
    view.show(Story.stored(new RunEvent.FileText(1, "a.js", 0, "äöü", false)));
    view.show(Story.stored(new RunEvent.FileText(1, "a.js", 0, "äöü", false)));
    view.show(Story.stored(new RunEvent.FileText(1, "a.js", 3, "xyz", true)));
    view.show(Story.stored(new RunEvent.FileText(1, "a.js", 1, "öü", false)));
    assertThat(text()).contains("9 B").doesNotContain("15 B");
  }

  @Test
  void aTreeShowsTheSameTextInTheEnd() {
    RunView plain = new Narrator(new PlainStage(out));
    Story.whole().forEach(plain::show);
    String expected = text();
    bytes.reset();
    RunView tree = new Narrator(tree(ManualClock.startingAt(Story.START), 24));
    Story.whole().forEach(tree::show);
    tree.settle();
    assertThat(new Vt100(200).play(text()).stripTrailing()).isEqualTo(expected.stripTrailing());
  }

  @Test
  void aTreeIsDrawnAgainInPlaceWhileAStepRuns() {
    ManualClock clock = ManualClock.startingAt(Story.START);
    RunView tree = new Narrator(tree(clock, 24));
    Story.untilTheFirstTestRuns().forEach(tree::show);
    for (int beat = 1; beat <= 30; beat++) {
      clock.advance(Duration.ofMillis(100));
      tree.tick();
    }
    String screen = new Vt100(200).play(text());
    assertThat(screen.lines().filter(line -> line.contains("Attempt 1 of 3"))).hasSize(1);
    assertThat(screen).contains("● test                         3.0 s");
    assertThat(text().split("\u001b\\[J", -1)).hasSizeGreaterThan(20);
  }

  @Test
  void aTreeNeverOutgrowsTheScreen() {
    ManualClock clock = ManualClock.startingAt(Story.START);
    RunView tree = new Narrator(tree(clock, 10));
    Story.manyFiles(40)
        .forEach(
            event -> {
              clock.advance(Duration.ofMillis(100));
              tree.show(event);
            });
    Vt100 terminal = new Vt100(10);
    assertThat(terminal.play(text())).contains("… 33 above").contains("file-40.js");
    assertThat(terminal.lostLines()).isZero();
    tree.settle();
    assertThat(new Vt100(200).play(text())).contains("file-1.js").contains("file-40.js");
  }

  @Test
  void nothingReachesTheLastColumnOfANarrowScreen() {
    ManualClock clock = ManualClock.startingAt(Story.START);
    Surroundings.Screen screen = new Surroundings.Screen(24, 200);
    RunView tree = new Narrator(new TreeStage(out, screen, clock));
    screen.resize(24, 40);
    Story.whole()
        .forEach(
            event -> {
              clock.advance(Duration.ofMillis(100));
              tree.show(event);
            });
    tree.settle();
    String told = text().replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]", "");
    assertThat(told.lines().filter(line -> line.strip().contains(" ")))
        .allMatch(line -> Words.columns(line.stripTrailing()) < 40)
        .anyMatch(line -> line.endsWith("…"));
    String left = new Vt100(200).play(text()).replaceAll("\\s+", " ");
    assertThat(left).contains("There is no package called left-pad-pro.");
  }

  @Test
  void aTreeOnAScreenThatBecameNarrowerIsErasedWhole() {
    ManualClock clock = ManualClock.startingAt(Story.START);
    Surroundings.Screen screen = new Surroundings.Screen(24, 60);
    Stage tree = new TreeStage(out, screen, clock);
    tree.scene("Planning", Story.START);
    tree.row(new Stage.Row("a", Stage.Mark.PASSED, "a", "x".repeat(100), null));
    clock.advance(Duration.ofSeconds(1));
    tree.tick(); // a title and a row of 59 columns
    screen.resize(24, 30);
    clock.advance(Duration.ofSeconds(1));
    tree.tick();
    assertThat(text()).contains("\u001b[3A\r").doesNotContain("\u001b[4A");
  }

  @Test
  void wideLettersTakeTwoColumns() {
    assertThat(Words.columns("aé漢😀")).isEqualTo(6);
    assertThat(Words.clipped("漢漢漢", 4)).isEqualTo("漢…");
    assertThat(Words.wrapped("  one two three", 9, "    "))
        .containsExactly("  one two", "    three");
    assertThat(Words.wrapped("  unbreakable", 9, "    ")).containsExactly("  unbreakable");
  }

  /** Without the columns. */
  private static String narrow(String line) {
    return line.replaceAll("(?<=\\S) +", " ");
  }

  private Stage tree(ManualClock clock, int rows) {
    return new TreeStage(out, new Surroundings.Screen(rows, 200), clock);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
