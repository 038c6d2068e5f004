package dev.packageforge.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Step;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.RunStoreContract;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest extends RunStoreContract<InMemoryStore> {
  @Override
  protected InMemoryStore newStore(Clock clock) {
    return new InMemoryStore(clock);
  }

  @Test
  void floodOfEventsPushesOutTheOldestAndCursorsShowTheGap() throws InterruptedException {
    ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    InMemoryStore store = new InMemoryStore(clock);
    RunId id = RunId.random(new SplittableRandom(1));
    store.create(Run.accepted(id, RunRequest.of("chatty"), Instant.EPOCH), Job.of(id, "make"));
    Lease lease = store.lease("ann", Duration.ofSeconds(30)).orElseThrow();
    int told = 3 * StoredRun.MAX_EVENTS;
    List<RunEvent> flood = new ArrayList<>();
    for (int i = 1; i <= told; i++) {
      flood.add(new RunEvent.Log(1, Step.TEST, i, List.of()));
    }

    store.append(lease, flood);

    List<StoredEvent> kept = store.events(id, 0, told, Duration.ZERO);
    assertThat(kept)
        .hasSizeBetween(StoredRun.MAX_EVENTS - StoredRun.DROPPED_AT_ONCE, StoredRun.MAX_EVENTS);
    assertThat(kept.get(0).cursor()).isEqualTo(told - kept.size() + 1L);
    assertThat(kept.get(kept.size() - 1).event()).isEqualTo(flood.get(told - 1));
    assertThat(store.events(id, told - 2L, told, Duration.ZERO)).hasSize(2);
    assertThat(store.events(id, told, told, Duration.ZERO)).isEmpty();
  }
}
