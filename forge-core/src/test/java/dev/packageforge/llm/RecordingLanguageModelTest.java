package dev.packageforge.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.Redactor;
import dev.packageforge.Secret;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest.Purpose;
import dev.packageforge.testing.LanguageModelContract;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingLanguageModelTest extends LanguageModelContract {
  private static final String CREDENTIAL = "swordfish-0123456789";
  private static final Redactor REDACTOR = new Redactor(List.of(Secret.of(CREDENTIAL)));
  private static final ModelRequest REQUEST = Tapes.request("a slug maker");

  private final Path folder;
  private ScriptedLanguageModel script = ScriptedLanguageModel.replies();

  RecordingLanguageModelTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected LanguageModel answering(String answer) {
    script = ScriptedLanguageModel.replies(answer).forEver();
    return RecordingLanguageModel.to(file(), script, REDACTOR);
  }

  @Override
  protected LanguageModel stalling(String beginning) {
    script = ScriptedLanguageModel.replies().thenStall(beginning);
    return RecordingLanguageModel.to(file(), script, REDACTOR);
  }

  @Override
  protected LanguageModel failing() {
    script = ScriptedLanguageModel.replies().thenThrow(accident("no answer"));
    return RecordingLanguageModel.to(file(), script, REDACTOR);
  }

  @Override
  protected OptionalLong requestsSeen() {
    return OptionalLong.of(script.requests().size());
  }

  @Test
  void recordsPiecesWithTheirTimesAndTheUsage() throws Exception {
    AtomicLong nanos = new AtomicLong();
    LanguageModel model =
        inPieces(() -> nanos.addAndGet(25_000_000), "one ", "@@@ mark file", "\uD83D", "\uDC26");
    LanguageModel recording = new RecordingLanguageModel(file(), model, REDACTOR, nanos::get);
    assertThat(Tapes.ask(recording, REQUEST)).isEqualTo("one @@@ mark file\uD83D\uDC26");

    Call call = Cassette.read(file()).calls().get(0);
    assertThat(call.step()).isEqualTo("plan-1");
    assertThat(call.subject()).isEqualTo("a slug maker");
    assertThat(call.digest()).contains(REQUEST.digest());
    assertThat(call.pieces())
        .isEqualTo(
            List.of(
                new Piece(25, "one "),
                new Piece(50, "@@@ {{MARKER}} file"),
                new Piece(75, "\uD83D"),
                new Piece(100, "\uDC26")));
    assertThat(call.outcome()).isEqualTo(new Answered(Tapes.USAGE, "canned"));
  }

  @Test
  void replacesAMarkerThatIsCutInTwo() throws Exception {
    record("@@@ ma", "r", "k file", "mark", "m", "ar");
    assertThat(Cassette.read(file()).calls().get(0).pieces().stream().map(Piece::text))
        .containsExactly("@@@ {{MARKER}}", " file", "{{MARKER}}", "m", "ar");
  }

  @Test
  void theSameQuestionWithAnotherMarkerReplaysWithThatMarker() throws Exception {
    record("@@@ mark file a.js\nmark\n@@@ mark end\n");
    ReplayLanguageModel replay =
        ReplayLanguageModel.of(Cassette.read(file()), ReplayLanguageModel.Mode.STRICT);
    assertThat(Tapes.ask(replay, Tapes.request("a slug maker", Purpose.PLAN, 1, "other")))
        .isEqualTo("@@@ other file a.js\nother\n@@@ other end\n");
  }

  @Test
  void takesOutCredentialsAlsoWhereTheyAreCutInTwo() throws Exception {
    ModelRequest request = Tapes.request("log in with " + CREDENTIAL);
    LanguageModel model = inPieces(() -> {}, "the key is swordfish-", "0123456789, ", "and so on");
    String answer = Tapes.ask(RecordingLanguageModel.to(file(), model, REDACTOR), request);
    assertThat(answer).contains(CREDENTIAL);
    assertThat(Files.readString(file())).doesNotContain("swordfish").doesNotContain("0123456789");
    Call call = Cassette.read(file()).calls().get(0);
    assertThat(call.text()).isEqualTo("the key is [redacted], and so on");
    assertThat(call.subject()).isEqualTo("log in with [redacted]");
  }

  @Test
  void writesNothingIfACredentialIsStillThere() {
    // Every line names the purpose, so this credential cannot be taken out of it.
    Redactor hopeless = new Redactor(List.of(Secret.of("purpose")));
    LanguageModel recording =
        RecordingLanguageModel.to(file(), ScriptedLanguageModel.replies("an answer"), hopeless);
    assertThatThrownBy(() -> Tapes.ask(recording, REQUEST))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID_REQUEST);
              assertThat(e).hasMessageContaining("plan-1").hasMessageContaining("credential");
              assertThat(e).hasMessageNotContaining("purpose");
            });
    assertThat(file()).doesNotExist();
  }

  @Test
  void aCredentialThatRedactionItselfMakesIsFound() {
    // The first is looked for before the mark of the second completes it.
    Redactor reversed = new Redactor(List.of(Secret.of("x[redacted]y"), Secret.of("aa")));
    LanguageModel recording =
        RecordingLanguageModel.to(file(), ScriptedLanguageModel.replies("xaay"), reversed);
    assertThatThrownBy(() -> Tapes.ask(recording, REQUEST))
        .isInstanceOf(LanguageModelException.class);
    assertThat(file()).doesNotExist();
  }

  @Test
  void recordsAnAccidentAndPassesItOn() throws Exception {
    LanguageModelException accident = accident("no answer for " + CREDENTIAL);
    LanguageModel recording =
        RecordingLanguageModel.to(
            file(), ScriptedLanguageModel.replies().thenThrow("half", accident), REDACTOR);
    assertThatThrownBy(() -> Tapes.ask(recording, REQUEST)).isSameAs(accident);
    Call call = Cassette.read(file()).calls().get(0);
    assertThat(call.text()).isEqualTo("half");
    assertThat(call.outcome())
        .isEqualTo(
            new Failed(
                Reason.RATE_LIMITED,
                "no answer for [redacted]",
                "wait a little",
                Duration.ofSeconds(3)));
  }

  @Test
  void recordsNoCallThatSomebodyStopped() {
    ScriptedLanguageModel twice = ScriptedLanguageModel.replies("an answer", "an answer");
    LanguageModel recording = RecordingLanguageModel.to(file(), twice, REDACTOR);
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(
            () -> recording.generate(REQUEST, delta -> cancellation.cancel(), cancellation))
        .isInstanceOf(CancellationException.class);
    ModelListener full =
        delta -> {
          throw new IllegalStateException("full");
        };
    assertThatThrownBy(() -> recording.generate(REQUEST, full, Cancellation.never()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file()).doesNotExist();
  }

  @Test
  void anAnswerIsNotLostWhenItCannotBeWritten() throws Exception {
    Path nowhere = folder.resolve("no-such-folder").resolve("calls.jsonl");
    RecordingLanguageModel recording =
        RecordingLanguageModel.to(
            nowhere, ScriptedLanguageModel.replies("one", "two", "three"), REDACTOR);
    assertThat(Tapes.ask(recording, REQUEST)).isEqualTo("one");
    assertThat(Tapes.ask(recording, REQUEST)).isEqualTo("two");
    assertThat(recording.missed()).isEqualTo(2);
    Files.createDirectory(nowhere.getParent());
    assertThat(Tapes.ask(recording, REQUEST)).isEqualTo("three");
    assertThat(recording.missed()).isEqualTo(2);
    assertThat(Cassette.read(nowhere).calls().get(0).text()).isEqualTo("three");
  }

  @Test
  void anAnswerIsNotLostOnAFullDisk() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.isWritable(full), "this system has no /dev/full");
    RecordingLanguageModel recording =
        RecordingLanguageModel.to(full, ScriptedLanguageModel.replies("one"), REDACTOR);
    assertThat(Tapes.ask(recording, REQUEST)).isEqualTo("one");
    assertThat(recording.missed()).isEqualTo(1);
  }

  @Test
  void aTextThatLooksLikeThePlaceholderIsNotRecordedWrongly() throws Exception {
    RecordingLanguageModel recording = record("say {{MARK", "ER}} again");
    assertThat(recording.missed()).isEqualTo(1);
    assertThat(file()).doesNotExist();
  }

  @Test
  void addsToAFileWithoutTouchingAnUnfinishedLine() throws Exception {
    record("one");
    String first = Files.readString(file()).stripTrailing();
    Files.writeString(file(), first);
    record("two");
    assertThat(Files.readString(file())).startsWith(first + "\n");
    assertThat(Cassette.read(file()).calls().stream().map(Call::text))
        .containsExactly("one", "two");
  }

  @Test
  void onlyTheOwnerMayReadTheFile() throws Exception {
    Assumptions.assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"),
        "this file system has no POSIX permissions");
    record("one");
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void manyThreadsWriteWholeLines() throws Exception {
    LanguageModel recording = answering(ANSWER);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> calls = Collections.nCopies(64, () -> Tapes.ask(recording, REQUEST));
      for (Future<String> call : threads.invokeAll(calls, 30, TimeUnit.SECONDS)) {
        assertThat(call.get()).isEqualTo(ANSWER);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(Cassette.read(file()).calls())
        .hasSize(64)
        .extracting(Call::text)
        .containsOnly(ANSWER);
  }

  private RecordingLanguageModel record(String... pieces) throws InterruptedException {
    RecordingLanguageModel recording =
        RecordingLanguageModel.to(file(), inPieces(() -> {}, pieces), REDACTOR);
    Tapes.ask(recording, REQUEST);
    return recording;
  }

  private Path file() {
    return folder.resolve("calls.jsonl");
  }

  private static LanguageModelException accident(String message) {
    return new LanguageModelException(
        Reason.RATE_LIMITED, message, "wait a little", Duration.ofSeconds(3), null);
  }

  /** A model that says these pieces, each after something happened. */
  private static LanguageModel inPieces(Runnable before, String... pieces) {
    return new LanguageModel() {
      @Override
      public ModelInfo info() {
        return new ModelInfo("canned", false, null);
      }

      @Override
      public ModelReply generate(
          ModelRequest request, ModelListener listener, Cancellation cancellation) {
        for (String piece : pieces) {
          before.run();
          listener.text(piece);
        }
        return new ModelReply(String.join("", pieces), Tapes.USAGE, "canned");
      }
    };
  }
}
