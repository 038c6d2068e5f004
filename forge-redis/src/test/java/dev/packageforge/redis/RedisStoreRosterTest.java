package dev.packageforge.redis;

import dev.packageforge.queue.WorkerRoster;
import dev.packageforge.testing.WorkerRosterContract;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

class RedisStoreRosterTest extends WorkerRosterContract {
  private final Stores stores = new Stores();

  @Override
  protected WorkerRoster newRoster(Clock clock) {
    return stores.open(clock);
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }
}
