package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Attempt;
import dev.packageforge.Budget;
import dev.packageforge.Cancellation;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Secret;
import dev.packageforge.SourceFile;
import dev.packageforge.Verdict;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ForgeTest {
  private static final String PLAN = "{\"name\":\"a\",\"summary\":\"s\"}";
  private static final String GOOD = file("index.js", "good");
  private static final String BAD = file("index.js", "first");

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryStore store = new InMemoryStore(clock);
  private final Random random = new Random(3);
  private final FakeToolchain toolchain = new FakeToolchain();
  private final FakeRegistry registry = new FakeRegistry();
  private final Sandbox sandbox = new NoSandbox();

  @Test
  void aRequestBecomesAnApprovedPublishedPackage() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(registry.uploads()).isEmpty();

    forge.approve(run.id(), "ada", PublishOptions.publish());
    run = forge.drive(run.id());

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(1);
    assertThat(registry.uploads().get(0).packed().bytes())
        .isEqualTo(forge.artifact(run.id()).bytes());
    assertThat(run.release())
        .hasValueSatisfying(
            release -> assertThat(release.id()).isEqualTo(new PackageId("a", "1.0.0")));
  }

  @Test
  void aJobWhoseRunIsNotThereIsSetApartAfterAWhile() {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    store.enqueue(Job.of(RunId.random(random), "make"));

    for (int delivery = 0; delivery <= RunShift.MAX_LOST; delivery++) {
      assertThatThrownBy(forge::work).isInstanceOf(ConflictException.class);
      clock.advance(Duration.ofMinutes(1));
    }

    assertThat(store.lease("ann", Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void aDraftThatFailsIsRepairedFromWhatFailed() throws Exception {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(PLAN, BAD + file("README.md", "kept"), GOOD);
    Forge forge = forge(model);
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().drafts())
        .extracting(Draft::origin)
        .containsExactly(Draft.Origin.MODEL, Draft.Origin.REPAIR);
    assertThat(forge.files(run.id(), 2).files())
        .extracting(SourceFile::content)
        .containsExactly("kept\n", "good\n");
    ModelRequest repair = model.requests().get(2);
    assertThat(repair.prompt().text()).contains("expected good").contains("first");
  }

  @Test
  void aDependencyThatDoesNotExistIsRefusedBeforeAnyCodeIsAskedFor() throws Exception {
    String invented =
        "{\"name\":\"a\",\"dependencies\":[{\"name\":\"invented\",\"range\":\"^1\"}]}";
    ScriptedLanguageModel model = ScriptedLanguageModel.replies(invented, PLAN, GOOD);
    Forge forge = forge(model);
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().planning().refused())
        .flatExtracting(Run.RefusedPlan::findings)
        .extracting(Finding::code)
        .containsExactly("dependency-does-not-exist");
    assertThat(model.requests().get(1).prompt().text()).contains("no package called invented");
  }

  @Test
  void whereNothingMayRunADraftIsOnlyReadAndCannotBeApproved() throws Exception {
    Forge forge =
        ports(ScriptedLanguageModel.replies(PLAN, GOOD))
            .sandbox(Sandbox.closed("No engine answers here.", "Start one."))
            .build();
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.SANDBOX_UNAVAILABLE);
    assertThat(run.trouble()).map(Ending::sentence).get().asString().contains("No engine answers");
    assertThat(run.work().drafts()).hasSize(1);
    assertThat(run.lastAttempt())
        .map(Attempt::verdict)
        .hasValue(new Verdict.Unverified("No engine answers here."));
    assertThat(run.artifact()).isEmpty();
    assertThat(toolchain.verified()).isEmpty();
    assertThatThrownBy(() -> forge.approve(run.id(), "ada", PublishOptions.publish()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void whereADraftWasRunIsKeptWithItsAttempt() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.lastAttempt()).map(Attempt::sandbox).hasValue(sandbox.probe());
  }

  @Test
  void aSandboxThatIsAwayIsWaitedForAndNoAttemptIsCharged() throws Exception {
    int away = RunShift.MAX_SANDBOX_SETBACKS - 1;
    Forge forge =
        ports(ScriptedLanguageModel.replies(PLAN, GOOD)).sandbox(new AwayAtFirst(away)).build();
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    Run run = workThrough(forge, id, away + 1);

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().attempts()).extracting(Attempt::number).containsExactly(1);
  }

  @Test
  void aSandboxThatStaysAwayEndsTheRunWithItsDraftKept() throws Exception {
    int away = RunShift.MAX_SANDBOX_SETBACKS;
    Forge forge =
        ports(ScriptedLanguageModel.replies(PLAN, GOOD)).sandbox(new AwayAtFirst(away)).build();
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    Run run = workThrough(forge, id, away);

    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.SANDBOX_UNAVAILABLE);
    assertThat(run.work().drafts()).hasSize(1);
    assertThat(run.work().attempts()).isEmpty();
  }

  private Run workThrough(Forge forge, RunId id, int turns) throws InterruptedException {
    for (int turn = 0; turn < turns; turn++) {
      assertThat(forge.work()).isPresent();
      clock.advance(Duration.ofMinutes(1));
    }
    return forge.find(id).orElseThrow();
  }

  @Test
  void aDependencyThatIsTooYoungIsRefusedUnlessAnyAgeWillDo() throws Exception {
    String young = "{\"name\":\"a\",\"dependencies\":[{\"name\":\"new\",\"range\":\"^1\"}]}";
    Optional<Instant> yesterday = Optional.of(clock.instant().minus(Duration.ofDays(1)));
    PackageCatalog catalog =
        needed ->
            Optional.of(
                new CatalogEntry(
                    needed.name(),
                    "1.0.0",
                    "",
                    new CatalogEntry.Facts(yesterday, yesterday, yesterday, false, "")));
    ScriptedLanguageModel model = ScriptedLanguageModel.replies(young, PLAN, GOOD);
    Forge forge = ports(model).catalog(catalog).build();
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.work().planning().refused())
        .flatExtracting(Run.RefusedPlan::findings)
        .extracting(Finding::code)
        .containsExactly("dependency-too-young");

    ScriptedLanguageModel again = ScriptedLanguageModel.replies(young, GOOD);
    Forge patient = ports(again).catalog(catalog).dependencyCooldown(Duration.ofHours(1)).build();
    Run settled = patient.drive(patient.submit(RunRequest.of("a thing")).id());
    assertThat(settled.work().planning().refused()).isEmpty();
  }

  @Test
  void plansThatAreNoGoodThreeTimesEndTheRun() throws Exception {
    Forge forge =
        forge(ScriptedLanguageModel.replies("no plan", "{\"name\":\"bad\"}", "{\"name\":\"bad\"}"));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.ATTEMPTS_EXHAUSTED);
  }

  @Test
  void draftsThatKeepFailingEndTheRunAndTheBestIsKept() throws Exception {
    Forge forge =
        forge(
            ScriptedLanguageModel.replies(
                PLAN,
                BAD,
                file("index.js", "second"),
                file("index.js", "third"),
                file("index.js", "fourth")));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.ATTEMPTS_EXHAUSTED);
    assertThat(run.bestDraft()).isPresent();
    assertThat(forge.files(run.id(), run.bestDraft().orElseThrow().number()).count()).isEqualTo(1);
  }

  @Test
  void draftsThatFailAlikeThreeTimesAreStuck() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, BAD, BAD, BAD));
    Run run = forge.drive(forge.submit(new RunRequest("a thing", 9, Budget.ofDefaults(), "")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.STUCK);
  }

  @Test
  void whatAnAnswerWasRefusedFailsTheDraft() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD + file("../../x", "evil"), GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.work().attempts()).hasSize(2);
    assertThat(run.work().attempts().get(0).findings())
        .extracting(Finding::code)
        .containsExactly("path-refused");
  }

  @Test
  void aCallThatDoesNotFitTheBudgetIsNotMade() throws Exception {
    ScriptedLanguageModel model = ScriptedLanguageModel.replies(PLAN);
    Forge forge = forge(model);
    Budget one = new Budget(1, 1_000_000, 0, Duration.ofMinutes(1));
    Run run = forge.drive(forge.submit(new RunRequest("a thing", 3, one, "")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.BUDGET_EXHAUSTED);
    assertThat(run.spending().calls()).isEqualTo(1);
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void theReservationIsStoredBeforeTheCallAndSettledAfterIt() throws Exception {
    long[] during = new long[1];
    ScriptedLanguageModel script = ScriptedLanguageModel.replies(PLAN, GOOD);
    LanguageModel model =
        watched(script, () -> during[0] = store.newest(1).get(0).spending().tokens());
    Forge forge = forge(model);
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(during[0]).isGreaterThan(8_000);
    assertThat(run.spending().tokens()).isPositive().isLessThan(8_000);
    assertThat(run.spending().calls()).isEqualTo(2);
  }

  @Test
  void aModelThatIsAwayIsAskedAgainAfterARest() throws Exception {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies()
            .thenThrow(new LanguageModelException(Reason.NETWORK, "the line broke", "try again"))
            .thenReply(PLAN)
            .thenReply(GOOD);
    Forge forge = forge(model);
    Run run = forge.submit(RunRequest.of("a thing"));
    assertThat(forge.work()).map(Run::state).hasValue(RunState.GENERATING);
    assertThat(forge.work()).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(forge.work()).map(Run::state).hasValue(RunState.AWAITING_APPROVAL);
    assertThat(events(forge, run)).anyMatch(e -> e instanceof RunEvent.Postponed);
  }

  @Test
  void aModelThatStaysAwayEndsTheRunWithItsReason() throws Exception {
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies()
            .thenThrow(new LanguageModelException(Reason.OVERLOADED, "it is down", "wait"))
            .forEver();
    Forge forge = forge(model);
    Run run = forge.submit(RunRequest.of("a thing"));
    for (int i = 0; i < 10; i++) {
      forge.work();
      clock.advance(Duration.ofMinutes(2));
    }
    run = forge.find(run.id()).orElseThrow();
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.MODEL_UNAVAILABLE);
    assertThat(model.requests()).hasSize(RunShift.MAX_SETBACKS);
  }

  @Test
  void aModelThatDeclinesEndsTheRunAtOnce() throws Exception {
    Forge forge =
        forge(
            ScriptedLanguageModel.replies()
                .thenThrow(
                    new LanguageModelException(Reason.BLOCKED, "I only know slugs.", "ask")));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.ending())
        .isEqualTo(new Ending(Ending.Reason.MODEL_DECLINED, "I only know slugs.", "ask"));
  }

  @Test
  void aRunThatNobodyWorksOnIsCancelledAtOnce() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies());
    Run run = forge.submit(RunRequest.of("a thing"));
    assertThat(forge.cancel(run.id(), "ada").state()).isEqualTo(RunState.CANCELLED);
    assertThat(forge.work()).isEmpty();
  }

  @Test
  void aRunInWorkStopsWhenItIsCancelled() throws Exception {
    ScriptedLanguageModel model = ScriptedLanguageModel.replies().thenStall("{");
    Forge forge = forge(model);
    Run run = forge.submit(RunRequest.of("a thing"));
    CompletableFuture<Run> driven = driving(forge, run);
    long seen = 0;
    while (model.requests().isEmpty()) {
      List<StoredEvent> news = forge.events(run.id(), seen, 9, Duration.ofMillis(20));
      seen = news.isEmpty() ? seen : news.get(news.size() - 1).cursor();
    }
    forge.cancel(run.id(), "ada");
    assertThat(driven.get(5, TimeUnit.SECONDS).state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void aPublishedRunCannotBeCancelled() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = published(forge);
    assertThatThrownBy(() -> forge.cancel(run.id(), "ada"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("published");
  }

  @Test
  void aRejectedArtifactIsNotPublished() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(forge.reject(run.id(), "ada").state()).isEqualTo(RunState.REJECTED);
    assertThatThrownBy(() -> forge.approve(run.id(), "bob", PublishOptions.publish()))
        .isInstanceOf(ConflictException.class);
    assertThat(registry.uploads()).isEmpty();
  }

  @Test
  void theSameWordTwiceIsOneApproval() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    Run once = forge.approve(run.id(), "ada", PublishOptions.publish());
    assertThat(forge.approve(run.id(), "ada", PublishOptions.publish())).isEqualTo(once);
    forge.drive(run.id());
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void aDryRunSendsNothingAndWaitsAgain() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.dryRun());
    run = forge.drive(run.id());
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.release())
        .hasValueSatisfying(r -> assertThat(r.mode()).isEqualTo(PublishOptions.Mode.DRY_RUN));
    assertThat(registry.uploads()).isEmpty();

    forge.approve(run.id(), "ada", PublishOptions.publish());
    assertThat(forge.drive(run.id()).state()).isEqualTo(RunState.PUBLISHED);
  }

  @Test
  void anAnswerThatWasLostIsReadBack() throws Exception {
    registry.spoil(FakeRegistry.Spoil.ANSWER_LOST);
    Run run = published(forge(ScriptedLanguageModel.replies(PLAN, GOOD)));
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void anUploadThatWasLostIsSentOnceMoreAfterPatience() throws Exception {
    registry.spoil(FakeRegistry.Spoil.UPLOAD_LOST);
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    for (int look = 0; look < 3; look++) {
      assertThat(forge.work()).map(Run::state).hasValue(RunState.PUBLISHING);
      assertThat(registry.uploads()).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(forge.work()).map(Run::state).hasValue(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(2);
  }

  @Test
  void anAdapterThatBreaksAfterTheUploadHidesNoRelease() throws Exception {
    registry.spoil(FakeRegistry.Spoil.ADAPTER_BROKEN);
    Run run = published(forge(ScriptedLanguageModel.replies(PLAN, GOOD)));
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void aDiskThatIsFullAtTheRegistryIsSaidAndAnotherWordPublishes() throws Exception {
    registry.spoil(FakeRegistry.Spoil.DISK_FULL);
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = published(forge);
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.ending()).isNull();
    assertThat(run.trouble())
        .hasValue(
            new Ending(
                Ending.Reason.REGISTRY_UNAVAILABLE, "The disk is full.", "Free some space."));
    List<RunEvent> told = events(forge, run);
    assertThat(told.get(told.size() - 1)).isEqualTo(RunEvent.State.of(run));

    forge.approve(run.id(), "ada", PublishOptions.publish());
    run = forge.drive(run.id());
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(run.trouble()).isEmpty();
  }

  @Test
  void aRegistryThatStaysAwayBeforeTheUploadLeavesItToThePerson() throws Exception {
    Forge forge =
        ports(ScriptedLanguageModel.replies(PLAN, GOOD))
            .registry(
                new ForwardingRegistry(registry) {
                  @Override
                  public Optional<StoredVersion> find(PackageId id) {
                    throw new RegistryException("It is away.", "Wait.", true, null);
                  }
                })
            .build();
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    for (int turn = 1; turn < RunShift.MAX_SETBACKS; turn++) {
      assertThat(forge.work()).map(Run::state).hasValue(RunState.PUBLISHING);
      clock.advance(Duration.ofMinutes(1));
    }
    run = forge.work().orElseThrow();
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.REGISTRY_UNAVAILABLE);
    assertThat(run.work().setbacks().rests()).isZero();
    assertThat(forge.reject(run.id(), "ada").trouble())
        .map(Ending::reason)
        .hasValue(Ending.Reason.REJECTED);
  }

  @Test
  void aRefusalAfterAnUploadThatMayHaveArrivedIsTheEnd() throws Exception {
    registry.spoil(FakeRegistry.Spoil.UPLOAD_LOST).spoil(FakeRegistry.Spoil.DISK_FULL);
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = published(forge, 4);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(registry.uploads()).hasSize(2);
  }

  private Run published(Forge forge, int turns) throws InterruptedException {
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    for (int turn = 0; turn < turns; turn++) {
      forge.work();
      clock.advance(Duration.ofMinutes(1));
    }
    return forge.find(run.id()).orElseThrow();
  }

  @Test
  void aDryRunWithoutResultIsTriedAgainAfterRestsAndThenLeftToThePerson() throws Exception {
    for (int i = 0; i < RunShift.MAX_SETBACKS; i++) {
      registry.spoil(FakeRegistry.Spoil.ANSWER_LOST);
    }
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.dryRun());
    for (int turn = 1; turn < RunShift.MAX_SETBACKS; turn++) {
      assertThat(forge.work()).map(Run::state).hasValue(RunState.PUBLISHING);
      clock.advance(Duration.ofMinutes(1));
    }
    run = forge.work().orElseThrow();
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.release()).isEmpty();
    assertThat(run.trouble())
        .hasValueSatisfying(why -> assertThat(why.sentence()).contains("no result"));
    assertThat(registry.uploads()).isEmpty();
  }

  @Test
  void anEditVoidsTheWordGivenBefore() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.dryRun());
    forge.drive(run.id());
    Run edited =
        forge.edit(run.id(), 1, List.of(new SourceFile("index.js", "good, mine")), Set.of());
    assertThat(edited.release()).isEmpty();
    assertThatThrownBy(() -> forge.approve(run.id(), "ada", PublishOptions.dryRun()))
        .isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> forge.artifact(run.id())).isInstanceOf(ConflictException.class);
  }

  @Test
  void aStackThatOverflowsInAPortEndsTheRunAndNotTheWorker() throws Exception {
    LanguageModel model =
        watched(
            ScriptedLanguageModel.replies(),
            () -> {
              throw new StackOverflowError();
            });
    Forge forge = forge(model);
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.INTERNAL);
  }

  @Test
  void aWaitThatIsTooLongEndsTheRunInsteadOfParkingIt() throws Exception {
    Forge forge =
        forge(
            ScriptedLanguageModel.replies()
                .thenThrow(
                    new LanguageModelException(
                        Reason.RATE_LIMITED, "later", "wait", Duration.ofDays(10), null)));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.MODEL_UNAVAILABLE);
  }

  @Test
  void approvingOnTheEventItselfIsHeard() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.submit(RunRequest.of("a thing"));
    CompletableFuture<Run> driven = driving(forge, run);
    long seen = 0;
    while (forge.find(run.id()).orElseThrow().state() != RunState.AWAITING_APPROVAL) {
      List<StoredEvent> news = forge.events(run.id(), seen, 9, Duration.ofMillis(20));
      seen = news.isEmpty() ? seen : news.get(news.size() - 1).cursor();
    }
    forge.approve(run.id(), "ada", PublishOptions.publish());
    driven.get(5, TimeUnit.SECONDS);
    assertThat(forge.drive(run.id()).state()).isEqualTo(RunState.PUBLISHED);
  }

  @Test
  void aLookUpStopsWhenTheRunIsCancelled() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    String plan = "{\"name\":\"a\",\"dependencies\":[{\"name\":\"slow\",\"range\":\"^1\"}]}";
    Forge forge =
        ports(ScriptedLanguageModel.replies(plan))
            .catalog(
                needed -> {
                  asked.countDown();
                  new CountDownLatch(1).await();
                  return Optional.empty();
                })
            .build();
    Run run = forge.submit(RunRequest.of("a thing"));
    CompletableFuture<Run> driven = driving(forge, run);
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    forge.cancel(run.id(), "ada");
    assertThat(driven.get(5, TimeUnit.SECONDS).state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void whatARepairMendedIsTold() throws Exception {
    String cause = "@@@ " + ScriptedLanguageModel.MARKER + " cause A wrong word.\n";
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(PLAN, BAD, cause + file("index.js", "second"), GOOD);
    Forge forge = forge(model);
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.work().drafts())
        .extracting(Draft::cause)
        .containsExactly("", "A wrong word.", "");
    assertThat(model.requests().get(3).prompt().text()).contains("A wrong word.");
  }

  @Test
  void twoUploadsThatAreLostAreNotCalledASuccessOrAFailure() throws Exception {
    registry.spoil(FakeRegistry.Spoil.UPLOAD_LOST).spoil(FakeRegistry.Spoil.UPLOAD_LOST);
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    for (int look = 0; look < 10; look++) {
      forge.work();
      clock.advance(Duration.ofMinutes(1));
    }
    Ending ending = forge.find(run.id()).orElseThrow().ending();
    assertThat(ending).isNotNull();
    assertThat(ending.sentence()).contains("not known whether");
    assertThat(registry.uploads()).hasSize(2);
  }

  @Test
  void otherBytesUnderTheSameNameAreAConflict() throws Exception {
    published(forge(ScriptedLanguageModel.replies(PLAN, GOOD)));
    Run second =
        published(forge(ScriptedLanguageModel.replies(PLAN, file("index.js", "good too"))));
    assertThat(second.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.VERSION_EXISTS);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void aWordThatExpiredBeforeTheUploadDoesNotPublish() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    clock.advance(Duration.ofHours(2));
    run = forge.drive(run.id());
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.APPROVAL_REFUSED);
    assertThat(registry.uploads()).isEmpty();

    forge.approve(run.id(), "ada", PublishOptions.publish());
    assertThat(forge.drive(run.id()).state()).isEqualTo(RunState.PUBLISHED);
  }

  @Test
  void anEditIsVerifiedAndRepairStartsFromIt() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD, file("index.js", "good again")));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThatThrownBy(() -> forge.edit(run.id(), 7, List.of(), Set.of()))
        .isInstanceOf(ConflictException.class);
    forge.edit(run.id(), 1, List.of(new SourceFile("index.js", "mine")), Set.of());
    Run after = forge.drive(run.id());
    assertThat(after.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(after.work().drafts())
        .extracting(Draft::origin)
        .containsExactly(Draft.Origin.MODEL, Draft.Origin.PERSON, Draft.Origin.REPAIR);
    assertThat(toolchain.verified().get(1).find("index.js"))
        .map(SourceFile::content)
        .hasValue("mine");
  }

  @Test
  void theSameRequestTwiceIsOneRun() {
    Forge forge = forge(ScriptedLanguageModel.replies());
    RunRequest request = new RunRequest("a thing", 3, Budget.ofDefaults(), "key-1");
    assertThat(forge.submit(request).id()).isEqualTo(forge.submit(request).id());
    assertThat(forge.newest(9)).hasSize(1);
  }

  @Test
  void aFaultOfOursEndsTheRunAndSaysSo() throws Exception {
    Forge forge =
        forge(ScriptedLanguageModel.replies().thenThrow(new IllegalStateException("oops")));
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.INTERNAL);
  }

  @Test
  void aJobThatKeepsKillingItsWorkersIsGivenUp() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies());
    Run run = forge.submit(RunRequest.of("a thing"));
    lose(RunShift.MAX_LOST);
    forge.work();
    assertThat(forge.find(run.id()).orElseThrow().ending())
        .extracting(Ending::reason)
        .isEqualTo(Ending.Reason.WORKER_LOST);
  }

  @Test
  void aLongRunMayLoseManyWorkersIfEachBroughtItOn() throws Exception {
    Run run = forge(ScriptedLanguageModel.replies()).submit(RunRequest.of("a thing"));
    lose(RunShift.MAX_LOST - 1);
    Forge planner = forge(ScriptedLanguageModel.replies(PLAN));
    assertThatThrownBy(planner::work).isInstanceOf(AssertionError.class); // dies after the plan
    clock.advance(Duration.ofMinutes(1));
    lose(RunShift.MAX_LOST - 2);

    Forge writer = forge(ScriptedLanguageModel.replies(GOOD));
    assertThat(writer.work()).map(Run::state).hasValue(RunState.AWAITING_APPROVAL);
    assertThat(writer.find(run.id()).orElseThrow().work().setbacks().deliveries())
        .isEqualTo(2 * RunShift.MAX_LOST - 1);
  }

  @Test
  void aNewJobHasLostNoWorkers() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, GOOD));
    forge.submit(RunRequest.of("a thing"));
    lose(RunShift.MAX_LOST - 1);
    Run run = forge.work().orElseThrow();
    forge.approve(run.id(), "ada", PublishOptions.publish());
    lose(RunShift.MAX_LOST);

    assertThat(forge.work())
        .map(Run::ending)
        .hasValueSatisfying(
            ending -> assertThat(ending.reason()).isEqualTo(Ending.Reason.WORKER_LOST));
  }

  @Test
  void aRunAsksTheStoreNothingTwice() throws Exception {
    List<String> asked = new ArrayList<>();
    Store counting =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  return method.invoke(new ForwardingStore(store), arguments);
                });
    Forge forge =
        ports(ScriptedLanguageModel.replies(PLAN, BAD, GOOD))
            .store(counting)
            .pulse(Pulse.none())
            .build();
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    asked.clear();

    assertThat(forge.drive(id).state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(asked)
        .containsExactly(
            "lease",
            "listen",
            "find",
            "renew",
            "save", // the price of the plan
            "save", // the plan, as it was proposed
            "save", // the plan, settled
            "save", // the price of the draft
            "keep",
            "save", // the draft
            "save", // what is wrong with it
            "save", // the price of the repair
            "keep",
            "save", // the repair
            "keep",
            "save", // the artifact
            "renew",
            "complete");
  }

  private void lose(int workers) {
    for (int death = 0; death < workers; death++) {
      assertThat(store.lease("doomed", Duration.ofSeconds(30))).isPresent();
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void askingNeedsNoPortsButWorkingDoes() {
    Forge forge = Forge.builder().store(store).clock(clock).build();
    Run run = forge.submit(RunRequest.of("a thing"));
    assertThatThrownBy(() -> forge.drive(run.id()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs a model");
    assertThat(store.lease("other", Duration.ofSeconds(1))).isPresent();
  }

  @Test
  void theStoryIsToldInOrder() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies(PLAN, BAD, GOOD));
    Run run = published(forge);
    assertThat(
            events(forge, run).stream()
                .filter(e -> !(e instanceof RunEvent.State))
                .map(e -> e.getClass().getSimpleName())
                .toList())
        .containsExactly(
            "Planned",
            "FileText",
            "Drafted",
            "StepBegan",
            "Log",
            "StepEnded",
            "Attempted",
            "FileText",
            "Drafted",
            "StepBegan",
            "Log",
            "StepEnded",
            "Attempted",
            "Approved",
            "Uploaded",
            "Uploaded",
            "Uploaded",
            "Uploaded",
            "Released");
  }

  private Run published(Forge forge) throws InterruptedException {
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    return forge.drive(run.id());
  }

  private static List<RunEvent> events(Forge forge, Run run) throws InterruptedException {
    return forge.events(run.id(), 0, 1_000, Duration.ZERO).stream()
        .map(StoredEvent::event)
        .toList();
  }

  private static CompletableFuture<Run> driving(Forge forge, Run run) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return forge.drive(run.id());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Forge forge(LanguageModel model) {
    return ports(model).build();
  }

  private Forge.Builder ports(LanguageModel model) {
    return Forge.builder()
        .model(model)
        .sandbox(sandbox)
        .toolchain(toolchain)
        .registry(registry)
        .catalog(
            needed ->
                needed.name().equals("invented")
                    ? Optional.empty()
                    : Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
        .store(store)
        .signer(new ApprovalSigner(Secret.of("a key for this test")))
        .clock(clock)
        .random(random);
  }

  private static LanguageModel watched(LanguageModel model, Runnable before) {
    return new LanguageModel() {
      @Override
      public ModelInfo info() {
        return model.info();
      }

      @Override
      public ModelReply generate(
          ModelRequest request, ModelListener listener, Cancellation cancellation)
          throws InterruptedException {
        before.run();
        return model.generate(request, listener, cancellation);
      }
    };
  }

  /** A sandbox that cannot be reached the first times that it is looked at. */
  private static final class AwayAtFirst implements Sandbox {
    private final Sandbox there = new NoSandbox();
    private int left;

    AwayAtFirst(int times) {
      left = times;
    }

    @Override
    public SandboxReport probe() {
      if (left-- > 0) {
        throw new SandboxException("The engine does not answer.", "Wait.", true, null);
      }
      return there.probe();
    }

    @Override
    public SandboxSession open(SandboxSpec spec) throws InterruptedException {
      return there.open(spec);
    }
  }

  private static String file(String path, String text) {
    String marker = ScriptedLanguageModel.MARKER;
    return "@@@ " + marker + " file " + path + "\n" + text + "\n@@@ " + marker + " end\n";
  }
}
