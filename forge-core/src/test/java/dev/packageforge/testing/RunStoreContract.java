package dev.packageforge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.PackagePlan;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RunStore} promises, together with the {@link JobQueue} that it also is. Extend
 * it, return a fresh store, inherit the tests.
 *
 * @param <S> the store
 */
public abstract class RunStoreContract<S extends JobQueue & RunStore> {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration AGE = Duration.ofDays(30);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int SOON = 30;

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SplittableRandom random = new SplittableRandom(7);
  private S store;

  /** For who extends it. */
  protected RunStoreContract() {}

  /** A new, empty store that takes the time from {@code clock} alone. */
  protected abstract S newStore(Clock clock);

  @BeforeEach
  void openStore() {
    store = newStore(clock);
  }

  @Test
  void createdRunIsFoundAndItsJobCanBeTaken() {
    Run run = newRun("");
    Job job = Job.of(run.id(), "make");

    assertThat(store.create(run, job)).isEqualTo(run);
    assertThat(store.find(run.id())).hasValue(run);
    assertThat(store.lease("ann", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void unknownRunIsNotThere() throws InterruptedException {
    RunId id = newRun("").id();

    assertThat(store.find(id)).isEmpty();
    assertThat(store.newest(10)).isEmpty();
    assertThat(store.requestCancel(id)).isFalse();
    assertThat(store.events(id, 0, 10, Duration.ZERO)).isEmpty();
    assertThat(store.decide(newRun("").in(RunState.CANCELLED), List.of(), null))
        .isEqualTo(SaveResult.STALE);
  }

  @Test
  void requestWithAKeyThatWasAcceptedIsTheSameRun() {
    Run first = create("key-1");
    Run again = newRun("key-1");

    assertThat(store.create(again, Job.of(again.id(), "make"))).isEqualTo(first);
    assertThat(store.find(again.id())).isEmpty();
    assertThat(store.newest(10)).containsExactly(first);
    lease();
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void requestWithAKeyThatWasAcceptedYieldsTheRunAsItIsNow() {
    Run first = create("key-1");
    Run moved = first.in(RunState.GENERATING);
    store.save(lease(), moved, List.of());
    Run again = newRun("key-1");

    assertThat(store.create(again, Job.of(again.id(), "make"))).isEqualTo(moved);
  }

  @Test
  void requestsWithoutAKeyAreDifferentRuns() {
    Run one = create("");
    Run two = create("");
    Run three = create("key");

    assertThat(store.newest(10)).containsExactlyInAnyOrder(one, two, three);
  }

  @Test
  void sameRunCreatedTwiceIsOneRun() {
    Run run = create("");

    assertThat(store.create(run, Job.of(run.id(), "make"))).isEqualTo(run);
    assertThat(store.newest(10)).containsExactly(run);
    lease();
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void newestComesFirst() {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(0, create(""));
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(store.newest(1_000)).containsExactlyElementsOf(runs);
    assertThat(store.newest(2)).containsExactlyElementsOf(runs.subList(0, 2));
    assertThatThrownBy(() -> store.newest(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.newest(1_001)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void holderSavesRevisionAfterRevision() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();

    Run second = run.in(RunState.GENERATING);
    assertThat(store.save(lease, second, List.of(RunEvent.State.of(second))))
        .isEqualTo(SaveResult.SAVED);
    Run third = second.in(RunState.VERIFYING);
    assertThat(store.save(lease, third, List.of(RunEvent.State.of(third))))
        .isEqualTo(SaveResult.SAVED);

    assertThat(store.find(run.id())).hasValue(third);
    assertThat(eventsOf(run)).containsExactly(RunEvent.State.of(second), RunEvent.State.of(third));
  }

  @Test
  void saveOfAnyOtherRevisionChangesNothing() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Run next = run.in(RunState.GENERATING);

    assertThat(store.save(lease, run, someEvents())).isEqualTo(SaveResult.STALE);
    assertThat(store.save(lease, next.in(RunState.VERIFYING), someEvents()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.find(run.id())).hasValue(run);
    assertThat(store.save(lease, next, List.of())).isEqualTo(SaveResult.SAVED);
    assertThat(store.save(lease, next, someEvents())).isEqualTo(SaveResult.STALE);
    assertThat(eventsOf(run)).isEmpty();
  }

  @Test
  void lapsedLeaseSavesNothingEvenIfNobodyElseTookTheJob() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    clock.advance(LEASE);

    assertThat(store.save(lease, run.in(RunState.GENERATING), someEvents()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.append(lease, someEvents())).isFalse();
    assertThat(store.find(run.id())).hasValue(run);
    assertThat(eventsOf(run)).isEmpty();
  }

  @Test
  void staleHolderSavesNothing() throws InterruptedException {
    Run run = create("");
    Lease stale = lease();
    clock.advance(LEASE);
    Lease held = lease();

    assertThat(store.save(stale, run.in(RunState.FAILED), someEvents()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.append(stale, someEvents())).isFalse();
    assertThat(store.find(run.id())).hasValue(run);
    assertThat(eventsOf(run)).isEmpty();
    assertThat(store.save(held, run.in(RunState.GENERATING), List.of()))
        .isEqualTo(SaveResult.SAVED);
  }

  @Test
  void holderWhoIsDoneSavesNothing() {
    Run run = create("");
    Lease lease = lease();
    assertThat(store.complete(lease)).isTrue();

    assertThat(store.save(lease, run.in(RunState.GENERATING), List.of()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.append(lease, someEvents())).isFalse();
    assertThat(store.find(run.id())).hasValue(run);
  }

  @Test
  void holderOfAnotherRunsJobSavesNothing() {
    Run mine = create("");
    Run other = create("");
    Lease lease = store.lease(mine.id(), "ann", LEASE).orElseThrow();

    assertThat(store.save(lease, other.in(RunState.FAILED), List.of())).isEqualTo(SaveResult.STALE);
    assertThat(store.find(other.id())).hasValue(other);
  }

  @Test
  void decisionIsRefusedWhileSomebodyWorks() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();

    assertThat(store.decide(run.in(RunState.CANCELLED), someEvents(), Job.of(run.id(), "publish")))
        .isEqualTo(SaveResult.STALE);

    assertThat(store.find(run.id())).hasValue(run);
    assertThat(eventsOf(run)).isEmpty();
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.HELD);
    store.complete(lease);
    assertThat(store.lease("bob", LEASE)).as("nothing was enqueued").isEmpty();
  }

  @Test
  void decisionIsTakenOnceNobodyWorks() throws InterruptedException {
    Run run = create("");
    store.complete(lease());
    Run decided = run.in(RunState.PUBLISHING);
    Job next = Job.of(run.id(), "publish");

    assertThat(store.decide(decided, List.of(RunEvent.State.of(decided)), next))
        .isEqualTo(SaveResult.SAVED);

    assertThat(store.find(run.id())).hasValue(decided);
    assertThat(eventsOf(run)).containsExactly(RunEvent.State.of(decided));
    assertThat(store.lease("ann", LEASE)).map(Lease::job).hasValue(next);
  }

  @Test
  void decisionOnAnyOtherRevisionChangesNothing() throws InterruptedException {
    Run run = create("");
    store.complete(lease());
    Run next = run.in(RunState.AWAITING_APPROVAL);
    Job job = Job.of(run.id(), "publish");

    assertThat(store.decide(run, someEvents(), job)).isEqualTo(SaveResult.STALE);
    assertThat(store.decide(next.in(RunState.PUBLISHING), someEvents(), job))
        .isEqualTo(SaveResult.STALE);

    assertThat(store.find(run.id())).hasValue(run);
    assertThat(eventsOf(run)).isEmpty();
    assertThat(store.lease("ann", LEASE)).isEmpty();
  }

  @Test
  void sameDecisionTakenTwiceIsTakenOnce() {
    Run run = create("");
    store.complete(lease());
    Run decided = run.in(RunState.PUBLISHING);
    Job next = Job.of(run.id(), "publish");

    assertThat(store.decide(decided, List.of(), next)).isEqualTo(SaveResult.SAVED);
    assertThat(store.decide(decided, List.of(), next)).isEqualTo(SaveResult.STALE);
    lease();
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void decisionWithdrawsJobsThatNobodyHolds() {
    Run waiting = create("");
    Run untouched = create("");

    assertThat(store.decide(waiting.in(RunState.CANCELLED), List.of(), null))
        .isEqualTo(SaveResult.SAVED);

    assertThat(store.lease(waiting.id(), "ann", LEASE)).isEmpty();
    assertThat(store.lease("ann", LEASE)).map(l -> l.job().run()).hasValue(untouched.id());
    assertThat(store.lease("ann", LEASE)).isEmpty();
  }

  @Test
  void decisionWithdrawsJobsThatRest() {
    Run run = create("");
    store.retry(lease(), Duration.ofMinutes(1));

    assertThat(store.decide(run.in(RunState.CANCELLED), List.of(), null))
        .isEqualTo(SaveResult.SAVED);

    clock.advance(Duration.ofMinutes(1));
    assertThat(store.lease("ann", LEASE)).isEmpty();
  }

  @Test
  void decisionWithdrawsJobsWhoseLeaseLapsed() {
    Run run = create("");
    Lease lapsed = lease();
    clock.advance(LEASE);
    Run decided = run.in(RunState.CANCELLED);

    assertThat(store.decide(decided, List.of(), null)).isEqualTo(SaveResult.SAVED);

    assertThat(store.lease("bob", LEASE)).isEmpty();
    assertThat(store.renew(lapsed, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(store.complete(lapsed)).isFalse();
    assertThat(store.save(lapsed, decided.in(RunState.FAILED), List.of()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.find(run.id())).hasValue(decided);
  }

  @Test
  void decisionIsTakenWhileTheWorkerThatBroughtTheRunToAPersonLetsGo() {
    Run run = create("");
    Lease lease = lease();
    Run waiting = run.in(RunState.AWAITING_APPROVAL);
    store.save(lease, waiting, List.of());
    Job next = Job.of(run.id(), "publish");

    assertThat(store.decide(waiting.in(RunState.PUBLISHING), List.of(), next))
        .isEqualTo(SaveResult.SAVED);

    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(store.complete(lease)).isFalse();
    assertThat(store.lease("bob", LEASE)).map(Lease::job).hasValue(next);
  }

  @Test
  void decisionIsRefusedUntilTheWorkerHasHeardTheWishToCancel() {
    Run run = create("");
    Lease lease = lease();
    assertThat(store.requestCancel(run.id())).isTrue();
    Run waiting = run.in(RunState.AWAITING_APPROVAL);
    store.save(lease, waiting, List.of());

    assertThat(store.decide(waiting.in(RunState.PUBLISHING), List.of(), null))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
  }

  @Test
  void decisionWhoseWorkWasDoneBeforeIsRefusedLoudly() {
    Run run = create("");
    store.complete(lease());

    assertThatThrownBy(
            () -> store.decide(run.in(RunState.PUBLISHING), List.of(), Job.of(run.id(), "make")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.find(run.id())).hasValue(run);
  }

  @Test
  void wishToCancelReachesTheHolderWithEachRenewal() {
    Run run = create("");
    Run other = create("");
    Lease lease = store.lease(run.id(), "ann", LEASE).orElseThrow();
    Lease otherLease = store.lease(other.id(), "ann", LEASE).orElseThrow();

    assertThat(store.requestCancel(run.id())).isTrue();
    assertThat(store.requestCancel(run.id())).isTrue();

    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
    assertThat(store.renew(otherLease, LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void renewalThatTellsOfAWishToCancelStillRenews() {
    Run run = create("");
    Lease lease = lease();
    store.requestCancel(run.id());
    clock.advance(LEASE.minusMillis(1));

    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
    clock.advance(LEASE.minusMillis(1));
    assertThat(store.save(lease, run.in(RunState.CANCELLED), List.of()))
        .isEqualTo(SaveResult.SAVED);
  }

  @Test
  void wishToCancelOutlivesTheWorkerWhoWasAsked() {
    Run run = create("");
    Lease dead = lease();
    store.requestCancel(run.id());
    clock.advance(LEASE);

    Lease heir = lease();

    assertThat(store.renew(heir, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
    assertThat(store.renew(dead, LEASE)).isEqualTo(LeaseState.LOST);
  }

  @Test
  void wishToCancelEndsWithTheNextDecision() {
    Run run = create("");
    Lease lease = lease();
    store.requestCancel(run.id());
    store.complete(lease);
    store.decide(run.in(RunState.PUBLISHING), List.of(), Job.of(run.id(), "publish"));

    assertThat(store.renew(lease(), LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void nobodyCanBeAskedToCancelWhileNobodyWorks() {
    Run run = create("");
    assertThat(store.requestCancel(run.id())).as("still waiting").isFalse();

    lease();
    clock.advance(LEASE);
    assertThat(store.requestCancel(run.id())).as("lapsed").isFalse();
    assertThat(store.renew(lease(), LEASE)).isEqualTo(LeaseState.HELD);

    clock.advance(LEASE);
    store.complete(lease());
    assertThat(store.requestCancel(run.id())).as("done").isFalse();
  }

  @Test
  void nobodyCanBeAskedToCancelOnceTheRunNeedsNoWorker() {
    Run run = create("");
    Lease lease = lease();
    Run waiting = run.in(RunState.AWAITING_APPROVAL);
    store.save(lease, waiting, List.of());
    assertThat(store.requestCancel(run.id())).as("waits for a person").isFalse();

    store.save(lease, waiting.in(RunState.FAILED), List.of());
    assertThat(store.requestCancel(run.id())).as("over").isFalse();
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void wishToCancelIsToldEvenIfTheRunWaitsForAPersonByNow() {
    Run run = create("");
    Lease lease = lease();
    store.requestCancel(run.id());
    store.save(lease, run.in(RunState.AWAITING_APPROVAL), List.of());

    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
  }

  @Test
  void eventsComeInOrderWithGrowingCursorsAndTheStoresTime() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    store.append(lease, List.of(log(1), log(2)));
    clock.advance(Duration.ofSeconds(3));
    Run next = run.in(RunState.GENERATING);
    store.save(lease, next, List.of(RunEvent.State.of(next)));
    store.append(lease, List.of(log(3)));

    List<StoredEvent> events = store.events(run.id(), 0, 100, Duration.ZERO);

    assertThat(events)
        .extracting(StoredEvent::event)
        .containsExactly(log(1), log(2), RunEvent.State.of(next), log(3));
    assertThat(events.stream().map(StoredEvent::cursor).toList())
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(cursor -> cursor > 0);
    Instant start = clock.instant().minusSeconds(3);
    assertThat(events)
        .extracting(StoredEvent::at)
        .containsExactly(start, start, clock.instant(), clock.instant());
  }

  @Test
  void readerGoesOnFromItsCursor() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    List<RunEvent> told = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      told.add(log(i));
    }
    store.append(lease, told);

    List<RunEvent> read = new ArrayList<>();
    long cursor = 0;
    List<StoredEvent> page = store.events(run.id(), cursor, 3, Duration.ZERO);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(3);
      page.forEach(event -> read.add(event.event()));
      cursor = page.get(page.size() - 1).cursor();
      page = store.events(run.id(), cursor, 3, Duration.ZERO);
    }

    assertThat(read).isEqualTo(told);
  }

  @Test
  void eachRunHasItsOwnEvents() throws InterruptedException {
    Run one = create("");
    Run two = create("");
    store.append(store.lease(one.id(), "ann", LEASE).orElseThrow(), List.of(log(1)));
    store.append(store.lease(two.id(), "ann", LEASE).orElseThrow(), List.of(log(2)));

    assertThat(eventsOf(one)).containsExactly(log(1));
    assertThat(eventsOf(two)).containsExactly(log(2));
  }

  @Test
  void readerWhoWaitsIsWokenByAnEvent() throws Exception {
    Run run = create("");
    Lease lease = lease();
    withThreads(
        1,
        threads -> {
          Future<List<StoredEvent>> reader =
              threads.submit(() -> store.events(run.id(), 0, 10, LONG));
          store.append(lease, List.of(log(1)));
          assertThat(reader.get(SOON, SECONDS))
              .extracting(StoredEvent::event)
              .containsExactly(log(1));
        });
  }

  @Test
  void readerWhoWaitsIsNotWokenByAnotherRunsEvent() throws Exception {
    Run run = create("");
    Run other = create("");
    Lease lease = store.lease(run.id(), "ann", LEASE).orElseThrow();
    Lease otherLease = store.lease(other.id(), "ann", LEASE).orElseThrow();
    withThreads(
        1,
        threads -> {
          Future<List<StoredEvent>> reader =
              threads.submit(() -> store.events(run.id(), 0, 10, LONG));
          store.append(otherLease, List.of(log(1)));
          store.append(lease, List.of(log(2)));
          assertThat(reader.get(SOON, SECONDS))
              .extracting(StoredEvent::event)
              .containsExactly(log(2));
        });
  }

  @Test
  void readerWaitsNoLongerThanItsPatience() throws InterruptedException {
    Run run = create("");

    assertThat(store.events(run.id(), 0, 10, Duration.ZERO)).isEmpty();
    assertThat(store.events(run.id(), 0, 10, Duration.ofMillis(5))).isEmpty();
  }

  @Test
  void readerWhoWaitsStopsWhenInterrupted() {
    Run run = create("");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> store.events(run.id(), 0, 10, LONG))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void bytesAreKeptUnderTheirDigest() {
    byte[] content = "a package".getBytes(UTF_8);

    Sha512 digest = store.keep(content);

    assertThat(digest).isEqualTo(Sha512.of(content));
    assertThat(store.keep(content)).isEqualTo(digest);
    assertThat(store.fetch(digest)).hasValueSatisfying(b -> assertThat(b).isEqualTo(content));
    assertThat(store.fetch(Sha512.of(new byte[] {1}))).isEmpty();
  }

  @Test
  void emptyContentIsContent() {
    Sha512 digest = store.keep(new byte[0]);

    assertThat(store.fetch(digest)).hasValueSatisfying(b -> assertThat(b).isEmpty());
  }

  @Test
  void keptBytesAreNobodyElses() {
    byte[] content = "a package".getBytes(UTF_8);
    byte[] original = content.clone();
    Sha512 digest = store.keep(content);

    content[0] = 'X';
    store.fetch(digest).orElseThrow()[1] = 'Y';

    assertThat(store.fetch(digest)).hasValueSatisfying(b -> assertThat(b).isEqualTo(original));
  }

  @Test
  void ofManySavesOfOneRevisionOneIsStored() throws Exception {
    Run run = create("");
    Lease lease = lease();
    int writers = 8;
    withThreads(
        writers,
        threads -> {
          List<Callable<SaveResult>> saves = new ArrayList<>();
          for (int i = 0; i < writers; i++) {
            saves.add(() -> store.save(lease, run.in(RunState.GENERATING), List.of(log(1))));
          }
          assertThat(savedIn(threads.invokeAll(saves, SOON, SECONDS))).isOne();
        });
    assertThat(eventsOf(run)).hasSize(1);
  }

  @Test
  void ofManyDecisionsOneIsTaken() throws Exception {
    Run run = create("");
    int people = 8;
    withThreads(
        people,
        threads -> {
          List<Callable<SaveResult>> decisions = new ArrayList<>();
          for (int i = 0; i < people; i++) {
            Job next = Job.of(run.id(), "next-" + i);
            decisions.add(() -> store.decide(run.in(RunState.PUBLISHING), List.of(), next));
          }
          assertThat(savedIn(threads.invokeAll(decisions, SOON, SECONDS))).isOne();
        });
    lease();
    assertThat(store.lease("bob", LEASE)).as("one job only").isEmpty();
  }

  @Test
  void requestsWithOneKeySentAtOnceAreOneRun() throws Exception {
    int senders = 8;
    List<Callable<Run>> requests = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      Run run = newRun("key-1");
      requests.add(() -> store.create(run, Job.of(run.id(), "make")));
    }
    withThreads(
        senders,
        threads -> {
          List<Run> answers = new ArrayList<>();
          for (Future<Run> one : threads.invokeAll(requests, SOON, SECONDS)) {
            answers.add(one.get());
          }
          assertThat(answers).containsOnly(answers.get(0));
          assertThat(store.newest(10)).containsExactly(answers.get(0));
        });
  }

  @Test
  void whoeverListensHearsTheWishToCancel() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Ear ear = new Ear();
    store.listen(lease, ear);

    store.requestCancel(run.id());

    ear.heard();
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
  }

  @Test
  void whoeverListensHearsThatADecisionTookTheLease() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Run waiting = run.in(RunState.AWAITING_APPROVAL);
    store.save(lease, waiting, List.of());
    Ear ear = new Ear();
    store.listen(lease, ear);

    store.decide(waiting.in(RunState.PUBLISHING), List.of(), Job.of(run.id(), "publish"));

    ear.heard();
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.LOST);
  }

  @Test
  void everybodyWhoListensHears() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Ear left = new Ear();
    Ear right = new Ear();
    store.listen(lease, left);
    store.listen(lease, right);

    store.requestCancel(run.id());

    left.heard();
    right.heard();
  }

  @Test
  void whoeverStoppedListeningHearsNothing() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Ear closed = new Ear();
    Ear open = new Ear();
    JobQueue.Listening listening = store.listen(lease, closed);
    store.listen(lease, open);
    listening.close();
    listening.close();

    store.requestCancel(run.id());

    open.heard();
    assertThat(closed.calls()).isZero();
  }

  @Test
  void whoeverListensHearsNothingOfOtherRuns() throws InterruptedException {
    Run mine = create("");
    Run other = create("");
    Ear ear = new Ear();
    Ear others = new Ear();
    store.listen(store.lease(mine.id(), "ann", LEASE).orElseThrow(), ear);
    store.listen(store.lease(other.id(), "ann", LEASE).orElseThrow(), others);

    store.requestCancel(other.id());

    others.heard();
    assertThat(ear.calls()).isZero();
  }

  @Test
  void earThatFailsIsNoReasonToRefuseTheWish() throws InterruptedException {
    Run run = create("");
    Lease lease = lease();
    Ear ear = new Ear();
    store.listen(
        lease,
        () -> {
          throw new IllegalStateException("deaf");
        });
    store.listen(lease, ear);

    assertThat(store.requestCancel(run.id())).isTrue();

    ear.heard();
  }

  @Test
  void rejoinedWorkerSavesNothingUnderItsOldLease() throws InterruptedException {
    Run run = create("");
    Lease lost = lease();
    store.rejoin("ann");

    assertThat(store.save(lost, run.in(RunState.GENERATING), someEvents()))
        .isEqualTo(SaveResult.STALE);
    assertThat(store.append(lost, someEvents())).isFalse();
    assertThat(store.find(run.id())).hasValue(run);
    assertThat(eventsOf(run)).isEmpty();
  }

  @Test
  void runThatIsNotOverIsNeverForgotten() {
    Run queued = create("");
    Run waiting = create("");
    Run worked = create("");
    store.save(
        store.lease(waiting.id(), "ann", LEASE).orElseThrow(),
        waiting.in(RunState.AWAITING_APPROVAL),
        List.of());
    store.save(
        store.lease(worked.id(), "ann", LEASE).orElseThrow(),
        worked.in(RunState.PUBLISHING),
        List.of());
    clock.advance(AGE.multipliedBy(100));

    assertThat(store.prune(AGE, 100)).isZero();
    assertThat(store.newest(10)).extracting(Run::id).contains(queued.id(), waiting.id());
    assertThat(store.newest(10)).hasSize(3);
  }

  @Test
  void runIsForgottenOnceItWasOverForLongerThanTheAge() throws InterruptedException {
    Run run = create("key-1");
    clock.advance(AGE);
    end(run, RunState.FAILED);

    clock.advance(AGE);
    assertThat(store.prune(AGE, 100)).as("not longer yet").isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.prune(AGE, 100)).isOne();

    assertThat(store.find(run.id())).isEmpty();
    assertThat(store.newest(10)).isEmpty();
    assertThat(eventsOf(run)).isEmpty();
    assertThat(store.prune(AGE, 100)).isZero();
  }

  @Test
  void whatAPersonEndedIsForgottenToo() {
    Run cancelled = create("");
    store.decide(cancelled.in(RunState.CANCELLED), List.of(), null);
    Run rejected = create("");
    Lease lease = lease();
    Run waiting = rejected.in(RunState.AWAITING_APPROVAL);
    store.save(lease, waiting, List.of());
    store.decide(waiting.in(RunState.REJECTED), List.of(), null);
    clock.advance(AGE.plusMillis(1));

    assertThat(store.prune(AGE, 100)).isEqualTo(2);
    assertThat(store.newest(10)).isEmpty();
  }

  @Test
  void oldestEndIsForgottenFirstAndNoMoreThanAsked() {
    List<Run> runs = List.of(create(""), create(""), create(""), create(""));
    for (int i : List.of(2, 0, 3, 1)) {
      end(runs.get(i), RunState.FAILED);
      clock.advance(Duration.ofMillis(1));
    }
    clock.advance(AGE);

    assertThat(store.prune(AGE, 2)).isEqualTo(2);
    assertThat(store.newest(10))
        .extracting(Run::id)
        .containsExactly(runs.get(3).id(), runs.get(1).id());
    assertThat(store.prune(AGE, 1)).isOne();
    assertThat(store.newest(10)).extracting(Run::id).containsExactly(runs.get(1).id());
  }

  @Test
  void forgottenRunFreesItsRequestKeyAndItsJobIds() {
    Run old = create("key-1");
    end(old, RunState.FAILED);
    clock.advance(AGE.plusMillis(1));
    assertThat(store.prune(AGE, 100)).isOne();

    Run next = create("key-1");

    assertThat(next.id()).isNotEqualTo(old.id());
    assertThat(store.enqueue(Job.of(old.id(), "make"))).isTrue();
  }

  @Test
  void leaseOnAForgottenJobIsNoRightToALaterJobOfThatName() {
    Run old = create("");
    Lease lost = store.lease(old.id(), "ann", LEASE).orElseThrow();
    Ending why = new Ending(Ending.Reason.INTERNAL, "it did.", "");
    store.save(lost, old.ended(RunState.FAILED, why), List.of());
    store.complete(lost);
    clock.advance(AGE.plusMillis(1));
    assertThat(store.prune(AGE, 100)).isOne();
    assertThat(store.enqueue(lost.job())).isTrue();
    Lease held = store.lease(old.id(), "bob", LEASE).orElseThrow();

    assertThat(store.complete(lost)).isFalse();
    assertThat(store.complete(held)).isTrue();
  }

  @Test
  void bytesThatOnlyForgottenRunsNeedAreForgotten() {
    byte[] own = "only the old one's".getBytes(UTF_8);
    byte[] shared = "both runs'".getBytes(UTF_8);
    byte[] nobodys = "no run's yet".getBytes(UTF_8);
    Run old = create("");
    Run young = create("");
    for (byte[] content : List.of(own, shared, nobodys)) {
      store.keep(content);
    }
    end(holding(old, own, shared), RunState.FAILED);
    store.save(
        store.lease(young.id(), "ann", LEASE).orElseThrow(),
        holding(young, shared).in(RunState.AWAITING_APPROVAL),
        List.of());
    clock.advance(AGE.plusMillis(1));

    assertThat(store.prune(AGE, 100)).isOne();

    assertThat(store.fetch(Sha512.of(own))).isEmpty();
    assertThat(store.fetch(Sha512.of(shared))).isPresent();
    assertThat(store.fetch(Sha512.of(nobodys))).isPresent();
    assertThat(store.keep(own)).isEqualTo(Sha512.of(own));
    assertThat(store.fetch(Sha512.of(own))).isPresent();
  }

  @Test
  void bytesThatSeveralForgottenRunsNeededAreForgottenWithTheLast() {
    byte[] shared = "both runs'".getBytes(UTF_8);
    Run first = create("");
    Run second = create("");
    store.keep(shared);
    end(holding(first, shared), RunState.FAILED);
    clock.advance(Duration.ofMillis(1));
    end(holding(second, shared), RunState.FAILED);
    clock.advance(AGE.plusMillis(1));

    assertThat(store.prune(AGE, 1)).isOne();
    assertThat(store.fetch(Sha512.of(shared))).isPresent();
    assertThat(store.prune(AGE, 1)).isOne();
    assertThat(store.fetch(Sha512.of(shared))).isEmpty();
  }

  @Test
  void bytesThatSomebodyHasJustKeptAgainAreNotForgotten() {
    byte[] content = "the same once more".getBytes(UTF_8);
    Run old = create("");
    store.keep(content);
    end(holding(old, content), RunState.FAILED);
    clock.advance(AGE.plusMillis(1));
    store.keep(content);

    assertThat(store.prune(AGE, 100)).isOne();

    assertThat(store.fetch(Sha512.of(content))).as("a run is about to name it").isPresent();
  }

  @Test
  void storeKeepsItsNameWhateverHappens() {
    String epoch = store.epoch();
    assertThat(epoch).isNotBlank();
    Run run = create("");
    end(run, RunState.FAILED);
    clock.advance(AGE.plusMillis(1));
    store.prune(AGE, 100);
    store.restore(newRun(""), null);

    assertThat(store.epoch()).isEqualTo(epoch);
  }

  @Test
  void runThatTheStoreHasLostIsPutBackWithItsWork() {
    byte[] content = "a draft".getBytes(UTF_8);
    Run lost = holding(newRun("key-1"), content).in(RunState.VERIFYING).in(RunState.REPAIRING);
    store.keep(content);
    Job job = Job.of(lost.id(), "restored-3");

    assertThat(store.restore(lost, job)).isTrue();

    assertThat(store.find(lost.id())).hasValue(lost);
    assertThat(store.newest(10)).containsExactly(lost);
    assertThat(store.fetch(Sha512.of(content))).isPresent();
    Lease lease = lease();
    assertThat(lease.job()).isEqualTo(job);
    assertThat(lease.deliveries()).isOne();
    assertThat(store.save(lease, lost.in(RunState.VERIFYING), List.of()))
        .isEqualTo(SaveResult.SAVED);
    assertThat(store.lease("bob", LEASE)).isEmpty();
    Run again = newRun("key-1");
    assertThat(store.create(again, Job.of(again.id(), "make")).id()).isEqualTo(lost.id());
  }

  @Test
  void runThatNeedsNoWorkIsPutBackWithout() {
    Run lost = newRun("").in(RunState.AWAITING_APPROVAL);

    assertThat(store.restore(lost, null)).isTrue();

    assertThat(store.find(lost.id())).hasValue(lost);
    assertThat(store.lease(lost.id(), "ann", LEASE)).isEmpty();
    assertThat(store.decide(lost.in(RunState.REJECTED), List.of(), null))
        .isEqualTo(SaveResult.SAVED);
  }

  @Test
  void runThatTheStoreKnowsAsOfEarlierIsBroughtForward() {
    Run known = create("");
    Run lost = known.in(RunState.GENERATING).in(RunState.VERIFYING);
    Job job = Job.of(known.id(), "restored-3");

    assertThat(store.restore(lost, job)).isTrue();

    assertThat(store.find(known.id())).hasValue(lost);
    assertThat(store.newest(10)).containsExactly(lost);
    assertThat(lease().job()).as("the job it had is withdrawn").isEqualTo(job);
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void whatIsNewerIsNeverOverwritten() {
    Run known = create("");
    Lease lease = lease();
    Run newer = known.in(RunState.GENERATING).in(RunState.VERIFYING);
    store.save(lease, known.in(RunState.GENERATING), List.of());
    store.save(lease, newer, List.of());
    store.retry(lease, Duration.ZERO);

    assertThat(store.restore(known, Job.of(known.id(), "restored-1"))).isFalse();
    assertThat(store.restore(known.in(RunState.CANCELLED), null)).isFalse();
    assertThat(store.restore(newer.with(newer.work()), Job.of(known.id(), "restored-3")))
        .as("the same revision")
        .isFalse();

    assertThat(store.find(known.id())).hasValue(newer);
    assertThat(lease().job()).as("its work is as it was").isEqualTo(Job.of(known.id(), "make"));
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void runThatSomebodyWorksOnIsNotPutBack() {
    Run known = create("");
    Lease lease = lease();
    Run lost = known.in(RunState.GENERATING).in(RunState.VERIFYING);
    Job job = Job.of(known.id(), "restored-3");

    assertThat(store.restore(lost, job)).isFalse();
    assertThat(store.find(known.id())).hasValue(known);
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.HELD);

    clock.advance(LEASE);
    assertThat(store.restore(lost, job)).as("nobody any more").isTrue();
    assertThat(store.find(known.id())).hasValue(lost);
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(lease().job()).isEqualTo(job);
  }

  @Test
  void runPutBackTwiceIsPutBackOnce() {
    Run lost = newRun("").in(RunState.GENERATING);
    Job job = Job.of(lost.id(), "restored-2");

    assertThat(store.restore(lost, job)).isTrue();
    assertThat(store.restore(lost, job)).isFalse();

    lease();
    assertThat(store.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void requestKeyStaysWithWhoeverHasItNow() {
    Run now = create("key-1");
    Run lost = newRun("key-1").in(RunState.FAILED);

    assertThat(store.restore(lost, null)).isTrue();

    Run again = newRun("key-1");
    assertThat(store.create(again, Job.of(again.id(), "make"))).isEqualTo(now);
    assertThat(store.find(lost.id())).hasValue(lost);
  }

  @Test
  void runPutBackHoldsItsBytesAndIsForgottenInItsTime() {
    byte[] shared = "both runs'".getBytes(UTF_8);
    Run old = create("");
    store.keep(shared);
    end(holding(old, shared), RunState.FAILED);
    Run lost = holding(newRun(""), shared).in(RunState.FAILED);
    clock.advance(AGE);
    store.restore(lost, null);
    clock.advance(Duration.ofMillis(1));

    assertThat(store.prune(AGE, 100)).isOne();
    assertThat(store.find(lost.id())).hasValue(lost);
    assertThat(store.fetch(Sha512.of(shared))).isPresent();

    clock.advance(AGE);
    assertThat(store.prune(AGE, 100)).isOne();
    assertThat(store.fetch(Sha512.of(shared))).isEmpty();
  }

  @Test
  void whatANextVersionIsMadeFromOutlivesTheRunThatMadeIt() {
    byte[] files = {1, 2, 3};
    Sha512 kept = store.keep(files);
    Run first = create("first");
    Lease lease = store.lease(first.id(), "ann", LEASE).orElseThrow();
    Run made = holding(first, files).in(RunState.FAILED);
    assertThat(store.save(lease, made, List.of())).isEqualTo(SaveResult.SAVED);
    assertThat(store.complete(lease)).isTrue();
    PackagePlan plan = new PackagePlan("a", "s", List.of(), List.of(), List.of());
    RunRequest change =
        RunRequest.of("add a flag").from(new RunRequest.Base(first.id(), 1, kept, plan, "1.0.0"));
    Run next = Run.accepted(RunId.random(random), change, clock.instant());
    assertThat(store.create(next, Job.of(next.id(), "make"))).isEqualTo(next);

    clock.advance(AGE.plus(AGE));
    assertThat(store.prune(AGE, 100)).isOne();

    assertThat(store.find(first.id())).isEmpty();
    assertThat(store.find(next.id())).hasValue(next);
    assertThat(store.fetch(kept)).hasValue(files);
  }

  private static int savedIn(List<Future<SaveResult>> results) throws Exception {
    int saved = 0;
    for (Future<SaveResult> one : results) {
      saved += one.get() == SaveResult.SAVED ? 1 : 0;
    }
    return saved;
  }

  private Run newRun(String key) {
    RunRequest request = new RunRequest("a slug maker", 3, Budget.ofDefaults(), key);
    return Run.accepted(RunId.random(random), request, clock.instant());
  }

  private Run create(String key) {
    Run run = newRun(key);
    return store.create(run, Job.of(run.id(), "make"));
  }

  /** Ends a run as a worker does that holds its job. */
  private void end(Run run, RunState state) {
    Lease lease = store.lease(run.id(), "ann", LEASE).orElseThrow();
    Run ended = run.in(state);
    assertThat(store.save(lease, ended, List.of(RunEvent.State.of(ended))))
        .isEqualTo(SaveResult.SAVED);
    assertThat(store.complete(lease)).isTrue();
  }

  /** The same revision of a run whose drafts are these bytes. */
  private static Run holding(Run run, byte[]... contents) {
    Run.Work work = run.work();
    for (byte[] content : contents) {
      int number = work.drafts().size() + 1;
      work = work.with(new Draft(number, Draft.Origin.MODEL, 0, Sha512.of(content), List.of(), ""));
    }
    return run.with(work);
  }

  private Lease lease() {
    return store.lease("ann", LEASE).orElseThrow();
  }

  private List<RunEvent> eventsOf(Run run) throws InterruptedException {
    return store.events(run.id(), 0, 100, Duration.ZERO).stream().map(StoredEvent::event).toList();
  }

  private static List<RunEvent> someEvents() {
    return List.of(log(99));
  }

  private static RunEvent log(int line) {
    return new RunEvent.Log(1, Step.TEST, line, List.of("line " + line));
  }

  private static void withThreads(int count, Body body) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      body.run(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Counts its calls, and can be waited for. */
  private static final class Ear implements Runnable {
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public void run() {
      calls.incrementAndGet();
      first.countDown();
    }

    void heard() throws InterruptedException {
      assertThat(first.await(SOON, SECONDS)).as("heard").isTrue();
    }

    int calls() {
      return calls.get();
    }
  }

  @FunctionalInterface
  private interface Body {
    void run(ExecutorService threads) throws Exception;
  }
}
