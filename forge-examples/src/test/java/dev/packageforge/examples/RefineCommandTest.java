package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.llm.ModelRequest.Purpose;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code forge refine} over fakes: which package is meant, what is shown, what is made. */
class RefineCommandTest {
  private static final String CHANGED =
      "@@@ M cause It keeps digits now.\n".replace("M", ScriptedLanguageModel.MARKER)
          + Desk.block("index.js", "good, and better")
          + Desk.block("more.js", "good too");

  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path folder) {
    desk = new Desk(folder);
  }

  @Test
  void thePublishedPackageGetsANextVersion() {
    Run base = published();
    ScriptedLanguageModel model = ScriptedLanguageModel.replies(CHANGED);
    Desk.Result result = desk.run(model, "refine", "keep", "digits", "--yes");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(", the next version of slug-maker 1.0.0 of run " + shortened(base))
        .contains("draft 1", "2 files, for the next version", "new: It keeps digits now.")
        .contains("slug-maker@1.0.1 is ready for approval", "  slug-maker 1.0.0 → 1.0.1")
        .contains("  new       It keeps digits now.")
        .contains("  changed   index.js", "  added     more.js")
        .contains("\nslug-maker 1.0.0 → 1.0.1\npublished slug-maker@1.0.1");
    assertThat(model.requests()).hasSize(1);
    assertThat(model.requests().get(0).id().purpose()).isEqualTo(Purpose.REFINE);
    assertThat(model.requests().get(0).prompt().subject())
        .isEqualTo("slug-maker 1.0.0: keep digits");
    assertThat(desk.registry.uploads()).hasSize(2);
    assertThat(desk.store.find(base.id())).hasValue(base);
    assertThat(desk.closed).hasValue(2);
  }

  @Test
  void aPackageThatWaitsForApprovalOrHadADryRunIsEnough() {
    for (String[] how :
        List.of(new String[] {"new", "x"}, new String[] {"new", "x", "--dry-run"})) {
      desk.run(good(), how);
      Desk.Result result =
          desk.run(ScriptedLanguageModel.replies(CHANGED), "refine", "keep digits", "--yes");
      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(result.out()).contains("published slug-maker@1.0.1");
    }
  }

  @Test
  void aRunIsMeantByItsBeginningOrIsTheNewestWithAPackage() {
    Run first = published();
    Run second = published();
    desk.run(ScriptedLanguageModel.replies("no plan", "no plan", "no plan"), "new", "hopeless");
    assertThat(base(next("refine", "-", "keep digits"))).isEqualTo(second.id());
    Run third = next("refine", shortened(first), "keep digits");
    assertThat(base(third)).isEqualTo(first.id());
    assertThat(third.request().prompt()).isEqualTo("keep digits");
    Run fourth = next("refine", "keep more digits");
    assertThat(base(fourth)).isEqualTo(third.id());
  }

  @Test
  void aWordThatOnlyLooksLikeARunIsAWord() {
    published();
    assertThat(next("refine", "rename", "keep", "to", "hold").request().prompt())
        .isEqualTo("rename keep to hold");
  }

  @Test
  void whatIsMissingIsAskedForBeforeAnythingIsDone() {
    assertWrong("It is not said what should change.", "refine");
    assertWrong("There are no runs yet.", "refine", "keep digits");
    Run base = published();
    assertWrong("should change about run " + shortened(base), "refine", shortened(base));
    assertWrong("No run is called \"r0zzzzzzz\"", "refine", "r0zzzzzzz", "keep digits");
    assertThat(desk.store.newest(10)).hasSize(1);
  }

  @Test
  void aRunWithoutAPackageHasNoNextVersion() {
    desk.run(ScriptedLanguageModel.replies("no plan", "no plan", "no plan"), "new", "hopeless");
    Run failed = desk.store.newest(1).get(0);
    assertThat(failed.state()).isEqualTo(RunState.FAILED);
    for (String[] said :
        List.of(
            new String[] {"refine", shortened(failed), "keep digits"},
            new String[] {"refine", "keep digits"})) {
      desk.err.reset();
      Desk.Result result = desk.run(good(), said);
      assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
      assertThat(result.err()).contains("package", "next:  ");
    }
  }

  @Test
  void theNextVersionIsShownWithWhatItCameFrom() {
    Run base = published();
    Run next = next("refine", "keep digits");
    assertThat(desk.run("show", shortened(next)).out())
        .contains("next of   slug-maker 1.0.0, draft 1 of run " + shortened(base))
        .contains("          slug-maker 1.0.0 → 1.0.1")
        .contains("draft 1   written by the model for the next version (scripted): It keeps");
    assertThat(desk.run("show", shortened(base)).out())
        .contains("forge refine " + shortened(base) + " \"what should change\"");
    assertThat(desk.run("runs").out()).contains("slug-maker@1.0.1", "slug-maker@1.0.0");
    assertThat(desk.run("show", "--json").out())
        .contains("\"base\":{\"run\":\"" + base.id() + "\",\"draft\":1,\"name\":\"slug-maker\"");
  }

  @Test
  void programsAreToldTheVersionBeforeAndWhatChanged() {
    published();
    Desk.Result result =
        desk.run(ScriptedLanguageModel.replies(CHANGED), "refine", "x", "--yes", "--json");
    assertThat(result.out().lines())
        .anyMatch(line -> line.contains("\"origin\":\"refinement\"") && line.contains("modified"))
        .anyMatch(
            line ->
                line.contains("\"type\":\"end\"") && line.contains("\"baseVersion\":\"1.0.0\""));
  }

  private void assertWrong(String why, String... said) {
    desk.err.reset();
    Desk.Result result = desk.run(good(), said);
    assertThat(result.exit()).as(String.join(" ", said)).isEqualTo(Exit.USAGE.code());
    assertThat(result.err()).contains(why, "next:  ");
  }

  private Run next(String... said) {
    desk.err.reset();
    Desk.Result result = desk.run(ScriptedLanguageModel.replies(CHANGED), said);
    // Nobody could be asked, so each of them waits for approval.
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.REFUSED.code());
    return desk.store.newest(1).get(0);
  }

  private Run published() {
    assertThat(desk.run(good(), "new", "a slug maker", "--yes").exit()).isZero();
    return desk.store.newest(1).get(0);
  }

  private static RunId base(Run run) {
    return Objects.requireNonNull(run.request().base()).run();
  }

  private static String shortened(Run run) {
    return RunFinder.shortened(run.id());
  }

  private static ScriptedLanguageModel good() {
    return ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD);
  }
}
