package dev.packageforge.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.RunId;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link JobQueue} promises. Extend it, return a fresh queue, inherit the tests. */
public abstract class JobQueueContract {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int SOON = 30;

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SplittableRandom random = new SplittableRandom(7);
  private JobQueue queue;

  /** For who extends it. */
  protected JobQueueContract() {}

  /** A new, empty queue that takes the time from {@code clock} alone. */
  protected abstract JobQueue newQueue(Clock clock);

  @BeforeEach
  void openQueue() {
    queue = newQueue(clock);
  }

  @Test
  void emptyQueueHasNothingToLease() {
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    assertThat(queue.lease(newRun(), "ann", LEASE)).isEmpty();
  }

  @Test
  void leaseSaysWhoHasWhatAndUntilWhen() {
    Job job = enqueue();

    Lease lease = lease("ann");

    assertThat(lease.job()).isEqualTo(job);
    assertThat(lease.worker()).isEqualTo("ann");
    assertThat(lease.deliveries()).isOne();
    assertThat(lease.expires()).isEqualTo(clock.instant().plus(LEASE));
  }

  @Test
  void sameIdEnqueuedTwiceIsOneJob() {
    Job job = enqueue();

    assertThat(queue.enqueue(job)).isFalse();
    lease("ann");
    assertThat(queue.enqueue(job)).isFalse();
    assertThat(queue.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void sameIdEnqueuedAfterItWasDoneIsNotDoneAgain() {
    Job job = enqueue();
    assertThat(queue.complete(lease("ann"))).isTrue();

    assertThat(queue.enqueue(job)).isFalse();
    assertThat(queue.lease("ann", LEASE)).isEmpty();
  }

  @Test
  void sameIdEnqueuedAfterItWasSetApartIsNotDoneAgain() {
    Job job = enqueue();
    assertThat(queue.bury(lease("ann"), "it kills its workers")).isTrue();

    assertThat(queue.enqueue(job)).isFalse();
    assertThat(queue.lease("ann", LEASE)).isEmpty();
  }

  @Test
  void oldestGoesFirst() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.add(enqueue());
      clock.advance(Duration.ofMillis(1));
    }

    assertThat(leaseAll()).containsExactlyElementsOf(jobs);
  }

  @Test
  void oldestGoesFirstEvenIfTheClockStandsStill() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      jobs.add(enqueue());
    }

    assertThat(leaseAll()).containsExactlyElementsOf(jobs);
  }

  @Test
  void highestPriorityGoesFirstThenTheOldest() {
    Job usual = enqueue(0, Duration.ZERO);
    Job high = enqueue(9, Duration.ZERO);
    Job alsoHigh = enqueue(9, Duration.ZERO);
    Job middle = enqueue(5, Duration.ZERO);

    assertThat(leaseAll()).containsExactly(high, alsoHigh, middle, usual);
  }

  @Test
  void delayedJobRestsUntilItIsDue() {
    Job job = enqueue(0, Duration.ofSeconds(10));

    clock.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    assertThat(queue.lease(job.run(), "ann", LEASE)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(queue.lease("ann", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void restingJobHoldsUpNobody() {
    enqueue(9, Duration.ofSeconds(10));
    Job other = enqueue();

    assertThat(queue.lease("ann", LEASE)).map(Lease::job).hasValue(other);
  }

  @Test
  void leasedJobIsHiddenUntilItsLeaseLapses() {
    Job job = enqueue();
    lease("ann");

    clock.advance(LEASE.minusMillis(1));
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    assertThat(queue.lease(job.run(), "bob", LEASE)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(queue.lease("bob", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void leaseByRunTakesAJobOfThatRunOnly() {
    enqueue();
    Job wanted = enqueue();

    assertThat(queue.lease(wanted.run(), "ann", LEASE)).map(Lease::job).hasValue(wanted);
    assertThat(queue.lease(wanted.run(), "bob", LEASE)).isEmpty();
  }

  @Test
  void leaseByRunTakesAJobWhoseLeaseLapsed() {
    Job job = enqueue();
    Lease lost = lease("ann");
    clock.advance(LEASE);

    Lease taken = queue.lease(job.run(), "bob", LEASE).orElseThrow();

    assertThat(taken.number()).isGreaterThan(lost.number());
    assertThat(queue.renew(lost, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.renew(taken, LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void renewedLeaseIsHeldFromNowOn() {
    enqueue();
    Lease lease = lease("ann");

    for (int beat = 0; beat < 5; beat++) {
      clock.advance(LEASE.minusMillis(1));
      assertThat(queue.lease("bob", LEASE)).isEmpty();
      assertThat(queue.renew(lease, LEASE)).isEqualTo(LeaseState.HELD);
    }
    clock.advance(LEASE);
    assertThat(queue.lease("bob", LEASE)).isPresent();
  }

  @Test
  void lapsedLeaseIsLostEvenIfNobodyElseTookTheJob() {
    Job job = enqueue();
    Lease lease = lease("ann");
    clock.advance(LEASE);

    assertThat(queue.renew(lease, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.complete(lease)).isFalse();
    assertThat(queue.retry(lease, Duration.ofHours(1))).isFalse();
    assertThat(queue.bury(lease, "late")).isFalse();
    assertThat(queue.lease("bob", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void staleHolderChangesNothing() {
    Job job = enqueue();
    Lease stale = lease("ann");
    clock.advance(LEASE);
    Lease held = lease("bob");

    assertThat(queue.renew(stale, LEASE.multipliedBy(9))).isEqualTo(LeaseState.LOST);
    assertThat(queue.complete(stale)).isFalse();
    assertThat(queue.retry(stale, Duration.ZERO)).isFalse();
    assertThat(queue.bury(stale, "late")).isFalse();

    assertThat(queue.lease("cyd", LEASE)).isEmpty();
    assertThat(queue.renew(held, LEASE)).isEqualTo(LeaseState.HELD);
    clock.advance(LEASE);
    assertThat(queue.lease("cyd", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void holderWhoGaveTheJobBackChangesNothingMore() {
    enqueue();
    Lease given = lease("ann");
    assertThat(queue.retry(given, Duration.ZERO)).isTrue();

    assertThat(queue.renew(given, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.complete(given)).isFalse();
    assertThat(queue.retry(given, Duration.ofHours(1))).isFalse();
    assertThat(queue.bury(given, "again")).isFalse();
    assertThat(queue.lease("bob", LEASE)).isPresent();
  }

  @Test
  void doneIsDone() {
    enqueue();
    Lease lease = lease("ann");

    assertThat(queue.complete(lease)).isTrue();
    assertThat(queue.complete(lease)).isFalse();
    assertThat(queue.retry(lease, Duration.ZERO)).isFalse();
    assertThat(queue.renew(lease, LEASE)).isEqualTo(LeaseState.LOST);
    clock.advance(LEASE.multipliedBy(10));
    assertThat(queue.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void jobSetApartIsNotTakenAgain() {
    Job job = enqueue();

    assertThat(queue.bury(lease("ann"), "it kills its workers")).isTrue();
    clock.advance(LEASE.multipliedBy(10));
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    assertThat(queue.lease(job.run(), "bob", LEASE)).isEmpty();
  }

  @Test
  void leaseNumbersGrowAndAreNeverGivenTwice() {
    enqueue();
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Lease lease = lease("ann");
      numbers.add(lease.number());
      if (i % 3 == 0) {
        queue.retry(lease, Duration.ZERO);
      } else {
        clock.advance(LEASE);
      }
    }

    assertThat(numbers).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void deliveriesCountLeasesThatLapsed() {
    enqueue();
    for (int delivery = 1; delivery <= 4; delivery++) {
      assertThat(lease("ann").deliveries()).isEqualTo(delivery);
      clock.advance(LEASE);
    }
  }

  @Test
  void givingAJobBackIsNoLostDelivery() {
    enqueue();
    lease("ann");
    clock.advance(LEASE);
    for (int i = 0; i < 4; i++) {
      Lease lease = lease("bob");
      assertThat(lease.deliveries()).isEqualTo(2);
      assertThat(queue.retry(lease, Duration.ZERO)).isTrue();
    }
  }

  @Test
  void jobGivenBackRestsAsLongAsItShould() {
    Job job = enqueue();
    assertThat(queue.retry(lease("ann"), Duration.ofSeconds(10))).isTrue();

    clock.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(queue.lease("bob", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void awaitReturnsAtOnceIfThereIsWork() throws Exception {
    enqueue();

    soon(this::awaitLong);
  }

  @Test
  void awaitReturnsAtOnceIfARestIsOver() throws Exception {
    enqueue(0, Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(10));

    soon(this::awaitLong);
  }

  @Test
  void awaitReturnsAtOnceIfALeaseLapsed() throws Exception {
    enqueue();
    lease("ann");
    clock.advance(LEASE);

    soon(this::awaitLong);
  }

  @Test
  void awaitIsWokenByNewWork() throws Exception {
    withThreads(
        1,
        threads -> {
          Future<?> waiter =
              threads.submit(
                  () -> {
                    while (queue.lease("ann", LEASE).isEmpty()) {
                      queue.await(LONG);
                    }
                    return true;
                  });
          enqueue();
          waiter.get(SOON, SECONDS);
        });
  }

  @Test
  void awaitIsWokenByAJobGivenBack() throws Exception {
    enqueue();
    Lease lease = lease("ann");
    withThreads(
        1,
        threads -> {
          Future<?> waiter =
              threads.submit(
                  () -> {
                    while (queue.lease("bob", LEASE).isEmpty()) {
                      queue.await(LEASE);
                    }
                    return true;
                  });
          queue.retry(lease, Duration.ZERO);
          waiter.get(SOON - 5, SECONDS);
        });
  }

  @Test
  void awaitEndsWithItsPatience() throws Exception {
    soon(
        () -> {
          queue.await(Duration.ZERO);
          queue.await(Duration.ofMillis(5));
          return true;
        });
  }

  @Test
  void awaitStopsWhenInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> queue.await(LONG)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void eachOfManyJobsGoesToOneOfManyThreads() throws Exception {
    int jobs = 200;
    int workers = 8;
    for (int i = 0; i < jobs; i++) {
      enqueue();
    }
    withThreads(
        workers,
        threads -> {
          CountDownLatch start = new CountDownLatch(1);
          List<Future<List<String>>> taken = new ArrayList<>();
          for (int i = 0; i < workers; i++) {
            String worker = "worker-" + i;
            taken.add(
                threads.submit(
                    () -> {
                      start.await();
                      List<String> mine = new ArrayList<>();
                      Optional<Lease> lease = queue.lease(worker, LEASE);
                      while (lease.isPresent()) {
                        mine.add(lease.get().job().id());
                        assertThat(queue.complete(lease.get())).isTrue();
                        lease = queue.lease(worker, LEASE);
                      }
                      return mine;
                    }));
          }
          start.countDown();
          List<String> all = new ArrayList<>();
          for (Future<List<String>> one : taken) {
            all.addAll(one.get(SOON, SECONDS));
          }
          assertThat(all).hasSize(jobs).doesNotHaveDuplicates();
        });
  }

  @Test
  void sameIdEnqueuedByManyThreadsIsOneJob() throws Exception {
    int producers = 8;
    Job job = Job.of(newRun(), "make");
    withThreads(
        producers,
        threads -> {
          List<Callable<Boolean>> tries = new ArrayList<>();
          for (int i = 0; i < producers; i++) {
            tries.add(() -> queue.enqueue(job));
          }
          int added = 0;
          for (Future<Boolean> one : threads.invokeAll(tries, SOON, SECONDS)) {
            added += one.get() ? 1 : 0;
          }
          assertThat(added).isOne();
          assertThat(leaseAll()).containsExactly(job);
        });
  }

  @Test
  void awaitSaysNoIfNothingHappenedSinceALookFoundNothing() throws Exception {
    assertThat(queue.lease("ann", LEASE)).isEmpty();

    soon(() -> !queue.await(Duration.ofMillis(5)) && !queue.await(Duration.ZERO));
  }

  @Test
  void awaitSaysNoWhileOthersHaveAllTheWork() throws Exception {
    enqueue();
    enqueue(0, Duration.ofMinutes(1));
    Lease lease = lease("ann");
    assertThat(queue.lease("bob", LEASE)).isEmpty();

    soon(() -> !queue.await(Duration.ofMillis(5)));
    assertThat(queue.complete(lease)).isTrue();
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    soon(() -> !queue.await(Duration.ofMillis(5)));
  }

  @Test
  void whoeverWaitsIsToldOfNewWork() throws Exception {
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    whileSomebodyWaits(() -> enqueue());
  }

  @Test
  void whoeverWaitsIsToldOfManyNewJobs() throws Exception {
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    whileSomebodyWaits(() -> queue.enqueueAll(List.of(newJob(), newJob())));
  }

  @Test
  void whoeverWaitsIsToldOfAJobGivenBack() throws Exception {
    enqueue();
    Lease lease = lease("ann");
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    whileSomebodyWaits(() -> queue.retry(lease, Duration.ZERO));
  }

  @Test
  void whoeverWaitsIsToldThatADeadWorkersJobsAreFree() throws Exception {
    enqueue();
    lease("ann");
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    whileSomebodyWaits(() -> queue.rejoin("ann"));
  }

  @Test
  void whoeverWaitsIsToldThatThePauseIsOver() throws Exception {
    enqueue();
    queue.pause(true);
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    whileSomebodyWaits(() -> queue.pause(false));
  }

  @Test
  void jobsEnqueuedTogetherKeepTheirOrder() {
    Job before = enqueue();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      jobs.add(newJob());
    }
    assertThat(queue.enqueueAll(jobs)).isEqualTo(250);
    Job after = enqueue();

    List<Job> all = new ArrayList<>(jobs);
    all.add(0, before);
    all.add(after);
    assertThat(leaseAll()).isEqualTo(all);
  }

  @Test
  void jobsEnqueuedTogetherHaveTheirPriorityAndTheirDelay() {
    Job usual = newJob();
    Job high = new Job("high", newRun(), 9, Duration.ZERO);
    Job late = new Job("late", newRun(), 9, Duration.ofSeconds(10));

    assertThat(queue.enqueueAll(List.of(usual, late, high))).isEqualTo(3);

    assertThat(leaseAll()).containsExactly(high, usual);
    clock.advance(Duration.ofSeconds(10));
    assertThat(queue.lease("ann", LEASE)).map(Lease::job).hasValue(late);
  }

  @Test
  void ofJobsEnqueuedTogetherThoseThatAreKnownAreNotAdded() {
    Job open = enqueue();
    Job done = enqueue(9, Duration.ZERO);
    queue.complete(lease("ann"));
    Job fresh = newJob();

    assertThat(queue.enqueueAll(List.of(open, fresh, done, fresh))).isOne();
    assertThat(queue.enqueueAll(List.of(open, fresh, done))).isZero();
    assertThat(queue.enqueueAll(List.of())).isZero();

    assertThat(leaseAll()).containsExactly(open, fresh);
  }

  @Test
  void rejoinedWorkersJobsAreFreeAtOnce() {
    Job first = enqueue();
    Job second = enqueue();
    Lease lost = lease("ann");
    lease("ann");

    assertThat(queue.rejoin("ann")).isEqualTo(2);

    assertThat(queue.lease("ann", LEASE)).map(Lease::job).as("in place").hasValue(first);
    assertThat(queue.lease(second.run(), "bob", LEASE)).map(Lease::job).hasValue(second);
    assertThat(queue.renew(lost, LEASE)).isEqualTo(LeaseState.LOST);
  }

  @Test
  void leasesFromBeforeARejoinAreLostEvenIfNobodyTookTheJobs() {
    Job job = enqueue();
    Lease lost = lease("ann");

    queue.rejoin("ann");

    assertThat(queue.renew(lost, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.complete(lost)).isFalse();
    assertThat(queue.retry(lost, Duration.ofHours(1))).isFalse();
    assertThat(queue.bury(lost, "late")).isFalse();
    Lease next = lease("bob");
    assertThat(next.job()).isEqualTo(job);
    assertThat(next.number()).isGreaterThan(lost.number());
  }

  @Test
  void rejoinIsALostDelivery() {
    enqueue();
    for (int delivery = 1; delivery <= 3; delivery++) {
      assertThat(lease("ann").deliveries()).isEqualTo(delivery);
      assertThat(queue.rejoin("ann")).isOne();
    }
  }

  @Test
  void rejoinConcernsNobodyElsesJobs() {
    enqueue();
    enqueue();
    Lease anns = lease("ann");
    Lease bobs = lease("bob");

    assertThat(queue.rejoin("ann")).isOne();

    assertThat(queue.renew(anns, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.renew(bobs, LEASE)).isEqualTo(LeaseState.HELD);
    assertThat(queue.rejoin("nobody")).isZero();
    assertThat(queue.rejoin("an")).as("a name that begins alike").isZero();
    assertThat(queue.renew(bobs, LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void rejoinConcernsNoJobThatTheWorkerNoLongerHolds() {
    enqueue();
    enqueue();
    enqueue();
    queue.complete(lease("ann"));
    queue.bury(lease("ann"), "bad");
    queue.retry(lease("ann"), Duration.ofMinutes(1));

    assertThat(queue.rejoin("ann")).isZero();

    assertThat(queue.lease("bob", LEASE)).as("it rests still").isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(lease("bob").deliveries()).isOne();
    assertThat(queue.lease("bob", LEASE)).isEmpty();
  }

  @Test
  void rejoinConcernsNoJobThatSomebodyTookOver() {
    enqueue();
    lease("ann");
    clock.advance(LEASE);
    Lease bobs = lease("bob");

    assertThat(queue.rejoin("ann")).isZero();
    assertThat(queue.renew(bobs, LEASE)).isEqualTo(LeaseState.HELD);
  }

  @Test
  void pausedQueueGivesOutNothing() {
    Job job = enqueue();
    enqueue(0, Duration.ofSeconds(1));
    assertThat(queue.paused()).isFalse();

    queue.pause(true);
    queue.pause(true);

    assertThat(queue.paused()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    assertThat(queue.lease(job.run(), "ann", LEASE)).isEmpty();
  }

  @Test
  void pausedQueueStillTakesJobsAndGivesThemOutLater() {
    queue.pause(true);
    Job first = enqueue();
    Job second = enqueue();

    queue.pause(false);

    assertThat(queue.paused()).isFalse();
    assertThat(leaseAll()).containsExactly(first, second);
  }

  @Test
  void jobsInWorkGoOnWhileTheQueueIsPaused() {
    enqueue();
    enqueue();
    enqueue();
    Lease one = lease("ann");
    Lease two = lease("ann");
    Lease three = lease("ann");

    queue.pause(true);

    assertThat(queue.renew(one, LEASE)).isEqualTo(LeaseState.HELD);
    assertThat(queue.complete(one)).isTrue();
    assertThat(queue.retry(two, Duration.ZERO)).isTrue();
    assertThat(queue.bury(three, "bad")).isTrue();
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    queue.pause(false);
    assertThat(lease("ann").job()).isEqualTo(two.job());
  }

  @Test
  void leaseThatLapsesWhileTheQueueIsPausedIsGivenOutLater() {
    Job job = enqueue();
    Lease lost = lease("ann");
    queue.pause(true);
    clock.advance(LEASE);

    assertThat(queue.renew(lost, LEASE)).isEqualTo(LeaseState.LOST);
    assertThat(queue.lease("bob", LEASE)).isEmpty();
    queue.pause(false);
    assertThat(lease("bob").job()).isEqualTo(job);
  }

  @Test
  void awaitSaysNoWhileTheQueueIsPaused() throws Exception {
    enqueue();
    queue.pause(true);
    assertThat(queue.lease("ann", LEASE)).isEmpty();

    soon(() -> !queue.await(Duration.ofMillis(5)));
    enqueue();
    assertThat(queue.lease("ann", LEASE)).isEmpty();
    soon(() -> !queue.await(Duration.ofMillis(5)));
  }

  private RunId newRun() {
    return RunId.random(random);
  }

  private Job enqueue() {
    return enqueue(0, Duration.ZERO);
  }

  private Job newJob() {
    return Job.of(newRun(), "make");
  }

  private Job enqueue(int priority, Duration delay) {
    RunId run = newRun();
    Job job = new Job(run + "/make", run, priority, delay);
    assertThat(queue.enqueue(job)).isTrue();
    return job;
  }

  private Lease lease(String worker) {
    return queue.lease(worker, LEASE).orElseThrow();
  }

  private List<Job> leaseAll() {
    List<Job> jobs = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Optional<Lease> lease = queue.lease("ann", LEASE);
    while (lease.isPresent()) {
      assertThat(seen.add(lease.get().job().id())).as("leased once").isTrue();
      jobs.add(lease.get().job());
      lease = queue.lease("ann", LEASE);
    }
    return jobs;
  }

  private boolean awaitLong() throws InterruptedException {
    return queue.await(LONG);
  }

  /** Somebody waits who found nothing to do; they are told that there is work, and find it. */
  private void whileSomebodyWaits(Runnable change) throws Exception {
    withThreads(
        1,
        threads -> {
          Future<?> waiter =
              threads.submit(
                  () -> {
                    boolean told = false;
                    while (!told) {
                      told = queue.await(LONG);
                    }
                    return lease("cyd");
                  });
          change.run();
          waiter.get(SOON - 5, SECONDS);
        });
  }

  private static void soon(Callable<Boolean> call) throws Exception {
    withThreads(1, threads -> assertThat(threads.submit(call).get(SOON, SECONDS)).isTrue());
  }

  private static void withThreads(int count, Body body) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      body.run(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  @FunctionalInterface
  private interface Body {
    void run(ExecutorService threads) throws Exception;
  }
}
