package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SourceFile;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How the model is asked again: what is shown, what is taken back, when something else is tried.
 */
@Timeout(30)
class AuthoringTest {
  private static final String PLAN =
      """
      {"name": "a", "summary": "s", "files": [
        {"path": "code", "purpose": "all"}, {"path": "test/one", "purpose": "tests"}]}
      """;
  private static final String TESTS = file("test/one", "test one\nis 1\nis 2\n");

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryStore store = new InMemoryStore(clock);
  private final StagedToolchain toolchain = new StagedToolchain();
  private final ScriptedLanguageModel model = ScriptedLanguageModel.replies(PLAN);
  private final Forge forge =
      Forge.builder()
          .model(model)
          .sandbox(new NoSandbox())
          .toolchain(toolchain)
          .registry(new FakeRegistry())
          .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
          .store(store)
          .clock(clock)
          .random(new Random(5))
          .build();

  @Test
  void aRepairIsMadeOfEdits() throws Exception {
    model.thenReply(TESTS + code("TEST 2 typo")).thenReply(edit("code", "TEST 2 typo", "good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(content(run, 2, "code")).isEqualTo("good\n");
    assertThat(run.work().drafts()).extracting(Draft::author).containsOnly("scripted");
    assertThat(content(run, 2, "test/one")).isEqualTo(content(run, 1, "test/one"));
    assertThat(asked("repair-1"))
        .contains("evidence of TEST 2 typo", "file code")
        .contains("Not shown: test/one");
  }

  @Test
  void afterTwoRepairsTheDraftIsBegunAgainWithWhatWasLearned() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 one"))
        .thenReply(cause("a slip") + code("TEST 2 two"))
        .thenReply(code("TEST 2 three"))
        .thenReply(TESTS + code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "repair-1", "repair-2", "write-2");
    assertThat(run.work().drafts())
        .extracting(Draft::origin)
        .containsExactly(
            Draft.Origin.MODEL, Draft.Origin.REPAIR, Draft.Origin.REPAIR, Draft.Origin.MODEL);
    assertThat(asked("write-2")).contains("what was learned", "A repair said: a slip");
    assertThat(asked("repair-2")).contains("give them whole, written anew: code");
  }

  @Test
  void whatFailsAlikeTwiceIsTriedInAnotherWayAtOnce() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 same"))
        .thenReply(code("TEST 3 same"))
        .thenReply(TESTS + code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "repair-1", "write-2");
  }

  @Test
  void aRepairThatMakesItWorseIsTakenBack() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 nearly"))
        .thenReply(cause("a bad idea") + code("INSTALL 1 worse"))
        .thenReply(edit("code", "TEST 2 nearly", "good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().drafts().get(2).parent()).isEqualTo(1);
    assertThat(asked("repair-2"))
        .contains("TEST 2 nearly")
        .contains("Draft 2 (a bad idea) was worse and was taken back: INSTALL failed");
  }

  @Test
  void ofTwoDraftsThatFailInOneStepTheOneInWhichLessFailsIsBetter() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 nearly"))
        .thenReply(code("TEST 5 worse"))
        .thenReply(edit("code", "TEST 2 nearly", "good"));

    assertThat(made().state()).isEqualTo(RunState.AWAITING_APPROVAL);
  }

  @Test
  void theBestDraftIsHandedOutWhateverEndsTheRun() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 nearly"))
        .thenReply(code("INSTALL 1 worse"))
        .thenReply(cannot("the request contradicts itself"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.ending())
        .extracting(Ending::reason, Ending::sentence)
        .containsExactly(
            Ending.Reason.MODEL_DECLINED,
            "The model says that it cannot: the request contradicts itself");
    assertThat(run.bestDraft()).map(Draft::number).hasValue(1);
  }

  @Test
  void threeFailuresAlikeAreTheEnd() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 same"))
        .thenReply(code("TEST 3 same"))
        .thenReply(TESTS + code("TEST 4 same"));

    Run run = made();

    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.STUCK);
  }

  @Test
  void failuresThatTakeTurnsAreTheEndToo() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 one"))
        .thenReply(code("TEST 2 other"))
        .thenReply(code("TEST 2 one"))
        .thenReply(TESTS + code("TEST 2 other"))
        .thenReply(code("TEST 2 one"));

    Run run = made(new RunRequest("a thing", 9, plenty(), ""));

    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.STUCK);
    assertThat(steps()).endsWith("repair-2", "write-2", "repair-3");
  }

  @Test
  void aPersonsEditIsNeverThrownAway() throws Exception {
    model.thenReply(TESTS + code("good"));
    Run run = made();
    forge.edit(run.id(), 1, List.of(new SourceFile("code", "TEST 1 edited\n")), Set.of());
    model.thenReply(code("TEST 2 one")).thenReply(code("TEST 3 two")).thenReply(code("good"));

    run = forge.drive(run.id());

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "repair-1", "repair-2", "repair-3");
  }

  // Tests that stay as they are

  @Test
  void aTestThatARepairTakesAwayIsPutBack() throws Exception {
    model
        .thenReply(TESTS + code("TEST 1 typo"))
        .thenReply(
            contradiction("test/one", "it is too strict")
                + file("test/one", "test one\nis 1\n")
                + code("good"));

    Run run = made();

    assertThat(content(run, 2, "test/one")).isEqualTo("test one\nis 1\nis 2\n");
    assertThat(run.work().drafts().get(1).refusals())
        .extracting(Finding::code, Finding::where, Finding::isError)
        .containsExactly(tuple("test-weakening-refused", "test/one", false));
  }

  @Test
  void aTestThatARepairDeletesIsPutBack() throws Exception {
    model
        .thenReply(TESTS + code("TEST 1 typo"))
        .thenReply(delete("test/one") + file("test/one/more", "x\n") + code("good"));

    Run run = made();

    assertThat(content(run, 2, "test/one")).isEqualTo("test one\nis 1\nis 2\n");
    assertThat(files(run, 2).find("test/one/more")).isEmpty();
  }

  @Test
  void aTestIsChangedOnlyForAReason() throws Exception {
    model
        .thenReply(TESTS + code("TEST 1 typo"))
        .thenReply(file("test/one", "test one\nis 1\nis 3\n") + code("TEST 1 still"))
        .thenReply(
            contradiction("test/one", "2 is not what was asked")
                + file("test/one", "test one\nis 1\nis 3\n")
                + code("good"));

    Run run = made();

    assertThat(content(run, 2, "test/one")).endsWith("is 2\n");
    assertThat(run.work().drafts().get(1).refusals())
        .extracting(Finding::code)
        .containsExactly("test-change-refused");
    assertThat(content(run, 3, "test/one")).endsWith("is 3\n");
    assertThat(run.work().drafts().get(2).refusals())
        .extracting(Finding::code, Finding::sentence)
        .containsExactly(tuple("test-changed", "The test was changed: 2 is not what was asked"));
    assertThat(asked("repair-2")).contains("test-change-refused test/one");
  }

  // Answers that lack something

  @Test
  void anAnswerThatIsCutOffIsAskedForTheRest() throws Exception {
    TokenUsage used = new TokenUsage(10, 0, 20, 0);
    model.thenThrow(TESTS + open("code") + "TEST", truncated().after(used)).thenReply(code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "complete-1");
    assertThat(run.work().drafts()).hasSize(1);
    assertThat(run.work().unfinished()).isNull();
    assertThat(asked("complete-1"))
        .contains("here now: test/one\n", "whatever else is missing: code.");
    assertThat(toolchain.verified()).hasSize(1);
  }

  @Test
  void anAnswerCutOffInTheNameOfAFileIsWholeOnceTheRestIsHere() throws Exception {
    String cut = open("code");
    model
        .thenThrow(TESTS + cut.substring(0, cut.length() - 3), truncated())
        .thenReply(code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "complete-1");
    assertThat(run.work().drafts().get(0).refusals()).isEmpty();
    assertThat(toolchain.verified()).hasSize(1);
  }

  @Test
  void anAnswerThatStaysCutOffIsVerifiedAsItIs() throws Exception {
    model
        .thenThrow(TESTS + open("code") + "TEST", truncated())
        .thenThrow(file("README", "x\n") + open("code") + "TEST", truncated())
        .thenThrow(file("LICENSE", "x\n") + open("code") + "TEST", truncated());

    Run run = made(new RunRequest("a thing", 1, plenty(), ""));

    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.ATTEMPTS_EXHAUSTED);
    assertThat(steps()).containsExactly("plan-1", "write-1", "complete-1", "complete-2");
    assertThat(files(run, 1).files())
        .extracting(SourceFile::path)
        .containsExactly("LICENSE", "README", "test/one");
    assertThat(run.work().drafts().get(0).refusals()).filteredOn(Finding::isError).isNotEmpty();
  }

  @Test
  void anAnswerCutOffBeforeItsFirstFileIsAskedForOnceMoreWithLessThought() throws Exception {
    model.thenThrow("I think", truncated()).thenReply(TESTS + code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "write-1");
    assertThat(model.requests().get(2).form().effort()).isEqualTo(ModelRequest.Effort.LOW);
  }

  @Test
  void anEditThatDoesNotMatchIsAskedForAsAWholeFile() throws Exception {
    model
        .thenReply(TESTS + code("TEST 2 typo\nits second line\nits third line"))
        .thenReply(edit("code", "TEST 2 type\nits second line\nits third line", "good"))
        .thenReply(code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "repair-1", "complete-11");
    assertThat(asked("complete-11"))
        .contains("edit-missed code", "each whole, and whatever else is missing: code.")
        .contains("TEST 2");
    assertThat(run.work().drafts().get(1).refusals()).isEmpty();
    assertThat(toolchain.verified()).hasSize(2);
  }

  @Test
  void anAnswerThatGoesRoundInCirclesIsStopped() throws Exception {
    String circle = "the same fifty characters again and again and again, ".repeat(40);
    model.thenReply(TESTS + open("code") + circle).thenReply(code("good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "complete-1");
  }

  // What users read

  @Test
  void anExampleThatDoesNotRunIsWrittenFromWhatWasProven() throws Exception {
    model
        .thenReply(TESTS + code("EXAMPLES 1 readme"))
        .thenReply(edit("code", "EXAMPLES 1 readme", "good"));

    Run run = made();

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "document-1");
  }

  // Next versions

  @Test
  void theNextVersionIsMadeFromTheLastAndNumberedByWhatChanged() throws Exception {
    model.thenReply(TESTS + code("good"));
    Run first = made();
    forge.approve(first.id(), "ada", PublishOptions.publish());
    first = forge.drive(first.id());
    model
        .thenReply(cause("a flag") + edit("code", "good", "TEST 1 flag") + file("flag", "x\n"))
        .thenReply(edit("code", "TEST 1 flag", "good"));

    Run next = forge.refine(first.id(), RunRequest.of("add a flag"));
    next = forge.drive(next.id());

    assertThat(next.id()).isNotEqualTo(first.id());
    assertThat(next.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(steps()).containsExactly("plan-1", "write-1", "refine-1", "repair-1");
    assertThat(next.artifact().orElseThrow().id()).isEqualTo(new PackageId("a", "1.1.0"));
    assertThat(content(next, 2, "version")).isEqualTo("1.1.0\n");
    assertThat(next.work().drafts())
        .extracting(Draft::origin, Draft::parent)
        .containsExactly(tuple(Draft.Origin.REFINEMENT, 0), tuple(Draft.Origin.REPAIR, 1));
    assertThat(forge.find(first.id())).map(Run::state).hasValue(RunState.PUBLISHED);
  }

  @Test
  void aNextVersionMayTestMoreButNotLess() throws Exception {
    model.thenReply(TESTS + code("good"));
    Run first = made();
    model.thenReply(
        file("test/one", "test one\nis 1\nis 2\ntest two\nis 3\n") + code("good with a flag"));

    Run next = forge.drive(forge.refine(first.id(), RunRequest.of("add a flag")).id());

    assertThat(content(next, 1, "test/one")).contains("test two");
    assertThat(next.work().drafts().get(0).refusals()).isEmpty();
  }

  @Test
  void onlyWhatWasVerifiedHasANextVersion() throws Exception {
    model.thenReply(code("TEST 1 one"));
    Run failed = made(new RunRequest("a thing", 1, plenty(), ""));

    assertThatThrownBy(() -> forge.refine(failed.id(), RunRequest.of("add a flag")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("has not passed its verification");
  }

  @Test
  void theBaseOutlivesTheRunThatMadeIt() throws Exception {
    model.thenReply(TESTS + code("good"));
    Run first = made();
    forge.reject(first.id(), "ada");
    model.thenReply(code("good with a flag"));
    Run next = forge.refine(first.id(), RunRequest.of("add a flag"));
    clock.advance(Duration.ofDays(100));
    assertThat(forge.prune(Duration.ofDays(1), 10)).isEqualTo(1);

    next = forge.drive(next.id());

    assertThat(next.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(content(next, 1, "test/one")).contains("is 2");
  }

  private Run made() throws InterruptedException {
    return made(new RunRequest("a thing", 5, plenty(), ""));
  }

  private Run made(RunRequest request) throws InterruptedException {
    RunId id = forge.submit(request).id();
    for (int shift = 0; shift < 20; shift++) {
      Optional<Run> run = forge.work();
      if (run.isPresent() && !run.get().state().needsWorker()) {
        return run.get();
      }
      clock.advance(Duration.ofMinutes(1)); // whatever rests has rested
    }
    throw new AssertionError(id + " never came to an end");
  }

  private static Budget plenty() {
    Budget usual = Budget.ofDefaults();
    return new Budget(20, 1_000_000, usual.microDollars(), usual.wall());
  }

  private List<String> steps() {
    return model.requests().stream().map(request -> request.id().step()).toList();
  }

  private String asked(String step) {
    return model.requests().stream()
        .filter(request -> request.id().step().equals(step))
        .map(request -> request.prompt().text())
        .findFirst()
        .orElseThrow();
  }

  private FileSet files(Run run, int draft) {
    return forge.files(run.id(), draft);
  }

  private String content(Run run, int draft, String path) {
    return files(run, draft).find(path).orElseThrow().content();
  }

  private static LanguageModelException truncated() {
    return new LanguageModelException(Reason.TRUNCATED, "it is cut off", "ask for the rest");
  }

  private static String code(String text) {
    return file("code", text + "\n");
  }

  private static String line(String words) {
    return "@@@ " + ScriptedLanguageModel.MARKER + " " + words + "\n";
  }

  private static String open(String path) {
    return line("file " + path);
  }

  private static String file(String path, String text) {
    return open(path) + text + line("end");
  }

  private static String edit(String path, String find, String with) {
    return line("edit " + path) + find + "\n" + line("with") + with + "\n" + line("end");
  }

  private static String delete(String path) {
    return line("delete " + path);
  }

  private static String cause(String sentence) {
    return line("cause " + sentence);
  }

  private static String cannot(String sentence) {
    return line("cannot " + sentence);
  }

  private static String contradiction(String path, String sentence) {
    return line("contradiction " + path + " " + sentence);
  }
}
