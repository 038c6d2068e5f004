package dev.packageforge.redis;

import dev.packageforge.testing.RunStoreContract;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

class RedisStoreRunsTest extends RunStoreContract<RedisStore> {
  private final Stores stores = new Stores();

  @Override
  protected RedisStore newStore(Clock clock) {
    return stores.open(clock);
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }
}
