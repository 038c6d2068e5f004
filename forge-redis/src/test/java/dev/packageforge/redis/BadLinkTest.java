package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/** Links that fall silent, lose an answer, or lose their server in the midst of everything. */
@Timeout(60)
class BadLinkTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Script COUNT = Script.of("count", "return redis.call('INCR', KEYS[1])");
  private static final List<String> KEYS = List.of("n");

  private final TestRedis redis =
      TestRedis.start(
          TestRedis.program(), List.of("--appendonly", "yes", "--appendfsync", "always"));
  private final Proxy proxy = new Proxy(redis.port());
  private final JedisCommands commands = new JedisCommands(proxy.address(), SHORT);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    proxy.close();
    commands.close();
    redis.close();
    threads.shutdownNow();
  }

  @Test
  void silentLinkIsToldInTimeAndForgottenWhenItSpeaksAgain() {
    assertThat(count()).isEqualTo(1);
    proxy.silence();
    for (int i = 0; i < 2; i++) {
      long began = System.nanoTime();
      unavailable(this::count);
      assertThat(since(began)).isLessThan(Duration.ofSeconds(4));
    }
    proxy.speak();
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void scriptWhoseAnswerWasLostMayHaveRun() {
    assertThat(count()).isEqualTo(1);
    proxy.dropAnswer();
    unavailable(this::count);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void readOverASilentLinkEndsSoonAfterItsTime() {
    try (Tail tail = commands.tail()) {
      assertThat(tail.read(List.of("s"), Duration.ZERO)).isEmpty();
      proxy.silence();
      long began = System.nanoTime();
      unavailable(() -> tail.read(List.of("s"), SHORT));
      assertThat(since(began)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(9));
      proxy.speak();
      assertThat(tail.read(List.of("s"), Duration.ZERO)).isEmpty();
      assertThat(tail.opened()).isEqualTo(2);
    }
  }

  @Test
  void wakingEndsAReadOverASilentLink() throws Exception {
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = waiting(tail);
      proxy.silence();
      long began = System.nanoTime();
      tail.wake();
      assertThat(read.get()).isEmpty();
      assertThat(since(began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void closingEndsAReadOverASilentLink() throws Exception {
    Tail tail = commands.tail();
    Future<List<Tail.Entry>> read = waiting(tail);
    proxy.silence();
    long began = System.nanoTime();
    tail.close();
    assertThat(read.get()).isEmpty();
    assertThat(since(began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void serverThatIsKilledInTheMidstOfEverythingLosesNothingItAcknowledged() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicInteger unknown = new AtomicInteger();
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(
          threads.submit(
              () -> {
                while (!enough.get()) {
                  try {
                    count();
                    acknowledged.incrementAndGet();
                  } catch (QueueException e) {
                    assertThat(e.retryable()).as("%s", e.getMessage()).isTrue();
                    unknown.incrementAndGet();
                  }
                }
              }));
    }
    TestRedis now = redis;
    for (int i = 0; i < 3; i++) {
      int before = acknowledged.get();
      TestCluster.until(() -> acknowledged.get() > before + 50);
      now.kill();
      now = now.again();
    }
    int before = acknowledged.get();
    TestCluster.until(() -> acknowledged.get() > before + 50);
    enough.set(true);
    for (Future<?> writer : writers) {
      writer.get();
    }
    assertThat(count() - 1)
        .isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
    assertThat(unknown.get()).isPositive();
    now.close();
  }

  @Test
  void serviceThatEndsSilentConnectionsIsReadMoreOften() {
    LongestRead longest = new LongestRead();
    Duration minute = Duration.ofSeconds(60);
    assertThat(count()).isEqualTo(1);
    Deadline deadline = Deadline.in(SHORT);
    try (Link link = commands.dial(deadline)) {
      assertThat(longest.of(minute, link)).isEqualTo(minute);
      longest.wasCut(Duration.ofSeconds(30));
      assertThat(longest.of(minute, link)).as("once is an accident").isEqualTo(minute);
      longest.lasted(minute);
      longest.wasCut(Duration.ofSeconds(30));
      longest.lasted(Duration.ofMillis(1));
      longest.wasCut(Duration.ofSeconds(30));
      assertThat(longest.of(minute, link)).isEqualTo(Duration.ofSeconds(15));
      assertThat(longest.of(SHORT, link)).isEqualTo(SHORT);
      longest.wasCut(Duration.ofSeconds(6));
      longest.wasCut(Duration.ofSeconds(6));
      assertThat(longest.of(minute, link)).isEqualTo(Duration.ofSeconds(5));
    }
  }

  private long count() {
    return (Long) commands.run(COUNT, KEYS, List.of());
  }

  private Future<List<Tail.Entry>> waiting(Tail tail) {
    Future<List<Tail.Entry>> read =
        threads.submit(() -> tail.read(List.of("s"), Duration.ofSeconds(50)));
    TestCluster.until(this::somebodyWaits);
    return read;
  }

  private boolean somebodyWaits() {
    try (JedisCommands direct = new JedisCommands(redis.address())) {
      Object info = direct.ask(Link.command(Command.INFO, "clients"));
      return "1".equals(Answers.info(info).get("blocked_clients"));
    }
  }

  private static void unavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
