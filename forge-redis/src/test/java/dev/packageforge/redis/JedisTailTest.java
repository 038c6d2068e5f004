package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

@Timeout(60)
class JedisTailTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Script ADD =
      Script.of("add", "return redis.call('XADD', KEYS[1], '*', 'f', ARGV[1])");

  private final TestRedis redis = TestRedis.start(TestRedis.program(), List.of());
  private final RedisAddress address =
      RedisAddress.parse("redis://" + TestRedis.HOST + ":" + redis.port());
  private final JedisCommands commands = new JedisCommands(address);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @AfterEach
  void end() {
    commands.close();
    redis.close();
    thread.shutdownNow();
  }

  @Test
  void entriesThatComeWhileItWaitsEndTheRead() throws Exception {
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a", "b"), LONG));
      blocked();
      add("b", "1");

      List<Tail.Entry> entries = read.get();
      assertThat(entries).hasSize(1);
      assertThat(entries.get(0).stream()).isEqualTo("b");
      assertThat(entries.get(0).fields()).isEqualTo(Map.of("f", "1"));
      assertThat(tail.opened()).isEqualTo(1);
    }
  }

  @Test
  void whatWasThereBeforeIsNotReadAndNothingIsReadTwice() {
    add("a", "old");
    try (Tail tail = commands.tail()) {
      assertThat(tail.read(List.of("a"), Duration.ZERO)).isEmpty();
      add("a", "1");
      add("a", "2");
      assertThat(tail.read(List.of("a"), LONG))
          .extracting(entry -> entry.fields().get("f"))
          .containsExactly("1", "2");
      assertThat(tail.read(List.of("a"), Duration.ofMillis(1))).isEmpty();
    }
  }

  @Test
  void everyTailReadsEverything() {
    try (Tail one = commands.tail();
        Tail two = commands.tail()) {
      assertThat(one.read(List.of("a"), Duration.ZERO)).isEmpty();
      assertThat(two.read(List.of("a"), Duration.ZERO)).isEmpty();
      add("a", "1");
      assertThat(one.read(List.of("a"), LONG)).hasSize(1);
      assertThat(two.read(List.of("a"), LONG)).hasSize(1);
    }
  }

  @Test
  void readIsOneCommand() {
    try (Tail tail = commands.tail()) {
      assertThat(tail.read(List.of("a", "b"), Duration.ofMillis(1))).isEmpty();
      long before = processed();
      assertThat(tail.read(List.of("a", "b"), Duration.ofMillis(1))).isEmpty();
      assertThat(tail.read(List.of("a", "b"), Duration.ofMillis(1))).isEmpty();
      // The second question counts the first.
      assertThat(processed() - before).isEqualTo(3);
    }
  }

  @Test
  void wakingEndsTheReadAtOnceAndKeepsTheConnection() throws Exception {
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a"), LONG));
      blocked();
      long began = System.nanoTime();
      tail.wake();

      assertThat(read.get()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      assertThat(tail.read(List.of("a"), Duration.ofMillis(1))).isEmpty();
      assertThat(tail.opened()).isEqualTo(1);
    }
  }

  @Test
  void wakingBeforeTheReadEndsTheNextOne() {
    try (Tail tail = commands.tail()) {
      tail.wake();

      assertThat(tail.read(List.of("a"), LONG)).isEmpty();
    }
  }

  @Test
  void wakingWhereTheServerForbidsItCutsTheConnection() throws Exception {
    commands.ask(Link.command(Command.ACL, "SETUSER", "default", "-client"));
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a"), LONG));
      blocked();
      tail.wake();

      assertThat(read.get()).isEmpty();
      add("a", "1");
      assertThat(tail.read(List.of("a"), LONG)).hasSize(1);
      assertThat(tail.opened()).isEqualTo(2);
    }
  }

  @Test
  void closingEndsTheReadAtOnceAndLeavesNoGroup() throws Exception {
    Tail tail = commands.tail();
    Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a"), LONG));
    blocked();
    long began = System.nanoTime();
    tail.close();

    assertThat(read.get()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    commands.close();
    try (JedisCommands others = new JedisCommands(address)) {
      assertThat(others.ask(Link.command(Command.XINFO, "GROUPS", "a"))).isEqualTo(List.of());
    }
  }

  @Test
  void wipedServerIsNoticedByTheNextRead() {
    try (Tail tail = commands.tail()) {
      assertThat(tail.read(List.of("a"), Duration.ZERO)).isEmpty();
      commands.ask(Link.command(Command.FLUSHALL));

      assertThatThrownBy(() -> tail.read(List.of("a"), LONG))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.DATA_LOST));
      assertThat(tail.read(List.of("a"), Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void wipedServerIsNoticedByTheReadThatWaits() throws Exception {
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a"), LONG));
      blocked();
      commands.ask(Link.command(Command.FLUSHALL));

      assertThatThrownBy(read::get)
          .cause()
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.DATA_LOST));
    }
  }

  @Test
  void brokenConnectionIsToldAndTheNextReadMissesNothing() throws Exception {
    try (Tail tail = commands.tail()) {
      Future<List<Tail.Entry>> read = thread.submit(() -> tail.read(List.of("a"), LONG));
      blocked();
      commands.ask(Link.command(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes"));

      assertThatThrownBy(read::get)
          .cause()
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.UNAVAILABLE));
      add("a", "1");
      assertThat(tail.read(List.of("a"), LONG)).hasSize(1);
      assertThat(tail.opened()).isEqualTo(2);
    }
  }

  private void add(String stream, String value) {
    commands.run(ADD, List.of(stream), List.of(value.getBytes(UTF_8)));
  }

  private long processed() {
    Object info = commands.ask(Link.command(Command.INFO, "stats"));
    return Long.parseLong(Answers.info(info).getOrDefault("total_commands_processed", ""));
  }

  /** Returns once a client waits in a blocked read. */
  private void blocked() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() - end < 0) {
      Object info = commands.ask(Link.command(Command.INFO, "clients"));
      if ("1".equals(Answers.info(info).get("blocked_clients"))) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("nobody waits");
  }
}
