package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PublishOptions;
import dev.packageforge.RunState;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code forge new} over fakes: what is shown, asked, kept and returned. */
class NewCommandTest {
  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  @Test
  void yesPublishesAndPrintsHowToInstall() {
    Desk.Result result = desk.run(good(), "new", "a", "slug", "maker", "--yes");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "is ready for approval",
            "sha512-",
            "goes to   the folder " + desk.data().resolve("registry"))
        .contains("published slug-maker@1.0.0")
        .contains("fetch memory:slug-maker@1.0.0");
    assertThat(desk.registry.uploads()).hasSize(1);
    assertThat(keptRuns()).isEmpty();
  }

  @Test
  void aPersonIsAskedAndMaySayYes() {
    Desk.Result result = desk.typing("y\n").run(good(), "new", "a slug maker");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("published slug-maker@1.0.0").doesNotContain("[y/N]");
    // The output may be a file; a question in there would never be seen.
    assertThat(result.err()).contains("sha512-", "Publish slug-maker@1.0.0 to the folder ");
  }

  @Test
  void aPersonAtATerminalIsAskedThere() {
    desk.screen = new Surroundings.Screen(24, 200);
    Desk.Result result = desk.typing("y\n").run(good(), "new", "a slug maker");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("? [y/N] ");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void anInputThatEndsIsNobody() {
    Desk.Result result = desk.typing("").run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err()).contains("the input ended before").doesNotContain("Rejected");
    assertThat(keptRuns()).hasSize(1);
  }

  @Test
  void aNoIsANoForGood() {
    for (String answer : List.of("n\n", "NO\n")) {
      desk.err.reset();
      Desk.Result result = desk.typing(answer).run(good(), "new", "a slug maker");
      assertThat(result.exit()).as(answer).isEqualTo(Exit.REFUSED.code());
      assertThat(result.err()).contains("Rejected by ada; nothing was published.");
      assertThat(result.out()).contains("kept in ").doesNotContain("published slug-maker");
    }
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void aSlipIsNeitherAYesNorANo() {
    for (String answer : List.of("\n", "yeah\n", "j\n")) {
      desk.err.reset();
      Desk.Result result = desk.typing(answer).run(good(), "new", "a slug maker");
      assertThat(result.exit()).as(answer).isEqualTo(Exit.REFUSED.code());
      assertThat(result.err())
          .contains("was not approved: the answer was neither a yes nor a no.")
          .contains("next:  ", "forge publish r", "forge approve r");
      assertThat(desk.store.newest(1).get(0).state()).isEqualTo(RunState.AWAITING_APPROVAL);
    }
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void withoutAnybodyToAskNothingIsPublishedAndNothingLost() throws IOException {
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err())
        .contains("was not approved: nobody could be asked", "publish it: forge publish r");
    Path kept = keptRuns().get(0);
    assertThat(result.out()).contains("kept in " + kept);
    assertThat(Files.readString(kept.resolve("source/index.js"))).isEqualTo("good\n");
    assertThat(kept.resolve("package.bin")).isRegularFile();
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void aStoreThatForgetsIsNotPromisedToRemember() {
    desk.forgetful = true;
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err())
        .contains("Look at what is kept, then run it again at a terminal, or with --yes.")
        .doesNotContain("forge publish");
  }

  @Test
  void aDryRunPublishesNothingAndSaysSo() {
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--dry-run");
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains("DRY RUN: slug-maker@1.0.0 was not published")
        .doesNotContain("\npublished");
    assertThat(desk.registry.uploads()).isEmpty();
    assertThat(keptRuns()).hasSize(1);
  }

  @Test
  void programsReadNothingButJson() {
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--yes", "--json");
    assertThat(result.exit()).isZero();
    assertThat(result.out().lines()).allMatch(line -> line.startsWith("{\"type\":\""));
    assertThat(result.out().lines().findFirst().orElseThrow()).contains("\"type\":\"hello\"");
    assertThat(result.out().lines().reduce((a, b) -> b).orElseThrow())
        .contains("\"type\":\"end\"", "\"exit\":0", "\"state\":\"published\"")
        .contains("\"installCommand\":\"fetch memory:slug-maker@1.0.0\"");
  }

  @Test
  void programsAreToldOfADryRunToo() {
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--dry-run", "--json");
    assertThat(result.out().lines().reduce((a, b) -> b).orElseThrow())
        .contains("\"state\":\"dry-run-done\"", "\"dryRun\":true")
        .doesNotContain("installCommand");
    assertThat(result.out()).doesNotContain("\"state\":\"published\"");
  }

  @Test
  void aRunThatFailsKeepsItsBestDraft() throws IOException {
    Desk.Result result =
        desk.run(
            ScriptedLanguageModel.replies(Desk.PLAN, Desk.BAD, Desk.BAD),
            "new",
            "a slug maker",
            "--max-attempts",
            "2",
            "--out",
            "sources");
    assertThat(result.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(result.err()).contains("forge: Attempt 2 failed too", "next:  ");
    assertThat(Files.readString(keptRuns().get(0).resolve("source/index.js"))).isEqualTo("worse\n");
    assertThat(Files.readString(folder.resolve("sources/index.js"))).isEqualTo("worse\n");
    assertThat(result.out()).contains("sources in " + folder.resolve("sources"));
  }

  @Test
  void theEndOfARunDecidesTheExitCode() {
    LanguageModelException declined =
        new LanguageModelException(
            LanguageModelException.Reason.BLOCKED, "The demo knows only slugs.", "Ask for slugs.");
    Desk.Result unknown =
        desk.run(
            ScriptedLanguageModel.replies().thenThrow(declined), "new", "a compiler", "--json");
    assertThat(unknown.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(unknown.err())
        .contains("forge: The demo knows only slugs.", "next:  Ask for slugs.");
    assertThat(unknown.out()).contains("\"reason\":\"model-declined\"");

    LanguageModelException key =
        new LanguageModelException(LanguageModelException.Reason.AUTH, "No key.", "Set one.");
    assertThat(desk.run(ScriptedLanguageModel.replies().thenThrow(key), "new", "x").exit())
        .isEqualTo(Exit.NOT_READY.code());
    LanguageModelException gone =
        new LanguageModelException(
            LanguageModelException.Reason.QUOTA_EXHAUSTED, "No calls left.", "Wait.");
    assertThat(desk.run(ScriptedLanguageModel.replies().thenThrow(gone), "new", "x").exit())
        .isEqualTo(Exit.OUTSIDE.code());
  }

  @Test
  void anotherPackageOfTheSameNameIsAConflict() {
    assertThat(desk.run(good(), "new", "a slug maker", "--yes").exit()).isZero();
    String other = Desk.block("index.js", "good too");
    Desk.Result second =
        desk.run(ScriptedLanguageModel.replies(Desk.PLAN, other), "new", "a slug maker", "--yes");
    assertThat(second.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(second.err()).contains("The registry holds other bytes as slug-maker@1.0.0");
    assertThat(keptRuns()).hasSize(1);
  }

  @Test
  void aRegistryThatTookNothingIsSaidAndTheRunCanBeApprovedAgain() {
    desk.registry.spoil(FakeRegistry.Spoil.DISK_FULL);
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--yes", "--json");
    assertThat(result.exit()).isEqualTo(Exit.OUTSIDE.code());
    assertThat(result.err()).contains("The disk is full.", "Free some space.");
    assertThat(result.out())
        .contains("\"state\":\"awaiting-approval\"", "\"reason\":\"registry-unavailable\"");
  }

  @Test
  void theAnswerOfALostUploadIsReadBack() {
    desk.registry.spoil(FakeRegistry.Spoil.ANSWER_LOST);
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--yes");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("published slug-maker@1.0.0");
    assertThat(desk.registry.uploads())
        .singleElement()
        .extracting(upload -> upload.options().mode())
        .isEqualTo(PublishOptions.Mode.PUBLISH);
  }

  @Test
  void thePromptMayComeFromAFileOrTheInput() throws IOException {
    Files.writeString(folder.resolve("prompt.txt"), "a slug maker\n");
    ScriptedLanguageModel model = good();
    assertThat(desk.run(model, "new", "--prompt-file", "prompt.txt", "--yes").exit()).isZero();
    assertThat(model.requests().get(0).prompt().subject()).isEqualTo("a slug maker");

    desk.person = true;
    desk.in = new ByteArrayInputStream("ein Slug für ß\ny\n".getBytes(StandardCharsets.UTF_8));
    ScriptedLanguageModel piped = good();
    // The input held the prompt, so it cannot hold an answer.
    assertThat(desk.run(piped, "new", "--prompt-file", "-").exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(piped.requests().get(0).prompt().subject()).isEqualTo("ein Slug für ß\ny");
  }

  @Test
  void ciAndNoColorMeanPlainLines() {
    desk.screen = new Surroundings.Screen(24, 200);
    assertThat(desk.run(good(), "new", "x", "--yes").out()).contains("\u001b[");
    for (String[] plain : new String[][] {{"CI", "true"}, {"NO_COLOR", "1"}, {"TERM", "dumb"}}) {
      desk.environment.put(plain[0], plain[1]);
      assertThat(desk.run(good(), "new", "x", "--yes").out()).doesNotContain("\u001b");
      desk.environment.remove(plain[0]);
    }
  }

  @Test
  void anInterruptCancelsWhileTheModelWrites() {
    ScriptedLanguageModel stalling = ScriptedLanguageModel.replies(Desk.PLAN).thenStall("@@@");
    Thread person =
        new Thread(
            () -> {
              while (stalling.requests().size() < 2) {
                Thread.onSpinWait();
              }
              desk.interrupts.arrive();
            });
    person.start();
    Desk.Result result = desk.run(stalling, "new", "a slug maker", "--yes");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(result.out()).contains("Cancelling…");
    assertThat(result.err()).contains("forge: Cancelled");
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void anInterruptBeforeTheQuestionSparesIt() {
    desk.screen = new Surroundings.Screen(24, 200);
    desk.typing("y\n").interruptAt = "is ready for approval";
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(result.out()).doesNotContain("[y/N]");
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void anInterruptWithYesAlreadySaidIsHeardToo() {
    desk.interruptAt = "is ready for approval";
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--yes");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(result.err()).contains("forge: Cancelled by ada");
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void anInterruptAtTheQuestionIsACancel() throws IOException {
    desk.person = true;
    // Never answers, and is asked as soon as somebody reads from it.
    desk.in =
        new PipedInputStream() {
          @Override
          public synchronized int read() throws IOException {
            desk.interrupts.arrive();
            return super.read();
          }

          @Override
          public synchronized int read(byte[] bytes, int from, int count) throws IOException {
            return super.read(bytes, from, count); // which begins with one byte
          }
        };
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(result.err()).contains("forge: Cancelled by ada");
    assertThat(keptRuns()).hasSize(1);
  }

  @Test
  void whatCannotBeKeptIsSaid() throws IOException {
    Files.createDirectories(desk.data());
    Files.writeString(desk.data().resolve("kept"), "in the way");
    Files.writeString(folder.resolve("tmp"), "in the way");
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err()).contains("could not be kept in", "either: a file is in the way.");
    assertThat(result.out()).doesNotContain("kept in");
  }

  @Test
  void whatCannotBeKeptInItsPlaceIsKeptAmongTemporaryFiles() throws IOException {
    Files.createDirectories(desk.data());
    Files.writeString(desk.data().resolve("kept"), "in the way");
    Desk.Result result = desk.run(good(), "new", "a slug maker");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.out()).contains("kept in " + folder.resolve("tmp/package-forge-"));
  }

  @Test
  void sourcesThatCannotBeWrittenAreNoSuccess() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    Desk.Result result = desk.run(good(), "new", "a slug maker", "--yes", "--out", "file/sources");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.out()).contains("published slug-maker@1.0.0").doesNotContain("sources in");
    assertThat(result.err()).contains("forge: The sources could not be written", "next:  ");
  }

  @Test
  void theSecondInterruptKeepsTheDraftAndSaysSo() throws IOException {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(Desk.PLAN, Desk.BAD).thenStall("@@@");
    Thread command = Thread.currentThread();
    Thread person =
        new Thread(
            () -> {
              while (model.requests().size() < 3) {
                Thread.onSpinWait();
              }
              desk.interrupts.onFirst(() -> {}); // a cancel that nobody hears
              desk.interrupts.arrive();
              desk.interrupts.arrive();
              command.interrupt();
            });
    person.start();
    Desk.Result result = desk.run(model, "new", "a slug maker", "--yes");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    Path kept = keptRuns().get(0);
    assertThat(Files.readString(kept.resolve("source/index.js"))).isEqualTo("worse\n");
    assertThat(result.err())
        .contains("forge: Stopped at once; nothing was published.")
        .contains("next:  From the last finished step on: forge resume r", "kept in " + kept);

    Desk.Result resumed =
        desk.beside().run(ScriptedLanguageModel.replies(Desk.GOOD), "resume", "--yes");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("published slug-maker@1.0.0");
  }

  private static ScriptedLanguageModel good() {
    return ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD);
  }

  private List<Path> keptRuns() {
    Path kept = desk.data().resolve("kept");
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    try (Stream<Path> runs = Files.list(kept)) {
      return runs.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
