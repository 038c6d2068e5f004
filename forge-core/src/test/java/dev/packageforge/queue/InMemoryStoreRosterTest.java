package dev.packageforge.queue;

import dev.packageforge.testing.WorkerRosterContract;
import java.time.Clock;

class InMemoryStoreRosterTest extends WorkerRosterContract {
  @Override
  protected WorkerRoster newRoster(Clock clock) {
    return new InMemoryStore(clock);
  }
}
