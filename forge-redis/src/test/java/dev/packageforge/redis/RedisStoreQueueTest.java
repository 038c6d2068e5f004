package dev.packageforge.redis;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.testing.JobQueueContract;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

class RedisStoreQueueTest extends JobQueueContract {
  private final Stores stores = new Stores();

  @Override
  protected JobQueue newQueue(Clock clock) {
    return stores.open(clock);
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }
}
