package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Step;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventSinkTest {
  private static final Duration LENGTH = Duration.ofSeconds(30);

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final ManualPulse pulse = new ManualPulse();
  private final InMemoryStore memory = new InMemoryStore(clock);
  private final Counting store = new Counting(memory);
  private final Run run =
      Run.accepted(RunId.random(new Random(1)), RunRequest.of("a thing"), clock.instant());
  private final Hold hold = held();

  @Test
  void aCheckpointTakesAlongWhatWaitsInFrontOfItsOwn() throws Exception {
    try (EventSink sink = sink()) {
      sink.add(text(0, "one "));
      sink.add(text(4, "two"));
      sink.log(1, Step.TEST, "a line");
      Run next = run.in(RunState.GENERATING);
      assertThat(sink.save(next, List.of(RunEvent.State.of(next)))).isEqualTo(SaveResult.SAVED);
    }

    assertThat(store.appends).isZero();
    assertThat(told())
        .containsExactly(
            text(0, "one two"),
            new RunEvent.Log(1, Step.TEST, 1, List.of("a line")),
            RunEvent.State.of(run.in(RunState.GENERATING)));
  }

  @Test
  void whatACheckpointCouldNotTakeAlongIsToldLater() throws Exception {
    Run next = run.in(RunState.GENERATING);
    try (EventSink sink = sink()) {
      sink.add(text(0, "one"));
      store.silent = true;
      assertThatThrownBy(() -> sink.save(next, List.of(RunEvent.State.of(next))))
          .isInstanceOf(QueueException.class);
      store.silent = false;
      sink.add(text(3, "two"));
      sink.save(next, List.of());
    }

    assertThat(told()).containsExactly(text(0, "onetwo"));
  }

  @Test
  void manyLinesDoNotWait() throws Exception {
    try (EventSink sink = sink()) {
      for (int line = 1; line <= 130; line++) {
        sink.log(1, Step.TEST, "line " + line);
      }
      assertThat(store.appends).isEqualTo(2);
    }
    assertThat(store.appends).isEqualTo(3);
    assertThat(told())
        .extracting(event -> ((RunEvent.Log) event).lines().size())
        .containsExactly(64, 64, 2);
  }

  @Test
  void muchTextIsSentSoonAndNotByWhoeverHearsTheModelOut() {
    try (EventSink sink = sink()) {
      sink.add(text(0, "x".repeat(8_191)));
      pulse.soon(() -> assertThat(store.appends).isZero());
      sink.add(text(8_191, "x"));
      assertThat(store.appends).isZero();
      pulse.beat();
      assertThat(store.appends).isEqualTo(1);
      pulse.beat();
      assertThat(store.appends).isEqualTo(1);
    }
  }

  @Test
  void anAppendThatIsRefusedEndsTheWork() {
    clock.advance(LENGTH);
    memory.lease("another", LENGTH);
    try (EventSink sink = sink()) {
      sink.add(text(0, "late"));
      sink.flush();
      assertThat(hold.lost()).isTrue();
      sink.add(text(4, "later"));
    }
    assertThat(store.appends).isEqualTo(1);
  }

  private EventSink sink() {
    return new EventSink(store, hold, pulse);
  }

  private static RunEvent.FileText text(int offset, String text) {
    return new RunEvent.FileText(1, "index.js", offset, text, false);
  }

  private List<RunEvent> told() throws InterruptedException {
    return memory.events(run.id(), 0, 100, Duration.ZERO).stream().map(StoredEvent::event).toList();
  }

  private Hold held() {
    memory.create(run, Job.of(run.id(), "make"));
    Lease lease = memory.lease("worker", LENGTH).orElseThrow();
    Clocks clocks = new Clocks(clock, () -> 0);
    Ports.Lengths lengths = new Ports.Lengths(LENGTH, Duration.ofSeconds(15), Duration.ZERO);
    return new Hold(
        memory,
        lease,
        new Ports.Timing(clocks, new Random(7), Pulse.none(), lengths),
        clocks.now());
  }

  /** Counts, and is silent when the test says so. */
  private static final class Counting extends ForwardingStore {
    private int appends;
    private boolean silent;

    Counting(InMemoryStore store) {
      super(store);
    }

    @Override
    public boolean append(Lease lease, List<RunEvent> events) {
      appends++;
      return super.append(lease, events);
    }

    @Override
    public SaveResult save(Lease lease, Run next, List<RunEvent> events) {
      if (silent) {
        throw new QueueException("no answer", "wait", null);
      }
      return super.save(lease, next, events);
    }
  }
}
