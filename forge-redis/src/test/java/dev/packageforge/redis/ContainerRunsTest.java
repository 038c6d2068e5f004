package dev.packageforge.redis;

import dev.packageforge.testing.RunStoreContract;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Runs on a redis-server in a container. */
@Tag("docker")
class ContainerRunsTest extends RunStoreContract<RedisStore> {
  private final Stores stores = new Stores();

  @BeforeAll
  static void startContainer() {
    ContainerRedis.start();
  }

  @Override
  protected RedisStore newStore(Clock clock) {
    return stores.keep(ContainerRedis.store(clock));
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }
}
