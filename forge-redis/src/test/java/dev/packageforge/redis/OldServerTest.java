package dev.packageforge.redis;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.WorkerRoster;
import dev.packageforge.testing.JobQueueContract;
import dev.packageforge.testing.RunStoreContract;
import dev.packageforge.testing.WorkerRosterContract;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** Redis 6.2 is the oldest that serves: all that is promised holds there as well. */
class OldServerTest {
  private static @Nullable TestRedis shared;

  private static synchronized RedisAddress address() {
    if (shared == null) {
      shared = TestRedis.start(TestRedis.oldProgram(), List.of());
    }
    return shared.address();
  }

  @AfterAll
  static synchronized void end() {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }

  @Nested
  class Queue extends JobQueueContract {
    private final Stores stores = new Stores(address());

    @Override
    protected JobQueue newQueue(Clock clock) {
      return stores.open(clock);
    }

    @AfterEach
    void closeStores() {
      stores.close();
    }
  }

  @Nested
  class Runs extends RunStoreContract<RedisStore> {
    private final Stores stores = new Stores(address());

    @Override
    protected RedisStore newStore(Clock clock) {
      return stores.open(clock);
    }

    @AfterEach
    void closeStores() {
      stores.close();
    }
  }

  @Nested
  class Roster extends WorkerRosterContract {
    private final Stores stores = new Stores(address());

    @Override
    protected WorkerRoster newRoster(Clock clock) {
      return stores.open(clock);
    }

    @AfterEach
    void closeStores() {
      stores.close();
    }
  }
}
