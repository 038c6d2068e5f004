package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Approval;
import dev.packageforge.ApprovalSigner;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FileSet;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Verdict;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.redis.AskDesk.Answer;
import dev.packageforge.testing.Artifacts;
import dev.packageforge.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What those who may only ask get, and what they do not. */
class AskDeskTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SplittableRandom random = new SplittableRandom(7);
  private final ApprovalSigner signer = ApprovalSigner.ephemeral(random);
  private final InMemoryStore store = new InMemoryStore(clock);
  private final Map<Sha512, byte[]> given = new HashMap<>();
  private final AskDesk desk =
      new AskDesk(store, digest -> Optional.ofNullable(given.get(digest)), store::workers);

  private Run accepted() {
    Run run = Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), clock.instant());
    assertThat(desk.answer(again(new Ask.Create(run, Job.of(run.id(), "make")))))
        .isEqualTo(Answer.DONE);
    return run;
  }

  /** Through the form it has on its way. */
  private static Ask again(Ask ask) {
    return Ask.of(ask.fields());
  }

  private Run waiting() {
    Run run = accepted();
    Lease lease = store.lease(run.id(), "ann", LEASE).orElseThrow();
    Artifact artifact = Artifacts.packed("slug-maker", "1.0.0", "bytes").artifact();
    FileSet files = FileSet.of(List.of(new SourceFile("a.js", "1")));
    Run verified =
        run.with(
                run.work()
                    .with(
                        new Draft(
                            1, Draft.Origin.MODEL, 0, store.keep(files.toBytes()), List.of(), ""))
                    .with(new Attempt(1, 1, new Verdict.Passed(artifact), List.of(), List.of())))
            .in(RunState.AWAITING_APPROVAL);
    store.save(lease, verified, List.of());
    store.complete(lease);
    return verified;
  }

  @Test
  void acceptedRunIsThereForWhoeverWorks() {
    Run run = accepted();

    assertThat(store.find(run.id())).hasValue(run);
    assertThat(store.lease("ann", LEASE)).map(lease -> lease.job().run()).hasValue(run.id());
  }

  @Test
  void runThatClaimsMoreIsRefused() {
    Run run = accepted();
    Run other = Run.accepted(RunId.random(random), run.request(), clock.instant());

    assertThat(
            desk.answer(
                again(
                    new Ask.Create(
                        other.in(RunState.PUBLISHING), Job.of(other.id(), "publish-1")))))
        .isEqualTo(Answer.REFUSED);
    assertThat(desk.answer(again(new Ask.Create(other, Job.of(run.id(), "other")))))
        .isEqualTo(Answer.REFUSED);
    assertThat(store.find(other.id())).isEmpty();
  }

  @Test
  void approvalOfWhatWaitsIsStoredAndItsWorkEnqueued() throws InterruptedException {
    Run run = waiting();
    Approval approval =
        signer.sign(
            Approval.Terms.of(run.id(), run.artifact().orElseThrow(), PublishOptions.publish()),
            "ann",
            clock.instant().plusSeconds(60),
            random);
    Run approved = run.with(run.work().with(Run.Publication.of(approval))).in(RunState.PUBLISHING);
    List<RunEvent> events = List.of(new RunEvent.Approved(approval), RunEvent.State.of(approved));

    assertThat(desk.answer(again(new Ask.Decide(approved, events, Job.of(run.id(), "publish-3")))))
        .isEqualTo(Answer.DONE);

    assertThat(store.find(run.id())).hasValue(approved);
    assertThat(store.lease("ann", LEASE)).isPresent();
    assertThat(store.events(run.id(), 0, 10, Duration.ZERO))
        .extracting(StoredEvent::event)
        .isEqualTo(events);
  }

  @Test
  void editBringsItsFiles() {
    Run run = waiting();
    byte[] bytes = FileSet.of(List.of(new SourceFile("b.js", "2"))).toBytes();
    Sha512 digest = Sha512.of(bytes);
    given.put(digest, bytes);
    Draft draft = new Draft(2, Draft.Origin.PERSON, 1, digest, List.of(), "");
    Run edited = run.with(run.work().with(draft)).in(RunState.VERIFYING);

    assertThat(
            desk.answer(
                again(
                    new Ask.Decide(
                        edited, List.of(RunEvent.State.of(edited)), Job.of(run.id(), "verify-3")))))
        .isEqualTo(Answer.DONE);

    assertThat(store.find(run.id())).hasValue(edited);
    assertThat(store.fetch(digest)).isPresent();
  }

  @Test
  void editWithoutFilesOrWithOtherBytesIsRefused() {
    Run run = waiting();
    Sha512 absent = Sha512.of(new byte[] {9});
    given.put(absent, "no files".getBytes(UTF_8));
    Draft draft = new Draft(2, Draft.Origin.PERSON, 1, absent, List.of(), "");
    Run edited = run.with(run.work().with(draft)).in(RunState.VERIFYING);

    assertThat(
            desk.answer(
                again(
                    new Ask.Decide(
                        edited, List.of(RunEvent.State.of(edited)), Job.of(run.id(), "verify-3")))))
        .isEqualTo(Answer.REFUSED);
    assertThat(store.find(run.id())).hasValue(run);
  }

  @Test
  void whatOnlyWorkersDoIsRefused() {
    Run run = waiting();
    Run published = run.in(RunState.PUBLISHED);

    assertThat(
            desk.answer(
                again(new Ask.Decide(published, List.of(RunEvent.State.of(published)), null))))
        .isEqualTo(Answer.REFUSED);
    assertThat(store.find(run.id())).hasValue(run);
  }

  @Test
  void eventThatTellsSomethingElseIsRefused() {
    Run run = waiting();
    Run cancelled =
        run.ended(
            RunState.CANCELLED, new Ending(Ending.Reason.CANCELLED, "Cancelled.", "Nothing."));

    assertThat(
            desk.answer(
                again(
                    new Ask.Decide(
                        cancelled, List.of(RunEvent.State.of(run.in(RunState.PUBLISHED))), null))))
        .isEqualTo(Answer.REFUSED);
  }

  @Test
  void decisionOnAnotherRevisionComesTooLate() {
    Run run = waiting();
    Run next = run.in(RunState.AWAITING_APPROVAL);

    assertThat(desk.answer(again(new Ask.Decide(next.in(RunState.CANCELLED), List.of(), null))))
        .isEqualTo(Answer.STALE);
  }

  @Test
  void whoeverWorksIsAskedToStop() {
    Run run = accepted();
    assertThat(desk.answer(again(new Ask.Cancel(run.id())))).isEqualTo(Answer.STALE);
    assertThat(store.lease(run.id(), "ann", LEASE)).isPresent();

    assertThat(desk.answer(again(new Ask.Cancel(run.id())))).isEqualTo(Answer.DONE);
  }

  @Test
  void nonsenseIsToldFromAnAsk() {
    for (Map<String, String> nonsense :
        List.of(
            Map.<String, String>of(),
            Map.of("kind", "publish"),
            Map.of("kind", "create", "run", "{}", "job", "x"),
            Map.of("kind", "cancel", "run", "../../etc"))) {
      assertThatThrownBy(() -> Ask.of(nonsense))
          .isInstanceOf(QueueException.class)
          .extracting(e -> ((QueueException) e).reason())
          .isEqualTo(QueueException.Reason.UNREADABLE);
    }
  }
}
