package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import dev.packageforge.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HoldTest {
  private static final Duration LENGTH = Duration.ofSeconds(30);

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicLong nanos = new AtomicLong();
  private final ManualPulse pulse = new ManualPulse();
  private final InMemoryStore memory = new InMemoryStore(clock);
  private final Telephone store = new Telephone(memory);
  private final Clocks clocks = new Clocks(clock, nanos::get);
  private final RunId run = RunId.random(new Random(1));
  private final Lease lease = leased();

  @Test
  void aLeaseIsRenewedBetweenTwoNinthsAndAThirdOfItsLength() {
    try (Hold hold = hold()) {
      pass(Duration.ofSeconds(6));
      assertThat(store.renewals).isZero();
      pass(Duration.ofSeconds(5));
      assertThat(store.renewals).isEqualTo(1);
      for (int i = 0; i < 30; i++) {
        pass(Duration.ofSeconds(10));
      }
      assertThat(hold.lost()).isFalse();
      assertThat(memory.renew(lease, LENGTH)).isEqualTo(LeaseState.HELD);
    }
    assertThat(pulse.beats()).isZero();
  }

  @Test
  void aWishToCancelIsHeardAtOnceAndNotInTheThreadThatTellsIt() {
    try (Hold hold = hold()) {
      assertThat(memory.requestCancel(run)).isTrue();
      assertThat(store.renewals).isZero();
      pulse.beat();
      assertThat(hold.cancellation().isCancelled()).isTrue();
      assertThat(hold.lost()).isFalse();
      assertThat(store.renewals).isEqualTo(1);
    }
    memory.requestCancel(run);
    pulse.beat();
    assertThat(store.renewals).isEqualTo(1);
  }

  @Test
  void aStoreThatIsSilentLosesTheLeaseByOurOwnClockBeforeTheirs() {
    try (Hold hold = hold()) {
      store.silent = true;
      for (int second = 0; second < 26; second++) {
        pass(Duration.ofSeconds(1));
      }
      assertThat(hold.lost()).isFalse();
      assertThat(store.renewals).isGreaterThan(1);
      pass(Duration.ofSeconds(1));
      assertThat(hold.lost()).isTrue();
      assertThat(hold.cancellation().isCancelled()).isTrue();

      store.silent = false;
      int before = store.renewals;
      assertThatExceptionOfType(StaleLeaseException.class).isThrownBy(hold::renew);
      pass(Duration.ofSeconds(1));
      assertThat(store.renewals).isEqualTo(before);
    }
  }

  @Test
  void aMachineThatSleptHasLostItsLease() {
    try (Hold hold = hold()) {
      clock.advance(Duration.ofSeconds(27)); // and nothing was counted
      assertThatExceptionOfType(StaleLeaseException.class).isThrownBy(hold::mustHold);
    }
  }

  @Test
  void aClockThatWasSetBackDoesNotProlongALease() {
    try (Hold hold = hold()) {
      nanos.addAndGet(Duration.ofSeconds(27).toNanos());
      pulse.beat();
      assertThat(hold.cancellation().isCancelled()).isTrue();
    }
  }

  @Test
  void anAnswerThatTookTooLongIsNone() {
    try (Hold hold = hold()) {
      store.answersAfter = Duration.ofSeconds(28);
      assertThatExceptionOfType(StaleLeaseException.class).isThrownBy(hold::renew);
      assertThat(hold.lost()).isTrue();
    }
  }

  @Test
  void theLeaseIsCountedFromBeforeItWasAskedFor() {
    Clocks.Moment asked = clocks.now();
    clock.advance(Duration.ofSeconds(28));
    try (Hold hold = new Hold(store, lease, timing(), asked)) {
      assertThatExceptionOfType(StaleLeaseException.class).isThrownBy(hold::mustHold);
    }
  }

  @Test
  void whatTakesTimeIsBegunOnlyWithThatTimeLeft() {
    Duration effect = Duration.ofSeconds(15);
    try (Hold hold = hold()) {
      hold.guard(effect);
      assertThat(store.renewals).isZero();
      clock.advance(Duration.ofSeconds(12));
      hold.guard(effect);
      assertThat(store.renewals).isEqualTo(1);
      clock.advance(Duration.ofSeconds(12));
      store.answersAfter = Duration.ofSeconds(13);
      assertThatThrownBy(() -> hold.guard(effect))
          .isInstanceOf(QueueException.class)
          .hasMessageContaining("slowly");
      assertThat(hold.lost()).isFalse();
    }
  }

  @Test
  void whatWasHeardAMomentAgoIsNotAskedAgain() {
    try (Hold hold = hold()) {
      hold.refresh();
      assertThat(store.renewals).isZero();
      clock.advance(Duration.ofSeconds(2));
      hold.refresh();
      assertThat(store.renewals).isEqualTo(1);
    }
  }

  @Test
  void aStoreThatCannotBeListenedToIsAskedAllTheSame() {
    store.deaf = true;
    try (Hold hold = hold()) {
      memory.requestCancel(run);
      pass(Duration.ofSeconds(11));
      assertThat(hold.cancellation().isCancelled()).isTrue();
    }
  }

  private Hold hold() {
    return new Hold(store, lease, timing(), clocks.now());
  }

  private Ports.Timing timing() {
    return new Ports.Timing(
        clocks,
        new Random(7),
        pulse,
        new Ports.Lengths(LENGTH, Duration.ofSeconds(15), Duration.ZERO));
  }

  private void pass(Duration time) {
    clock.advance(time);
    nanos.addAndGet(time.toNanos());
    pulse.beat();
  }

  private Lease leased() {
    memory.create(
        Run.accepted(run, RunRequest.of("a thing"), clock.instant()), Job.of(run, "make"));
    return memory.lease("worker", LENGTH).orElseThrow();
  }

  /** The way to the store, which may be disturbed. */
  private final class Telephone extends ForwardingStore {
    private int renewals;
    private boolean silent;
    private boolean deaf;
    private Duration answersAfter = Duration.ZERO;

    Telephone(InMemoryStore store) {
      super(store);
    }

    @Override
    public LeaseState renew(Lease held, Duration length) {
      renewals++;
      if (silent) {
        throw new QueueException("no answer", "wait", null);
      }
      LeaseState state = super.renew(held, length);
      clock.advance(answersAfter);
      return state;
    }

    @Override
    public Listening listen(Lease held, Runnable news) {
      if (deaf) {
        throw new QueueException("no answer", "wait", null);
      }
      return super.listen(held, news);
    }
  }
}
