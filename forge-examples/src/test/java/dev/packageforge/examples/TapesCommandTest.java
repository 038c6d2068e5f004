package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --record} and {@code --replay} over fakes: the same run again, without a model. */
class TapesCommandTest {
  private static final String KEY = "a-canary-that-must-not-sing";

  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  @Test
  void aRunIsRecordedInAFileOfItsOwnAndPlayedAgain() throws IOException {
    Desk.Result first = desk.run(good(), "new", "a slug maker", "--yes", "--record", "tapes/new");
    assertThat(first.exit()).as(first.err()).isZero();
    Run recorded = newest();
    Path file = folder.resolve("tapes/new").resolve(recorded.id() + ".jsonl");
    assertThat(first.out()).contains("recorded in " + file);
    assertThat(Files.readAllLines(file)).hasSize(2);

    mayRun();
    Desk.Result again = desk.run(nobody(), "new", "a slug maker", "--replay", "tapes/new");
    assertThat(again.exit()).as(again.err()).isEqualTo(Exit.REFUSED.code());
    assertThat(again.out().lines().filter(line -> line.startsWith("REPLAY: recorded answers from")))
        .as("first and last")
        .hasSize(2);
    assertThat(again.out()).doesNotContain("DEMO", "recorded in ");
    assertThat(again.err()).contains(Sandboxes.WARNING).doesNotContain("other words");
    assertThat(newest().artifact().orElseThrow().digest())
        .isEqualTo(recorded.artifact().orElseThrow().digest());
  }

  @Test
  void aPromptMayBeLeftOutIfOnlyOneWasRecorded() {
    mayRun();
    desk.run(good(), "new", "a slug maker", "--record", "tapes");
    assertThat(desk.run(nobody(), "new", "--replay", "tapes", "--yes").exit()).isZero();
    assertThat(newest().request().prompt()).isEqualTo("a slug maker");
    desk.run(good(), "new", "another", "--record", "tapes");
    desk.err.reset();
    Desk.Result both = desk.run(nobody(), "new", "--replay", "tapes", "--yes");
    assertThat(both.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(both.err()).contains("The prompt is empty.");
  }

  @Test
  void aFailureOfTheModelIsPlayedToo() {
    ScriptedLanguageModel blocked =
        ScriptedLanguageModel.replies()
            .thenThrow(
                new LanguageModelException(
                    LanguageModelException.Reason.BLOCKED, "It will not.", "Ask otherwise."));
    desk.run(blocked, "new", "a slug maker", "--record", "tapes");
    desk.err.reset();
    mayRun();
    Desk.Result again = desk.run(nobody(), "new", "--replay", "tapes");
    assertThat(again.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(again.err()).contains("forge: It will not.", "next:  Ask otherwise.");
  }

  @Test
  void aNextVersionIsRecordedAndPlayedLikeAFirstOne() {
    mayRun();
    desk.run(good(), "new", "a slug maker", "--yes", "--record", "tapes");
    String change = Desk.block("index.js", "good, and better");
    desk.run(ScriptedLanguageModel.replies(change), "refine", "keep digits", "--record", "tapes");
    Run recorded = newest();
    desk.err.reset();
    String base = RunFinder.shortened(Objects.requireNonNull(recorded.request().base()).run());
    Desk.Result again = desk.run(nobody(), "refine", base, "keep digits", "--replay", "tapes");
    assertThat(again.err()).contains("was not approved").doesNotContain("other words");
    assertThat(newest().artifact()).isEqualTo(recorded.artifact());
    desk.err.reset();
    Desk.Result other = desk.run(nobody(), "refine", base, "add colours", "--replay", "tapes");
    assertThat(other.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(other.err())
        .contains("Nothing was recorded of \"slug-maker 1.0.0: add colours\".")
        .contains("There are recordings of \"slug-maker 1.0.0: keep digits\".");
  }

  @Test
  void otherWordsThanThoseRecordedAreTold() throws IOException {
    mayRun();
    desk.run(good(), "new", "a slug maker", "--record", "tapes");
    Path tape = folder.resolve("tapes").resolve(newest().id() + ".jsonl");
    Files.writeString(tape, Files.readString(tape).replaceAll(",\"digest\":\"[^\"]*\"", ""));
    desk.err.reset();
    Desk.Result again = desk.run(nobody(), "new", "--replay", tape.toString(), "--yes");
    assertThat(again.exit()).isZero();
    assertThat(again.err())
        .contains("forge: 2 of 2 questions had other words than when the answer was recorded.");
  }

  @Test
  void whatCannotBeReadOrWrittenIsSaidBeforeAnythingIsDone() throws IOException {
    mayRun();
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("bad.jsonl"), "{\n");
    Files.writeString(folder.resolve("file"), "");
    assertWrong("there is no such folder", "new", "x", "--replay", "nowhere");
    assertWrong("no file ends in .jsonl", "new", "x", "--replay", "empty");
    assertWrong(
        "Line 1 of the recordings in bad.jsonl is bad", "new", "x", "--replay", "bad.jsonl");
    assertWrong("The folder of --replay cannot be called that.", "new", "x", "--replay", "a\0b");
    assertWrong("The folder of --record cannot be called that.", "new", "x", "--record", " ");
    assertWrong("Nothing can be recorded in", "new", "x", "--record", "file");
    assertWrong("contradict each other", "new", "x", "--record", "a", "--replay", "b");
    desk.run(good(), "new", "a slug maker", "--record", "tapes");
    assertWrong("Nothing was recorded of \"x\".", "new", "x", "--replay", "tapes");
    assertThat(desk.store.newest(10)).hasSize(1);
  }

  @Test
  void recordedCodeIsKnownToNobodyAndIsOnlyReadWhereNothingHoldsIt() {
    desk.run(good(), "new", "a slug maker", "--record", "tapes");
    desk.err.reset();
    Desk.Result read = desk.run(nobody(), "new", "--replay", "tapes", "--yes");
    assertThat(read.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(read.err())
        .contains("warning: what is written is only read", "or install bubblewrap")
        .contains("forge: Reading the draft found nothing wrong, but it was not run.");
    assertThat(read.out()).contains("! attempt 1", "UNVERIFIED: No sandbox of this machine");
    assertThat(newest().artifact()).isEmpty();
    assertThat(desk.registry.uploads()).isEmpty();
    assertThat(desk.run("show").out())
        .contains("! draft 1 UNVERIFIED: No sandbox", "in none, which runs nothing");
    assertThat(desk.run("show", "--json").out())
        .contains("\"state\":\"unverified\"")
        .contains("\"sandbox\":{\"name\":\"none\",\"level\":\"closed\"");
  }

  @Test
  void whoeverGoesOnWithAReplayNeedsItsRecordings() throws InterruptedException {
    mayRun();
    desk.run(good(), "new", "a slug maker", "--record", "tapes");
    Run waiting = newest();
    String run = RunFinder.shortened(waiting.id());
    desk.err.reset();
    // It waits for a person, who is asked again; its recording is not gone on with.
    Desk.Result unrecorded = desk.run(nobody(), "resume", run);
    assertThat(unrecorded.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(unrecorded.err())
        .contains("recorded so far", "forge resume " + run + " --record DIR");

    desk.run(nobody(), "new", "--replay", "tapes");
    String replayed = RunFinder.shortened(newest().id());
    desk.err.reset();
    Desk.Result without = desk.run(good(), "resume", replayed, "--yes");
    assertThat(without.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(without.err())
        .contains("plays recordings, and none were given")
        .contains("forge resume " + replayed + " --replay DIR");
    Desk.Result with = desk.run(nobody(), "resume", replayed, "--yes", "--replay", "tapes");
    assertThat(with.exit()).as(with.err()).isZero();
  }

  @Test
  void noSecretThatIsSetGetsIntoARecording() throws IOException {
    mayRun();
    desk.environment.put("GEMINI_API_KEY", KEY);
    String telling = Desk.block("index.js", "good, with " + KEY);
    Desk.Result result =
        desk.run(
            ScriptedLanguageModel.replies(Desk.PLAN, telling),
            "new",
            "a slug maker like " + KEY,
            "--record",
            "tapes");
    assertThat(result.out()).contains("recorded in ");
    try (Stream<Path> tapes = Files.list(folder.resolve("tapes"))) {
      List<Path> all = tapes.toList();
      assertThat(all).hasSize(1);
      assertThat(Files.readString(all.get(0))).contains("[redacted]").doesNotContain(KEY);
    }
  }

  private void assertWrong(String why, String... said) {
    desk.err.reset();
    Desk.Result result = desk.run(good(), said);
    assertThat(result.exit()).as(String.join(" ", said)).isEqualTo(Exit.USAGE.code());
    assertThat(result.err()).contains(why, "next:  ");
  }

  private void mayRun() {
    desk.environment.put("FORGE_SANDBOX", "process");
  }

  private Run newest() {
    return desk.store.newest(1).get(0);
  }

  private static ScriptedLanguageModel good() {
    return ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD);
  }

  /** A model that must not be asked. */
  private static ScriptedLanguageModel nobody() {
    return ScriptedLanguageModel.replies();
  }
}
