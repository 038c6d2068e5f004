package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.WorkerRoster;
import dev.packageforge.testing.JobQueueContract;
import dev.packageforge.testing.RunStoreContract;
import dev.packageforge.testing.WorkerRosterContract;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything is in one slot, wherever that is. */
@Timeout(180)
class ClusterTest {
  private static final Script COUNT =
      Script.of(
          "count",
          "redis.call('XADD', KEYS[2], '*', 'n', ARGV[1]) return redis.call('INCR', KEYS[1])");
  private static final Script READ = Script.of("read", "return redis.call('GET', KEYS[1])");

  private static @Nullable TestCluster shared;

  private static synchronized TestCluster cluster() {
    if (shared == null) {
      shared = new TestCluster();
    }
    return shared;
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
    private final Stores stores = new Stores(cluster().address(0));

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
    private final Stores stores = new Stores(cluster().address(0));

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
    private final Stores stores = new Stores(cluster().address(0));

    @Override
    protected WorkerRoster newRoster(Clock clock) {
      return stores.open(clock);
    }

    @AfterEach
    void closeStores() {
      stores.close();
    }
  }

  @Test
  void nobodyNoticesThatTheSlotMovesAndWhoLosesItsOwnerFindsTheNext() throws Exception {
    try (TestCluster cluster = new TestCluster();
        JedisCommands commands = new JedisCommands(cluster.address(2));
        Tail tail = commands.tail()) {
      // A queue whose slot the first server owns.
      int number = 0;
      while (cluster.slot("{q" + number + "}") >= 16384 / 3) {
        number++;
      }
      List<String> keys = List.of("pf:{q" + number + "}:n", "pf:{q" + number + "}:s");
      int slot = cluster.slot(keys.get(0));
      assertThat(tail.read(keys.subList(1, 2), Duration.ZERO)).isEmpty();
      commands.run(COUNT, keys, List.of("0".getBytes(UTF_8)));

      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger acknowledged = new AtomicInteger(1);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          writers.add(
              threads.submit(
                  () -> {
                    while (!enough.get()) {
                      commands.run(COUNT, keys, List.of("1".getBytes(UTF_8)));
                      acknowledged.incrementAndGet();
                    }
                  }));
        }
        for (int i = 0; i < 4; i++) {
          int before = acknowledged.get();
          TestCluster.until(() -> acknowledged.get() > before + 20);
          cluster.move(slot, i % 2, 1 - i % 2);
        }
        cluster.move(slot, 0, 1);
        enough.set(true);
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        enough.set(true);
        threads.shutdown();
      }
      assertThat(count(commands, keys)).isEqualTo(acknowledged.get());
      int told = 0;
      while (told < acknowledged.get()) {
        List<Tail.Entry> entries = tail.read(keys.subList(1, 2), Duration.ofSeconds(5));
        assertThat(entries).as("after %s entries", told).isNotEmpty();
        told += entries.size();
      }
      assertThat(told).isEqualTo(acknowledged.get());

      TestCluster.until(() -> cluster.copied());
      cluster.owner(1).kill();
      TestCluster.until(() -> answers(commands, keys));
      assertThat(count(commands, keys)).isEqualTo(acknowledged.get());
      commands.run(COUNT, keys, List.of("1".getBytes(UTF_8)));
      assertThat(count(commands, keys)).isEqualTo(acknowledged.get() + 1);
    }
  }

  private static int count(JedisCommands commands, List<String> keys) {
    return Integer.parseInt(Answers.text(commands.run(READ, keys.subList(0, 1), List.of())));
  }

  private static boolean answers(JedisCommands commands, List<String> keys) {
    long began = System.nanoTime();
    try {
      return commands.run(READ, keys.subList(0, 1), List.of()) != null;
    } catch (QueueException e) {
      assertThat(e.retryable()).as("%s", e.getMessage()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
      return false;
    }
  }
}
