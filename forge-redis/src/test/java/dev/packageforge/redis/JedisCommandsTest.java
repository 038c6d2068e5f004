package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.queue.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

class JedisCommandsTest {
  private static final Script COUNT =
      Script.of("count", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
  private static final Script ECHO = Script.of("echo", "return ARGV");

  private final String key = "pf:{" + TestRedis.newQueue() + "}:n";
  private JedisCommands commands;

  @BeforeEach
  void connect() {
    commands = new JedisCommands(address(TestRedis.shared()));
  }

  @AfterEach
  void disconnect() {
    commands.close();
  }

  @Test
  void scriptThatTheServerDoesNotKnowIsSentWhole() {
    Script fresh = Script.of("fresh", "return 'fresh " + key + "'");

    assertThat(commands.run(fresh, List.of(), List.of()))
        .isEqualTo(("fresh " + key).getBytes(UTF_8));
    assertThat(commands.run(fresh, List.of(), List.of()))
        .isEqualTo(("fresh " + key).getBytes(UTF_8));
  }

  @Test
  void answersAreNumbersBytesListsOrNothing() {
    assertThat(commands.run(COUNT, List.of(key), List.of("7".getBytes(UTF_8)))).isEqualTo(7L);
    byte[] bytes = {0, -1, 13, 10};
    assertThat((List<?>) commands.run(ECHO, List.of(), List.of(bytes, new byte[0])))
        .map(byte[].class::cast)
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo(bytes), two -> assertThat(two).isEmpty());
    assertThat(commands.run(Script.of("nil", "return false"), List.of(), List.of())).isNull();
  }

  @Test
  void manyRunInOrder() {
    List<Commands.Call> calls =
        IntStream.range(0, 1200)
            .mapToObj(i -> new Commands.Call(List.of(key), List.of("1".getBytes(UTF_8))))
            .toList();

    assertThat(commands.runAll(COUNT, calls))
        .isEqualTo(IntStream.rangeClosed(1, 1200).mapToObj(Long::valueOf).toList());
  }

  @Test
  void manyWithMuchInThemAreSentInParts() {
    byte[] chunk = new byte[256 * 1024];
    List<Commands.Call> calls =
        IntStream.range(0, 40).mapToObj(i -> new Commands.Call(List.of(), List.of(chunk))).toList();

    assertThat(commands.runAll(ECHO, calls))
        .hasSize(40)
        .allSatisfy(answer -> assertThat((byte[]) ((List<?>) answer).get(0)).hasSize(chunk.length));
  }

  @Test
  void scriptsThatTheServerForgotAreSentAgain() {
    Commands.Call one = new Commands.Call(List.of(key), List.of("1".getBytes(UTF_8)));
    commands.runAll(COUNT, List.of(one, one));
    commands.ask(Link.command(Command.SCRIPT, "FLUSH"));

    assertThat(commands.runAll(COUNT, List.of(one, one, one))).isEqualTo(List.of(3L, 4L, 5L));
  }

  @Test
  void errorOfAScriptIsAnException() {
    Script bad = Script.of("bad", "return redis.error_reply('DATALOST epoch')");

    assertThatThrownBy(() -> commands.run(bad, List.of(), List.of()))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.DATA_LOST));
    assertThatThrownBy(() -> commands.runAll(bad, List.of(new Commands.Call(List.of(), List.of()))))
        .isInstanceOf(QueueException.class);
  }

  @Test
  void manyThreadsShareFewConnections() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(40);
    try {
      List<Future<Object>> answers = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        answers.add(
            threads.submit(() -> commands.run(COUNT, List.of(key), List.of("1".getBytes(UTF_8)))));
      }
      for (Future<Object> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Long.class);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(commands.run(COUNT, List.of(key), List.of("0".getBytes(UTF_8)))).isEqualTo(2000L);
  }

  @Test
  void afterARestartOneCallFailsAtMostAndTheRestGoOn() throws Exception {
    TestRedis redis = TestRedis.start(TestRedis.program(), List.of());
    try (JedisCommands own = new JedisCommands(address(redis))) {
      fill(own);
      redis.kill();
      assertThatThrownBy(() -> own.run(ECHO, List.of(), List.of()))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.UNAVAILABLE));
      try (TestRedis again =
          TestRedis.start(TestRedis.program(), List.of("--port", "" + redis.port()))) {
        assertThat(again.port()).isNotZero();
        fill(own);
      }
    } finally {
      redis.close();
    }
  }

  @Test
  void closedOnesSaySo() {
    commands.close();

    assertThatThrownBy(() -> commands.run(ECHO, List.of(), List.of()))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("closed");
  }

  private static void fill(JedisCommands commands) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Object>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(threads.submit(() -> commands.run(ECHO, List.of(), List.of())));
      }
      for (Future<Object> answer : answers) {
        assertThat(answer.get()).isNotNull();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static RedisAddress address(TestRedis redis) {
    return RedisAddress.parse("redis://" + TestRedis.HOST + ":" + redis.port());
  }
}
