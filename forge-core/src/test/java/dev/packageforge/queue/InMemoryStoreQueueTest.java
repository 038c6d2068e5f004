package dev.packageforge.queue;

import dev.packageforge.testing.JobQueueContract;
import java.time.Clock;

class InMemoryStoreQueueTest extends JobQueueContract {
  @Override
  protected JobQueue newQueue(Clock clock) {
    return new InMemoryStore(clock);
  }
}
