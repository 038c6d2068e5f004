package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedRedisTest {
  private static final Script SET = Script.of("set", "return redis.call('SET', KEYS[1], ARGV[1])");
  private static final Script GET = Script.of("get", "return redis.call('GET', KEYS[1])");

  private final Path temporary;
  private final List<Process> users = new ArrayList<>();

  EmbeddedRedisTest(@TempDir Path temporary) {
    this.temporary = temporary;
  }

  /** Whatever a test left: by its own pid. */
  @AfterEach
  void end() throws Exception {
    for (Process user : users) {
      user.destroyForcibly().waitFor();
    }
    if (Files.exists(folder().resolve("redis.pid"))) {
      ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
      gone(pid());
    }
  }

  @Test
  void whatIsStoredIsThereAgainNextTime() throws Exception {
    long pid;
    try (EmbeddedRedis redis = open()) {
      pid = pid();
      set(redis, "kept");
    }
    assertThat(lives(pid)).isFalse();
    assertThat(folder().resolve("redis.pid")).doesNotExist();
    try (EmbeddedRedis redis = open()) {
      assertThat(get(redis)).isEqualTo("kept");
    }
  }

  @Test
  void serverListensOnThisMachineOnlyAndKeepsItsPasswordInPrivateFiles() throws Exception {
    try (EmbeddedRedis redis = open()) {
      assertThat(redis.address().loopback()).isTrue();
      String password = redis.address().password().orElseThrow().reveal();
      assertThat(password).hasSizeGreaterThan(32);
      assertThat(redis.address().toString()).doesNotContain(password);
      for (String file : List.of("redis.conf", "endpoint")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder().resolve(file))))
            .isEqualTo("rw-------");
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
          .isEqualTo("rwx------");
      assertThat(ProcessHandle.of(pid()).orElseThrow().info().commandLine().orElse(""))
          .doesNotContain(password);
      try (JedisCommands nobody =
          new JedisCommands(RedisAddress.parse(redis.address().toString()))) {
        assertThatThrownBy(() -> nobody.run(GET, List.of("k"), List.of()))
            .isInstanceOfSatisfying(
                QueueException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED));
      }
    }
  }

  @Test
  void manyWhoOpenAtOnceShareOneServerAndTheLastStopsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<EmbeddedRedis>> opening = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        opening.add(threads.submit(this::open));
      }
      List<EmbeddedRedis> opened = new ArrayList<>();
      for (Future<EmbeddedRedis> one : opening) {
        opened.add(one.get());
      }
      assertThat(opened)
          .extracting(redis -> redis.address().written())
          .containsOnly(opened.get(0).address().written());
      long pid = pid();
      for (EmbeddedRedis redis : opened) {
        assertThat(lives(pid)).isTrue();
        redis.close();
      }
      assertThat(lives(pid)).isFalse();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void processesShareOneServerAndTheLastStopsIt() throws Exception {
    User one = user();
    User two = user();
    long pid = pid();
    assertThat(two.address).isEqualTo(one.address);
    try (EmbeddedRedis redis = open()) {
      assertThat(redis.address()).hasToString(one.address);
      one.leave();
      assertThat(lives(pid)).isTrue();
    }
    assertThat(lives(pid)).isTrue();
    two.leave();
    assertThat(lives(pid)).isFalse();
  }

  @Test
  void serverOfAKilledProcessGoesOnAndIsTakenOver() throws Exception {
    User killed = user();
    long pid = pid();
    killed.process.destroyForcibly().waitFor();
    assertThat(lives(pid)).isTrue();
    try (EmbeddedRedis redis = open()) {
      assertThat(redis.address()).hasToString(killed.address);
      assertThat(pid()).isEqualTo(pid);
    }
    assertThat(lives(pid)).isFalse();
  }

  @Test
  void killedServerIsStartedAgainWithAllThatWasAnswered() throws Exception {
    try (EmbeddedRedis redis = open();
        JedisCommands commands = new JedisCommands(redis.address())) {
      commands.run(SET, List.of("k"), List.of("kept".getBytes(UTF_8)));
      long first = pid();
      kill(first);

      assertThat(patiently(commands)).isEqualTo("kept");
      assertThat(pid()).isNotEqualTo(first);
    }
  }

  @Test
  void leftoversOfADeadServerAreInNobodysWay() throws Exception {
    User user = user();
    long dead = pid();
    user.process.destroyForcibly().waitFor();
    kill(dead);
    // Its number is another's by now.
    Files.writeString(folder().resolve("redis.pid"), ProcessHandle.current().pid() + "\n");
    try (EmbeddedRedis redis = open()) {
      assertThat(get(redis)).isEmpty();
      assertThat(pid()).isNotEqualTo(dead);
    }
  }

  @Test
  void endOfTheFileThatWasCutIsRepaired() throws Exception {
    try (EmbeddedRedis redis = open()) {
      set(redis, "kept");
    }
    Path data;
    try (var files = Files.walk(folder())) {
      data =
          files
              .filter(file -> file.toString().matches(".*aof(\\.\\d+\\.incr\\.aof)?"))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow();
    }
    Files.writeString(data, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9\r\nhal", StandardOpenOption.APPEND);
    try (EmbeddedRedis redis = open()) {
      assertThat(get(redis)).isEqualTo("kept");
    }
  }

  @Test
  void portThatSomebodyElseTookIsChanged() throws Exception {
    String before;
    try (EmbeddedRedis redis = open()) {
      before = redis.address().written().reveal();
    }
    try (TestRedis stranger = TestRedis.start(TestRedis.program(), List.of())) {
      Files.writeString(
          folder().resolve("endpoint"), before.replaceAll(":\\d+$", ":" + stranger.port()));
      try (EmbeddedRedis redis = open()) {
        assertThat(redis.address().toString()).doesNotEndWith(":" + stranger.port());
        assertThat(get(redis)).isEmpty();
      }
    }
  }

  @Test
  void damagedDataIsToldInTheWordsOfTheServer() throws Exception {
    try (EmbeddedRedis redis = open()) {
      set(redis, "kept");
    }
    try (var files = Files.walk(folder())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".aof")).toList()) {
        Files.writeString(file, "this is no such file, and long enough to be looked at\n");
      }
    }
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
              assertThat(e).hasMessageContaining("ended while it started: ");
              assertThat(e.remedy()).contains("redis.log");
            });
  }

  @Test
  void folderThatCannotBeUsedIsToldAtOnce() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedRedis.open(file.resolve("data"), path()))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNSUITABLE);
              assertThat(e).hasMessageContaining(file.toString());
            });
  }

  @Test
  void machineWithoutAnyServerIsToldSo() {
    assertThatThrownBy(() -> EmbeddedRedis.with(folder(), Optional.empty()))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNSUITABLE);
              assertThat(e.remedy()).contains("install Redis");
            });
  }

  @Test
  void serverOfTheJarIsUnpackedOnceAndServes() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.open(folder(), null)) {
      assertThat(redis.program().version()).startsWith("6.2");
      assertThat(redis.program().path()).startsWith(folder().toRealPath());
      set(redis, "kept");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.open(folder(), null)) {
      assertThat(get(redis)).isEqualTo("kept");
    }
    try (EmbeddedRedis newer = open()) {
      assertThat(newer.program().version()).doesNotStartWith("6.2");
      assertThat(get(newer)).isEqualTo("kept");
    }
    assertThatThrownBy(() -> EmbeddedRedis.open(folder(), null))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("Redis 7 or newer");
  }

  @Test
  void folderMayHaveAnyName() throws Exception {
    Path odd = temporary.resolve("a \"quoted\" näme \\ 'here'");
    try (EmbeddedRedis redis = EmbeddedRedis.open(odd, path())) {
      set(redis, "kept");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.open(odd, path())) {
      assertThat(get(redis)).isEqualTo("kept");
    }
  }

  private Path folder() {
    return temporary.resolve("data");
  }

  private EmbeddedRedis open() {
    return EmbeddedRedis.open(folder(), path());
  }

  private static String path() {
    return TestRedis.program().resolveSibling("").toString();
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readString(folder().resolve("redis.pid")).strip());
  }

  private static void set(EmbeddedRedis redis, String value) {
    try (JedisCommands commands = new JedisCommands(redis.address())) {
      commands.run(SET, List.of("k"), List.of(value.getBytes(UTF_8)));
    }
  }

  private static String get(EmbeddedRedis redis) {
    try (JedisCommands commands = new JedisCommands(redis.address())) {
      return value(commands);
    }
  }

  private static String value(JedisCommands commands) {
    return commands.run(GET, List.of("k"), List.of()) instanceof byte[] bytes
        ? new String(bytes, UTF_8)
        : "";
  }

  private static String patiently(JedisCommands commands) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        return value(commands);
      } catch (QueueException e) {
        assertThat(e.retryable()).as("%s", e.getMessage()).isTrue();
        assertThat(System.nanoTime() - end).isNegative();
      }
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    gone(pid);
  }

  private static void gone(long pid) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lives(pid)) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }

  /** Not one that ended and whose end nobody asked about. */
  private static boolean lives(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
        && Files.exists(Path.of("/proc", "" + pid, "cwd"));
  }

  private User user() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedRedisUser.class.getName(),
                folder().toString(),
                path())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    users.add(process);
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    return new User(process, output, output.readLine());
  }

  private record User(Process process, BufferedReader output, String address) {
    void leave() throws Exception {
      process.getOutputStream().close();
      assertThat(output.readLine()).isEqualTo("closed");
      assertThat(process.waitFor()).isZero();
    }
  }
}
