package dev.packageforge.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerPresence.State;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link WorkerRoster} promises. Extend it, return a fresh one, inherit the tests. */
public abstract class WorkerRosterContract {
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Duration LONG = WorkerRoster.UNWATCHED_BEAT;
  private static final int SOON = 30;

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private WorkerRoster roster;

  /** For who extends it. */
  protected WorkerRosterContract() {}

  /** A new, empty roster that takes the time from {@code clock} alone. */
  protected abstract WorkerRoster newRoster(Clock clock);

  @BeforeEach
  void openRoster() {
    roster = newRoster(clock);
  }

  @Test
  void nobodyWorksAtFirst() {
    assertThat(roster.workers()).isEmpty();
  }

  @Test
  void workerIsSeenAsItDescribedItself() {
    WorkerReport report =
        new WorkerReport("w-1", "Ann's \u00fc \ud83d\ude00 laptop", "0.1.0", 4, 3, clock.instant());
    roster.beat(report);
    clock.advance(Duration.ofMillis(1_234));

    assertThat(roster.workers())
        .containsExactly(new WorkerPresence(report, Duration.ofMillis(1_234), State.ONLINE));
  }

  @Test
  void laterBeatReplacesTheEarlierOne() {
    roster.beat(report("w-1", 0));
    clock.advance(Duration.ofSeconds(1));
    roster.beat(report("w-1", 2));

    assertThat(roster.workers())
        .containsExactly(new WorkerPresence(report("w-1", 2), Duration.ZERO, State.ONLINE));
  }

  @Test
  void whoWasHeardLastComesFirst() {
    for (String id : List.of("w-1", "w-2", "w-3")) {
      roster.beat(report(id, 0));
      clock.advance(Duration.ofSeconds(1));
    }
    roster.beat(report("w-2", 0));

    assertThat(roster.workers())
        .extracting(w -> w.report().id())
        .containsExactly("w-2", "w-3", "w-1");
  }

  @Test
  void workerThatNobodyLooksAtIsToBeHeardNowAndThen() {
    assertThat(roster.beat(report("w-1", 0))).isEqualTo(WorkerRoster.UNWATCHED_BEAT);
  }

  @Test
  void workerIsToBeHeardOftenWhileALookCounts() {
    roster.workers();
    assertThat(roster.beat(report("w-1", 0))).isEqualTo(WorkerRoster.WATCHED_BEAT);

    clock.advance(WorkerRoster.LOOK_COUNTS.minus(MOMENT));
    assertThat(roster.beat(report("w-1", 0))).isEqualTo(WorkerRoster.WATCHED_BEAT);
    clock.advance(MOMENT);
    assertThat(roster.beat(report("w-1", 0))).isEqualTo(WorkerRoster.UNWATCHED_BEAT);
  }

  @Test
  void eachLookCountsAnew() {
    roster.workers();
    clock.advance(WorkerRoster.LOOK_COUNTS.minus(MOMENT));
    roster.workers();
    clock.advance(WorkerRoster.LOOK_COUNTS.minus(MOMENT));

    assertThat(roster.beat(report("w-1", 0))).isEqualTo(WorkerRoster.WATCHED_BEAT);
  }

  @Test
  void watchedWorkerIsLateAfterTwelveSecondsAndGoneAfterTwenty() {
    roster.workers();
    roster.beat(report("w-1", 0));

    clock.advance(Duration.ofSeconds(12));
    assertThat(state()).isEqualTo(State.ONLINE);
    clock.advance(MOMENT);
    assertThat(state()).isEqualTo(State.LATE);
    clock.advance(Duration.ofSeconds(8).minus(MOMENT));
    assertThat(state()).isEqualTo(State.LATE);
    clock.advance(MOMENT);
    assertThat(state()).isEqualTo(State.OFFLINE);

    roster.beat(report("w-1", 0));
    assertThat(state()).as("heard again").isEqualTo(State.ONLINE);
  }

  @Test
  void workerThatPromisedToBeSilentIsNotLateBeforeItSaid() {
    roster.beat(report("w-1", 0));
    clock.advance(WorkerRoster.UNWATCHED_BEAT.minusSeconds(1));

    assertThat(state()).isEqualTo(State.ONLINE);
  }

  @Test
  void workerThatPromisedToBeSilentIsDueWhenItSaid() {
    roster.beat(report("w-1", 0));
    clock.advance(WorkerRoster.UNWATCHED_BEAT);

    clock.advance(WorkerRoster.LATE_AFTER);
    assertThat(state()).isEqualTo(State.ONLINE);
    clock.advance(MOMENT);
    assertThat(state()).isEqualTo(State.LATE);
    clock.advance(WorkerRoster.OFFLINE_AFTER.minus(WorkerRoster.LATE_AFTER).minus(MOMENT));
    assertThat(state()).isEqualTo(State.LATE);
    clock.advance(MOMENT);
    assertThat(state()).isEqualTo(State.OFFLINE);
  }

  @Test
  void workerThatPromisedToBeSilentIsDueSoonAfterSomebodyLooks() {
    roster.beat(report("w-1", 0));
    clock.advance(Duration.ofMinutes(5));
    assertThat(state()).isEqualTo(State.ONLINE);

    clock.advance(Duration.ofSeconds(12));
    assertThat(state()).isEqualTo(State.ONLINE);
    clock.advance(MOMENT);
    assertThat(state()).isEqualTo(State.LATE);
    clock.advance(Duration.ofSeconds(8));
    assertThat(state()).isEqualTo(State.OFFLINE);
  }

  @Test
  void eachWorkerIsDueByItself() {
    roster.workers();
    roster.beat(report("w-1", 0));
    clock.advance(Duration.ofSeconds(9));
    roster.beat(report("w-2", 0));
    clock.advance(Duration.ofSeconds(12));

    assertThat(roster.workers())
        .extracting(WorkerPresence::state)
        .containsExactly(State.ONLINE, State.OFFLINE);
  }

  @Test
  void workerThatStoppedIsForgotten() {
    roster.beat(report("w-1", 0));
    roster.beat(report("w-2", 0));

    roster.leave("w-1");
    roster.leave("nobody");

    assertThat(roster.workers()).extracting(w -> w.report().id()).containsExactly("w-2");
  }

  @Test
  void workerThatStoppedCanComeBack() {
    roster.beat(report("w-1", 0));
    roster.leave("w-1");
    roster.beat(report("w-1", 1));

    assertThat(roster.workers())
        .extracting(WorkerPresence::report)
        .containsExactly(report("w-1", 1));
  }

  @Test
  void workerIsForgottenAfterADay() {
    roster.beat(report("w-1", 0));

    clock.advance(Duration.ofDays(1));
    assertThat(state()).isEqualTo(State.OFFLINE);
    clock.advance(MOMENT);
    assertThat(roster.workers()).isEmpty();
  }

  @Test
  void whoeverWaitsIsWokenWhenSomebodyBeginsToLook() throws Exception {
    roster.beat(report("w-1", 0));
    Waiter.run(
        () -> roster.awaitLook(LONG),
        waiter -> {
          roster.workers();
          waiter.get(SOON, SECONDS);
        });
  }

  @Test
  void lookThatBeganJustBeforeTheWaitIsNotMissed() throws Exception {
    Duration silence = roster.beat(report("w-1", 0));
    roster.workers();

    Waiter.run(() -> roster.awaitLook(silence), waiter -> waiter.get(SOON, SECONDS));
  }

  @Test
  void lookAfterTheLastOneNoLongerCountsWakesAgain() throws Exception {
    roster.workers();
    clock.advance(WorkerRoster.LOOK_COUNTS);
    roster.beat(report("w-1", 0));
    Waiter.run(
        () -> roster.awaitLook(LONG),
        waiter -> {
          roster.workers();
          waiter.get(SOON, SECONDS);
        });
  }

  @Test
  void whoIsWatchedAlreadyIsNotWokenByMoreLooks() throws Exception {
    roster.workers();
    roster.beat(report("w-1", 0));
    Duration patience = Duration.ofMillis(700);
    long begun = System.nanoTime();
    Waiter.run(
        () -> roster.awaitLook(patience),
        waiter -> {
          boolean waits = true;
          while (waits) {
            roster.workers();
            try {
              waiter.get(20, MILLISECONDS);
              waits = false;
            } catch (TimeoutException stillWaiting) {
              assertThat(System.nanoTime() - begun).isLessThan(SECONDS.toNanos(SOON));
            }
          }
        });

    // A little less, because clocks are read in different places.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(patience.minusMillis(50));
  }

  @Test
  void waitEndsWithItsPatience() throws Exception {
    Waiter.run(
        () -> {
          roster.awaitLook(Duration.ZERO);
          roster.awaitLook(Duration.ofMillis(5));
        },
        waiter -> waiter.get(SOON, SECONDS));
  }

  @Test
  void waitStopsWhenInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> roster.awaitLook(LONG)).isInstanceOf(InterruptedException.class);
  }

  private State state() {
    List<WorkerPresence> workers = roster.workers();
    assertThat(workers).hasSize(1);
    return workers.get(0).state();
  }

  private static WorkerReport report(String id, int busy) {
    return new WorkerReport(
        id, "a laptop", "0.1.0", 4, busy, Instant.parse("2025-12-31T23:00:00Z"));
  }

  /** Somebody who waits, on a thread of their own, while the test goes on. */
  private static final class Waiter {
    @FunctionalInterface
    private interface Wait {
      void run() throws InterruptedException;
    }

    @FunctionalInterface
    private interface Meanwhile {
      void run(Future<?> waiter) throws Exception;
    }

    static void run(Wait wait, Meanwhile meanwhile) throws Exception {
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        meanwhile.run(
            thread.submit(
                () -> {
                  wait.run();
                  return true;
                }));
      } finally {
        thread.shutdownNow();
      }
    }
  }
}
