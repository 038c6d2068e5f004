package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackagePlan;
import dev.packageforge.RunRequest;
import dev.packageforge.examples.eval.CaseResult;
import dev.packageforge.examples.eval.EvalCase;
import dev.packageforge.examples.eval.ModelWatch;
import dev.packageforge.examples.eval.Sitting;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.npm.AcceptanceReport;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is counted of one case. */
class SittingTest {
  private static final EvalCase QUESTION =
      new EvalCase(
          "slugs",
          new EvalCase.Traits("Slugs", "library", "js", "esm", List.of()),
          "a slug maker",
          "test('a', () => {});\ntest('b', () => {});\n");
  private static final String FENCE = "@@@ " + ScriptedLanguageModel.MARKER;

  @Test
  void whatWasInventedMissedAndCompletedIsCounted() throws InterruptedException {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(
            Desk.PLAN.replace(
                "\"dependencies\":[]",
                "\"dependencies\":[{\"name\":\"left-pat\",\"range\":\"^1.0.0\",\"reason\":\"x\"}]"),
            Desk.PLAN,
            Desk.BAD,
            FENCE + " edit index.js\nno such line\n" + FENCE + " with\ngood\n" + FENCE + " end\n",
            Desk.GOOD);
    CaseResult result =
        sit(model, (packed, tests) -> new AcceptanceReport(1, 2, List.of("b failed")));
    assertThat(result.way()).isEqualTo(new CaseResult.Way(2, true, "ready", ""));
    assertThat(result.way().atOnce()).isFalse();
    assertThat(result.way().soon()).isTrue();
    assertThat(result.hidden()).isEqualTo(new CaseResult.Hidden(1, 2, List.of("b failed")));
    assertThat(result.answers()).isEqualTo(new CaseResult.Answers(2, 1, 1, 1, List.of("left-pat")));
    assertThat(result.spending().calls()).isEqualTo(5);
    assertThat(result.spending().tokens()).isPositive();
  }

  @Test
  void aRunThatComesToNothingPassesNoHiddenTest() throws InterruptedException {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(Desk.PLAN, FENCE + " cannot There is no such thing.\n");
    CaseResult result =
        sit(
            model,
            (packed, tests) -> {
              throw new AssertionError("there is nothing to be examined");
            });
    assertThat(result.way().green()).isFalse();
    assertThat(result.way().exit()).isEqualTo("model-declined");
    assertThat(result.way().sentence()).contains("There is no such thing.");
    assertThat(result.hidden()).isEqualTo(new CaseResult.Hidden(0, 2, List.of()));
  }

  @Test
  void hiddenTestsThatCouldNotBeRunAreSaidToBe() throws InterruptedException {
    CaseResult result =
        sit(
            ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD),
            (packed, tests) -> {
              throw new RegistryException("Nobody answered.", "Try again.", true, null);
            });
    assertThat(result.way().atOnce()).isTrue();
    assertThat(result.hidden().passed()).isZero();
    assertThat(result.hidden().failures())
        .containsExactly("The hidden tests could not be run: Nobody answered.");
  }

  private static CaseResult sit(LanguageModel model, Sitting.Examiner examiner)
      throws InterruptedException {
    ModelWatch watch = new ModelWatch();
    Sitting sitting = new Sitting(QUESTION, watch);
    try (Shelf shelf = Shelf.inMemory(Clock.systemUTC()).telling(sitting)) {
      Forge forge =
          shelf
              .in(Forge.builder())
              .model(watch.around(model))
              .sandbox(new NoSandbox())
              .toolchain(new FakeToolchain())
              .registry(new FakeRegistry())
              .catalog(SittingTest::find)
              .build();
      return sitting.sit(forge, RunRequest.of(QUESTION.prompt()), examiner);
    }
  }

  private static Optional<CatalogEntry> find(PackagePlan.PlannedDependency needed) {
    return needed.name().equals("left-pat")
        ? Optional.empty()
        : Optional.of(new CatalogEntry(needed.name(), "1.0.0", ""));
  }
}
