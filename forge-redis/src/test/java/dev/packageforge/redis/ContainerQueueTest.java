package dev.packageforge.redis;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.testing.JobQueueContract;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The queue on a redis-server in a container. */
@Tag("docker")
class ContainerQueueTest extends JobQueueContract {
  private final Stores stores = new Stores();

  @BeforeAll
  static void startContainer() {
    ContainerRedis.start();
  }

  @Override
  protected JobQueue newQueue(Clock clock) {
    return stores.keep(ContainerRedis.store(clock));
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }
}
