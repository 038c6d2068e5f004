package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.packageforge.Cancellation;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.llm.DemoLanguageModel;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on runs that are already there, over fakes. */
class RunCommandsTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  // Which run is meant

  @Test
  void aRunIsMeantByItsNameByItsBeginningOrByBeingTheNewest() {
    Run older = waiting();
    Run newer = submitted("another");
    String whole = older.id().value();
    assertThat(desk.run("show", whole).out()).contains("run       " + whole);
    assertThat(desk.run("show", whole.substring(0, 12)).out()).contains(whole);
    assertThat(desk.run("show").out()).contains(newer.id().value());
    assertThat(desk.run("show", "-").out()).contains(newer.id().value());
  }

  @Test
  void aNameThatMeansNothingOrTooMuchIsWrongUsageWithCandidates() {
    Run one = submitted("one");
    Run other = submitted("other");
    for (String bad : List.of("r" + "0".repeat(25), "rzzzzzz", "x", "r\u001b[2J", "R1", "")) {
      desk.err.reset();
      Desk.Result result = desk.run("show", bad);
      assertThat(result.exit()).as(bad).isEqualTo(Exit.USAGE.code());
      assertThat(result.err())
          .contains("forge: No run is called", RunFinder.shortened(one.id()), "forge runs lists")
          .doesNotContain("\u001b");
    }
    desk.err.reset();
    Desk.Result both = desk.run("show", "r");
    assertThat(both.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(both.err())
        .contains("2 runs begin with r: ", one.id().value(), other.id().value(), "queued");
  }

  @Test
  void whereThereAreNoRunsEachCommandSaysHowToBeginOne() {
    for (String command : List.of("show", "logs", "resume", "approve", "publish", "cancel")) {
      desk.err.reset();
      Desk.Result result = desk.run(command);
      assertThat(result.exit()).as(command).isEqualTo(Exit.USAGE.code());
      assertThat(result.err()).contains("There are no runs yet.", "next:  Begin one: forge new");
    }
    Desk.Result list = desk.run("runs");
    assertThat(list.exit()).isZero();
    assertThat(list.out()).contains("No runs yet.", "forge new");
  }

  // runs

  @Test
  void runsAreListedNewestFirstWithWhoWorks() {
    Run waiting = waiting();
    Run queued = submitted("make me a thing\u001b[2J that does so very much that it will not fit");
    desk.store.beat(new WorkerReport("w1", "laptop-1", "1.0", 2, 1, Instant.EPOCH));
    Desk.Result result = desk.run("runs");
    assertThat(result.exit()).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo("ONLINE worker laptop-1, busy with 1 of 2");
    assertThat(lines.get(2))
        .startsWith(RunFinder.shortened(queued.id()) + "   queued")
        .contains("0 of 4", "\"make me a thing<U+001B>[2J");
    assertThat(lines.get(3))
        .startsWith(RunFinder.shortened(waiting.id()) + "   awaiting approval")
        .contains("1 of 4")
        .endsWith("slug-maker@1.0.0");
    assertThat(desk.run("runs", "--limit", "1").out()).doesNotContain("slug-maker");
  }

  @Test
  void programsReadWorkersAndRunsOneObjectALine() throws IOException {
    Run run = waiting();
    desk.store.beat(new WorkerReport("w1", "laptop-1", "1.0", 2, 1, Instant.EPOCH));
    List<JsonNode> lines = json(desk.run("runs", "--json").out());
    assertThat(names(lines.get(0)))
        .containsExactly(
            "type", "id", "name", "state", "lastBeatMs", "busy", "capacity", "version");
    assertThat(lines.get(0).path("state").asText()).isEqualTo("online");
    assertThat(names(lines.get(1)))
        .containsExactly(
            "type",
            "id",
            "state",
            "prompt",
            "createdAt",
            "attempt",
            "maxAttempts",
            "draft",
            "name",
            "version",
            "usage",
            "elapsedMs");
    assertThat(lines.get(1).path("id").asText()).isEqualTo(run.id().value());
    assertThat(lines.get(1).path("state").asText()).isEqualTo("awaiting-approval");
    assertThat(lines.get(1).path("usage").path("calls").asInt()).isEqualTo(2);
  }

  @Test
  void aLimitIsANumberThatMakesSense() {
    for (String bad : List.of("0", "1001", "-3", "many")) {
      desk.err.reset();
      assertThat(desk.run("runs", "--limit", bad).exit()).as(bad).isEqualTo(Exit.USAGE.code());
    }
  }

  // show

  @Test
  void aRunIsShownWhole() {
    Run run = waiting();
    Desk.Result result = desk.run("show");
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains("state     awaiting approval", "asked     a slug maker", "2 model calls")
        .contains("plan      ✓ slug-maker: Makes slugs.", "proves keeps digits")
        .contains("draft 1   written by the model", "attempt 1 ✓ draft 1 passed")
        .contains("artifact  slug-maker@1.0.0", "sha512-")
        .contains("next      forge publish " + RunFinder.shortened(run.id()));
  }

  @Test
  void aFailureIsShownWithItsReasonAndARepairWithItsCause() {
    desk.run(
        ScriptedLanguageModel.replies(Desk.PLAN, Desk.BAD, Desk.BAD),
        "new",
        "a slug maker",
        "--max-attempts",
        "2");
    Desk.Result result = desk.run("show");
    assertThat(result.out())
        .contains("state     failed", "attempt 1 ✗ draft 1", "attempt 2 ✗ draft 2", "✗ ")
        .contains("draft 2   mended by the model from draft 1")
        .contains("ended     Attempt 2 failed too", "(attempts-exhausted)", "→ ")
        .contains("next      forge show r", "--files DIR");
  }

  @Test
  void programsReadARunAsOneObject() throws IOException {
    publishedRun();
    JsonNode run = json(desk.run("show", "--json").out()).get(0);
    assertThat(names(run))
        .containsExactly(
            "type",
            "id",
            "state",
            "prompt",
            "createdAt",
            "attempt",
            "maxAttempts",
            "draft",
            "name",
            "version",
            "usage",
            "elapsedMs",
            "revision",
            "plan",
            "refusedPlans",
            "drafts",
            "attempts",
            "artifact",
            "publication",
            "next");
    assertThat(names(run.path("attempts").get(0)))
        .containsExactly("number", "draft", "state", "steps", "findings", "sandbox");
    assertThat(names(run.path("publication")))
        .containsExactly("approver", "mode", "tag", "expires", "digest", "uploads", "released");
    assertThat(run.path("publication").path("released").path("location").asText())
        .isEqualTo("memory:slug-maker@1.0.0");
    assertThat(names(run.path("artifact")))
        .containsExactly("name", "version", "digest", "size", "files");
  }

  @Test
  void theNewestDraftIsWrittenWhereNothingIs() throws IOException {
    waiting();
    Desk.Result result = desk.run("show", "--files", "there");
    assertThat(result.out()).contains("draft 1 is written to " + folder.resolve("there"));
    assertThat(folder.resolve("there/index.js")).hasContent("good\n");
    Desk.Result again = desk.run("show", "--files", "there");
    assertThat(again.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(again.err()).contains("The folder of --files, there, is not empty.");
    submitted("nothing yet");
    Desk.Result none = desk.run("show", "--files", "elsewhere");
    assertThat(none.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(none.err()).contains("No draft of run r", "next:  ");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  // resume

  @Test
  void aRunThatWasInterruptedGoesOnWithoutASecondCallForAStep() throws InterruptedException {
    ScriptedLanguageModel stalling = ScriptedLanguageModel.replies(Desk.PLAN).thenStall("@@@");
    Run interrupted = interruptedIn(stalling, 2);
    assertThat(interrupted.state()).isEqualTo(RunState.GENERATING);
    assertThat(interrupted.plan()).isPresent();

    ScriptedLanguageModel rest = ScriptedLanguageModel.replies(Desk.GOOD);
    Desk.Result result = desk.run(rest, "resume", "--yes");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("✓ slug-maker", "is taken up here.", "✓ draft 1", "published slug-maker@1.0.0");
    assertThat(rest.requests()).hasSize(1);
    assertThat(desk.registry.uploads()).hasSize(1);
  }

  @Test
  void aRunThatWaitsIsShownAgainAndAskedAbout() {
    waiting();
    Desk.Result result = desk.typing("y\n").run(nobody(), "resume");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("✓ draft 1", "published slug-maker@1.0.0");
    assertThat(result.err()).contains("Publish slug-maker@1.0.0 to the folder ");
  }

  @Test
  void whatIsOverCannotBeResumed() {
    Run run = publishedRun();
    for (String[] line : new String[][] {{"resume"}, {"resume", run.id().value()}}) {
      desk.err.reset();
      Desk.Result result = desk.run(nobody(), line);
      assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
      assertThat(result.err())
          .contains("There is nothing to resume: run r", "is published.", "next:  See what became");
    }
  }

  @Test
  void theNewestThatNobodyWorksOnIsResumed() {
    Run free = submitted("a slug maker");
    Run taken = submitted("taken by another");
    Lease lease = desk.store.lease(taken.id(), "another", LEASE).orElseThrow();
    Desk.Result result =
        desk.run(ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD), "resume", "--yes");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(found(free).state()).isEqualTo(RunState.PUBLISHED);
    assertThat(found(taken).state()).isEqualTo(RunState.QUEUED);

    Desk.Result none = desk.run(nobody(), "resume");
    assertThat(none.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(none.err()).contains("somebody works on run r", "forge logs -f r");
    assertThat(desk.store.complete(lease)).isTrue();
  }

  // approve, publish

  @Test
  void whatIsPublishedIsCalledADemoIfTheDemoMadeIt() {
    waiting();
    String live = desk.run(DemoRecordings.model(), "publish", "--yes").out();
    assertThat(live).contains("published slug-maker@1.0.0").doesNotContain("DEMO");

    desk.run(demo(Desk.PLAN, Desk.GOOD), "new", "another slug maker");
    String played = desk.run(nobody(), "publish", "--dry-run", "--yes").out();
    assertThat(played).startsWith(Words.DEMO).endsWith(Words.DEMO + "\n");
  }

  /** A model whose answers say that they are the demo's. */
  private static LanguageModel demo(String... replies) {
    ScriptedLanguageModel script = ScriptedLanguageModel.replies(replies);
    return new LanguageModel() {
      @Override
      public ModelInfo info() {
        return DemoRecordings.model().info();
      }

      @Override
      public ModelReply generate(
          ModelRequest request, ModelListener listener, Cancellation cancellation)
          throws InterruptedException {
        ModelReply reply = script.generate(request, listener, cancellation);
        return new ModelReply(reply.text(), reply.usage(), DemoLanguageModel.NAME);
      }
    };
  }

  @Test
  void anApprovalIsRecordedAndNothingUploaded() {
    Run run = waiting();
    Desk.Result result = desk.typing("y\n").run("approve");
    assertThat(result.exit()).isZero();
    assertThat(result.err())
        .contains("slug-maker@1.0.0 is ready for approval", "sha512-", "21 B packed")
        .contains("goes to   ", "Approve slug-maker@1.0.0? [y/N] ");
    assertThat(result.out()).contains("approved: slug-maker@1.0.0", "forge publish r");
    assertThat(found(run).state()).isEqualTo(RunState.PUBLISHING);
    assertThat(desk.registry.uploads()).isEmpty();

    assertThat(desk.run("approve", "--yes").exit()).as("said twice").isZero();
    Desk.Result published = desk.run(nobody(), "publish");
    assertThat(published.exit()).as(published.err()).isZero();
    assertThat(published.out()).contains("published slug-maker@1.0.0");
    assertThat(desk.registry.uploads()).hasSize(1);
    Desk.Result again = desk.run(nobody(), "publish");
    assertThat(again.exit()).isZero();
    assertThat(again.out()).contains("published slug-maker@1.0.0");
    assertThat(desk.registry.uploads()).hasSize(1);
  }

  @Test
  void withoutAYesNothingIsApprovedAndTheRunWaitsOn() {
    Run run = waiting();
    for (String answer : List.of("n\n", "\n", "")) {
      Desk.Result result = desk.typing(answer).run("approve");
      assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
      assertThat(result.err())
          .contains("was not approved: there was no yes.", "approve r", "--yes");
    }
    desk.person = false;
    assertThat(desk.run("approve").err()).contains("nobody could be asked");
    assertThat(found(run).state()).isEqualTo(RunState.AWAITING_APPROVAL);
  }

  @Test
  void aRejectionIsForGood() {
    Run run = waiting();
    assertThat(desk.run("approve", "--reject", "--yes").exit()).isEqualTo(Exit.USAGE.code());
    Desk.Result result = desk.run("approve", "--reject");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("slug-maker@1.0.0 is rejected; nothing was published.");
    assertThat(found(run).state()).isEqualTo(RunState.REJECTED);
    Desk.Result late = desk.run(nobody(), "publish");
    assertThat(late.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(late.err()).contains("is rejected and has nothing to publish.", "forge show r");
  }

  @Test
  void aDryRunMayBeApprovedToo() {
    Run run = waiting();
    assertThat(desk.run("approve", "--dry-run", "--yes").out())
        .contains("approved for a DRY RUN", "forge resume r");
    Desk.Result result = desk.run(nobody(), "resume", "--dry-run");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("DRY RUN").doesNotContain("\npublished");
    assertThat(found(run).state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void publishingAsksFirst() {
    waiting();
    Desk.Result unasked = desk.run(nobody(), "publish");
    assertThat(unasked.exit()).isEqualTo(Exit.REFUSED.code());
    Desk.Result asked = desk.typing("y\n").run(nobody(), "publish");
    assertThat(asked.exit()).isZero();
    assertThat(asked.out()).contains("published slug-maker@1.0.0").doesNotContain("Planning");
    assertThat(desk.registry.uploads()).hasSize(1);
  }

  @Test
  void whatIsNotFinishedCannotBeApprovedOrPublished() {
    submitted("not begun");
    Desk.Result approve = desk.run("approve", "--yes");
    assertThat(approve.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(approve.err()).contains("has not passed its verification", "next:  ");
    Desk.Result publish = desk.run(nobody(), "publish", "--yes");
    assertThat(publish.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(publish.err()).contains("is queued and has nothing to publish", "forge resume r");
  }

  @Test
  void anApprovalSignedWithAnotherKeyIsRefused() throws IOException {
    waiting();
    assertThat(desk.run("approve", "--yes").exit()).isZero();
    Files.delete(desk.data().resolve("approval.key"));
    Desk.Result result = desk.run(nobody(), "publish");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err()).contains("signature is not ours");
    assertThat(desk.registry.uploads()).isEmpty();
  }

  // cancel

  @Test
  void aRunThatNobodyWorksOnIsCancelledAtOnce() {
    Run run = waiting();
    Desk.Result result = desk.run("cancel");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("is cancelled");
    assertThat(found(run).state()).isEqualTo(RunState.CANCELLED);
    assertThat(desk.run("cancel").exit()).as("said twice").isZero();
  }

  @Test
  void aRunInWorkIsCancelledThroughItsWorker() throws InterruptedException {
    ScriptedLanguageModel stalling = ScriptedLanguageModel.replies(Desk.PLAN).thenStall("@@@");
    List<Desk.Result> worked = new ArrayList<>();
    Thread worker = new Thread(() -> worked.add(desk.beside().run(stalling, "new", "x", "--yes")));
    worker.start();
    while (stalling.requests().size() < 2) {
      Thread.onSpinWait();
    }
    long start = System.nanoTime();
    Desk.Result result = desk.run("cancel");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(result.exit()).as(result.err()).isZero();
    worker.join(Duration.ofSeconds(20).toMillis());
    assertThat(worked).singleElement().extracting(Desk.Result::exit).isEqualTo(130);
  }

  @Test
  void whatIsOverCannotBeCancelled() {
    publishedRun();
    Desk.Result result = desk.run("cancel");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err()).contains("is published and can no longer be cancelled.", "next:  ");
  }

  // The key

  @Test
  void theKeyIsMadeOnceForItsOwnerAlone() throws IOException {
    waiting();
    Path key = desk.data().resolve("approval.key");
    String made = Files.readString(key);
    assertThat(made).matches("[0-9a-f]{64}");
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    desk.run("approve", "--yes");
    assertThat(key).hasContent(made);
  }

  @Test
  void aKeyThatIsDamagedOrOpenToOthersIsRefused() throws IOException {
    waiting();
    Path key = desk.data().resolve("approval.key");
    Files.writeString(key, "scribble");
    Desk.Result damaged = desk.run("approve", "--yes");
    assertThat(damaged.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(damaged.err()).contains("approval.key, is damaged.", "next:  Put back the file");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(desk.run("approve", "--yes").err()).contains("others than its owner may read it");
    Files.writeString(key, "");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThat(desk.run("approve", "--yes").exit()).as("died before it was written").isZero();
  }

  @Test
  void aKeyThatIsSetIsUsedAndNeverShown() {
    desk.environment.put("FORGE_APPROVAL_KEY", "sesame-sesame-sesame");
    waiting();
    assertThat(desk.run("approve", "--yes").exit()).isZero();
    assertThat(desk.run(nobody(), "publish").exit()).isZero();
    assertThat(desk.data().resolve("approval.key")).doesNotExist();
    assertThat(desk.run("config").out()).containsPattern("approval\\.key +\\*\\*\\*\\*");
    desk.environment.put("FORGE_APPROVAL_KEY", "short");
    Desk.Result bad = desk.run("approve");
    assertThat(bad.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(bad.err()).contains("approval.key", "16 to 1000").doesNotContain("short");
  }

  private Run waiting() {
    desk.run(ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD), "new", "a slug maker");
    desk.err.reset();
    return desk.store.newest(1).get(0);
  }

  private Run publishedRun() {
    desk.run(ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD), "new", "a slug maker", "--yes");
    desk.err.reset();
    return desk.store.newest(1).get(0);
  }

  private Run submitted(String prompt) {
    return Forge.builder().store(desk.store).build().submit(RunRequest.of(prompt));
  }

  /** A run whose process was told twice to stop when the model was asked for so many times. */
  private Run interruptedIn(ScriptedLanguageModel model, int calls) throws InterruptedException {
    Desk beside = desk.beside();
    Thread process = new Thread(() -> beside.run(model, "new", "a slug maker", "--yes"));
    process.start();
    while (model.requests().size() < calls) {
      Thread.onSpinWait();
    }
    process.interrupt(); // the job goes back, as after a death that was noticed
    process.join(Duration.ofSeconds(20).toMillis());
    return desk.store.newest(1).get(0);
  }

  private static ScriptedLanguageModel nobody() {
    return ScriptedLanguageModel.replies();
  }

  private Run found(Run run) {
    return desk.store.find(run.id()).orElseThrow();
  }

  private static List<JsonNode> json(String lines) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : lines.lines().toList()) {
      nodes.add(mapper.readTree(line));
    }
    return nodes;
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
