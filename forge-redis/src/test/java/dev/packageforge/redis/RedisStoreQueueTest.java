package dev.packageforge.redis;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.testing.JobQueueContract;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class RedisStoreQueueTest extends JobQueueContract {
  private final List<RedisStore> stores = new ArrayList<>();

  @Override
  protected JobQueue newQueue(Clock clock) {
    RedisStore store =
        RedisStore.builder(new LoopbackCommands(TestRedis.shared().port()))
            .queue(TestRedis.newQueue())
            .clock(clock)
            .build();
    stores.add(store);
    return store;
  }

  @AfterEach
  void closeStores() {
    stores.forEach(RedisStore::close);
  }
}
