package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a server: one clear sentence, no credential in it, and nothing hangs. */
@Timeout(120)
class FaultsTest {
  private static final String PASSWORD = "hunter2-and-more";
  private static final Script WRITE =
      Script.of("write", "return redis.call('SET', KEYS[1], ARGV[1])");
  private static final Script READ = Script.of("read", "return redis.call('GET', KEYS[1])");
  private static final Script ENDLESS = Script.of("endless", "while true do end");
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final Path folder;
  private final List<AutoCloseable> opened = new ArrayList<>();

  FaultsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  void wrongPassword() {
    TestRedis redis = start("--requirepass", "another");

    expect(redis, ":" + PASSWORD + "@", Reason.UNAUTHORIZED, "does not accept this name");
    expect(redis, "anna:" + PASSWORD + "@", Reason.UNAUTHORIZED, "does not accept this name");
  }

  @Test
  void noPassword() {
    TestRedis redis = start("--requirepass", PASSWORD);

    expect(redis, "", Reason.UNAUTHORIZED, "asks for a password");
  }

  @Test
  void userWhoMayNotDoIt() {
    TestRedis redis = start("--user", "anna", "on", ">" + PASSWORD, "~other:*", "+@all");

    expect(redis, "anna:" + PASSWORD + "@", Reason.UNAUTHORIZED, "does not allow this user");
  }

  @Test
  void serverInProtectedMode() {
    FakeServer fake =
        open(FakeServer.answering(words -> "-DENIED Redis is running in protected mode\r\n"));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNAUTHORIZED, "protected mode");
  }

  @Test
  void certificates() {
    Certificates made = new Certificates(folder);
    made.server("good", "dns:localhost,ip:127.0.0.1", "-1d");
    made.server("other", "dns:cache.example", "-1d");
    made.server("expired", "dns:localhost,ip:127.0.0.1", "-30d");
    made.server("early", "dns:localhost,ip:127.0.0.1", "+5d");
    Path trusted = made.authority();
    TestRedis good = start(made.settings("good"));
    TestRedis other = start(made.settings("other"));
    TestRedis expired = start(made.settings("expired"));
    TestRedis early = start(made.settings("early"));

    try (JedisCommands commands = new JedisCommands(encrypted(good, trusted));
        Tail tail = commands.tail()) {
      assertThat(commands.run(WRITE, List.of("k"), List.of(new byte[1]))).isNotNull();
      assertThat(tail.read(List.of("s"), Duration.ofMillis(1))).isEmpty();
    }
    expect(encrypted(other, trusted), Reason.UNTRUSTED, "a certificate for another name");
    expect(encrypted(expired, trusted), Reason.UNTRUSTED, "a certificate that has expired");
    expect(encrypted(early, trusted), Reason.UNTRUSTED, "a certificate that is not valid yet");
    expect(
        RedisAddress.parse("rediss://:" + PASSWORD + "@127.0.0.1:" + good.port()),
        Reason.UNTRUSTED,
        "signed by nobody this machine trusts");
    expect(
        encrypted(good, folder.resolve("nothing.pem")), Reason.UNTRUSTED, "nothing.pem cannot be");
    expect(good, ":" + PASSWORD + "@", Reason.UNSUITABLE, "speaks TLS");
    TestRedis plain = start();
    expect(encrypted(plain, trusted), Reason.UNSUITABLE, "does not speak TLS");
  }

  @Test
  void memoryThatIsFull() {
    for (Path program : List.of(TestRedis.program(), TestRedis.oldProgram())) {
      TestRedis redis = open(TestRedis.start(program, List.of("--maxmemory", "100kb")));
      expect(redis, "", Reason.FULL, "its memory is full");
      try (JedisCommands commands = new JedisCommands(redis.address())) {
        assertThat(commands.run(READ, List.of("k"), List.of())).isNull();
      }
    }
  }

  @Test
  void diskThatIsFull() throws Exception {
    Path disk = smallDisk();
    for (Path program : List.of(TestRedis.program(), TestRedis.oldProgram())) {
      TestRedis redis =
          open(TestRedis.start(program, List.of("--dir", disk.toString(), "--appendonly", "yes")));
      try (JedisCommands commands = new JedisCommands(redis.address())) {
        Throwable thrown = null;
        for (int i = 0; i < 100 && thrown == null; i++) {
          String key = "k" + i;
          thrown =
              catchThrowable(
                  () -> commands.run(WRITE, List.of(key), List.of(new byte[256 * 1024])));
        }
        check(thrown, Reason.FULL, "cannot write to its disk");
      }
      redis.kill();
      try (Stream<Path> files = Files.walk(disk)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.write(disk.resolve("ballast"), new byte[1024 * 1024 - 40 * 1024]);
    check(
        catchThrowable(
            () -> {
              EmbeddedRedis redis =
                  EmbeddedRedis.open(
                      disk.resolve("data"), TestRedis.program().resolveSibling("").toString());
              open(redis);
              try (JedisCommands commands = new JedisCommands(redis.address())) {
                commands.run(WRITE, List.of("k"), List.of(new byte[256 * 1024]));
              }
            }),
        Reason.UNAVAILABLE,
        "");
  }

  @Test
  void replica() {
    TestRedis primary = start();
    for (Path program : List.of(TestRedis.program(), TestRedis.oldProgram())) {
      TestRedis replica =
          open(
              TestRedis.start(
                  program, List.of("--replicaof", TestRedis.HOST, "" + primary.port())));
      expect(replica, "", Reason.READ_ONLY, "is a replica and only reads");
    }
  }

  @Test
  void replicaWithoutItsPrimary() throws IOException {
    TestRedis replica =
        start(
            "--replicaof",
            TestRedis.HOST + " " + nobodysPort(),
            "--replica-serve-stale-data",
            "no");

    expect(replica, "", Reason.BUSY, "lost its primary");
  }

  @Test
  void primaryWithTooFewReplicas() {
    expect(start("--min-replicas-to-write", "1"), "", Reason.BUSY, "fewer replicas");
  }

  @Test
  void serverThatStillReadsItsData() {
    FakeServer fake =
        open(
            FakeServer.answering(
                words ->
                    words.get(0).equals("HELLO")
                        ? FakeServer.HELLO
                        : "-LOADING Redis is loading the dataset in memory\r\n"));

    expect(fake.address(":" + PASSWORD + "@"), Reason.BUSY, "still reads its data");
  }

  @Test
  void serverThatIsBusyWithAScript() {
    TestRedis redis = start("--lua-time-limit", "50", "--busy-reply-threshold", "50");
    try (JedisCommands one = new JedisCommands(redis.address(), SHORT);
        JedisCommands two = new JedisCommands(redis.address(), SHORT)) {
      check(
          catchThrowable(() -> one.run(ENDLESS, List.of(), List.of())),
          Reason.UNAVAILABLE,
          "did not answer in time");
      check(
          catchThrowable(() -> two.run(READ, List.of("k"), List.of())),
          Reason.BUSY,
          "busy with a script");
    }
  }

  @Test
  void clusterThatIsDown() {
    expect(start("--cluster-enabled", "yes"), "", Reason.BUSY, "a cluster that is down");
  }

  @Test
  void connectionsThatAreUsedUp() throws Exception {
    TestRedis redis = start("--maxclients", "1");
    try (JedisCommands other = new JedisCommands(redis.address())) {
      assertThat(other.run(READ, List.of("k"), List.of())).isNull();
      expect(redis, "", Reason.BUSY, "takes no more connections");
    }
  }

  @Test
  void databaseThatIsNotThere() {
    TestRedis redis = start();
    expect(RedisAddress.parse(redis.address() + "/99"), Reason.UNSUITABLE, "has no database 99");
  }

  @Test
  void keyOfAnotherKind() {
    TestRedis redis = start();
    try (JedisCommands commands = new JedisCommands(redis.address())) {
      commands.run(
          Script.of("list", "return redis.call('LPUSH', KEYS[1], '1')"), List.of("k"), List.of());
      check(
          catchThrowable(() -> commands.run(READ, List.of("k"), List.of())),
          Reason.UNREADABLE,
          "holds something else");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5.0.14, version 5.0.14",
    "4.0.9, version 4.0.9",
    "6.0.16, version 6.0.16",
    "6.1.240, version 6.1.240"
  })
  void serverThatIsTooOld(String version, String told) {
    boolean greets = version.startsWith("6");
    String info = "# Server\r\nredis_version:" + version + "\r\nredis_mode:standalone\r\n";
    FakeServer fake =
        open(
            FakeServer.answering(
                words ->
                    switch (words.get(0)) {
                      case "HELLO" ->
                          greets
                              ? FakeServer.hello(version, "standalone")
                              // Real ones repeat what they were sent.
                              : "-ERR unknown command `HELLO`, with args beginning with: `2`,"
                                  + " `AUTH`, `default`, `"
                                  + PASSWORD
                                  + "`, \r\n";
                      case "AUTH" -> "+OK\r\n";
                      case "INFO" -> FakeServer.bulk(info);
                      default -> "-ERR unknown command\r\n";
                    }));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNSUITABLE, told);
  }

  @Test
  void oldServerThatRefusesThePassword() {
    FakeServer fake =
        open(
            FakeServer.answering(
                words ->
                    "-ERR "
                        + (words.get(0).equals("HELLO") ? "unknown command " : "")
                        + words
                        + "\r\n"));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNSUITABLE, "did not accept the greeting");
  }

  @Test
  void proxyThatKnowsNoGreetingIsUsedAllTheSame() {
    FakeServer fake =
        open(
            FakeServer.answering(
                words ->
                    switch (words.get(0)) {
                      case "HELLO" -> "-ERR unknown command 'HELLO'\r\n";
                      case "AUTH" -> "+OK\r\n";
                      case "INFO" -> FakeServer.bulk("");
                      default -> ":1\r\n";
                    }));

    try (JedisCommands commands = new JedisCommands(fake.address(":" + PASSWORD + "@"))) {
      assertThat(commands.run(READ, List.of("k"), List.of())).isEqualTo(1L);
    }
  }

  @Test
  void sentinel() {
    FakeServer fake = open(FakeServer.answering(words -> FakeServer.hello("7.0.15", "sentinel")));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNSUITABLE, "is a Sentinel");
  }

  @ParameterizedTest
  @CsvSource({
    "ERR max requests limit exceeded. Limit: 500000, quota",
    "ERR max daily request limit exceeded. Limit: 10000, quota"
  })
  void quotaThatIsUsedUp(String error, String told) {
    FakeServer fake =
        open(
            FakeServer.answering(
                words -> words.get(0).equals("HELLO") ? FakeServer.HELLO : "-" + error + "\r\n"));

    expect(fake.address(":" + PASSWORD + "@"), Reason.FULL, told);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 400 Bad Request, answers in another protocol",
    "SSH-2.0-OpenSSH_9.2, answers in another protocol",
    "220 mail.example ESMTP, answers in another protocol"
  })
  void somethingElse(String banner, String told) {
    FakeServer fake =
        open(
            FakeServer.talking(
                (in, out) -> {
                  out.write((banner + "\r\n").getBytes(UTF_8));
                  out.flush();
                  in.transferTo(OutputStream.nullOutputStream());
                }));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNSUITABLE, told);
    expect(
        RedisAddress.parse(fake.address("").toString().replace("redis:", "rediss:")),
        Reason.UNSUITABLE,
        "does not speak TLS");
  }

  @Test
  void nobody() throws IOException {
    expect(
        RedisAddress.parse("redis://:" + PASSWORD + "@127.0.0.1:" + nobodysPort()),
        Reason.UNAVAILABLE,
        "cannot be reached");
    expect(
        RedisAddress.parse("rediss://:" + PASSWORD + "@there-is-no-such-host.invalid"),
        Reason.UNAVAILABLE,
        "cannot be found");
  }

  @Test
  void serverThatSaysNothing() {
    FakeServer fake =
        open(FakeServer.talking((in, out) -> in.transferTo(OutputStream.nullOutputStream())));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNAVAILABLE, "said nothing");
    expect(
        RedisAddress.parse(fake.address("").toString().replace("redis:", "rediss:")),
        Reason.UNAVAILABLE,
        "when TLS was begun");
  }

  @Test
  void serverThatClosesAtOnce() {
    FakeServer fake = open(FakeServer.talking((in, out) -> in.skipNBytes(1)));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNAVAILABLE, "before it said anything");
    expect(
        RedisAddress.parse(fake.address("").toString().replace("redis:", "rediss:")),
        Reason.UNAVAILABLE,
        "when TLS was begun");
  }

  @Test
  void answerThatComesInDrops() {
    CountDownLatch never = new CountDownLatch(1);
    FakeServer fake =
        open(
            FakeServer.talking(
                (in, out) -> {
                  out.write((FakeServer.HELLO + "$1000000\r\n").getBytes(UTF_8));
                  try {
                    while (!never.await(100, TimeUnit.MILLISECONDS)) {
                      out.write('x');
                      out.flush();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));

    expect(fake.address(":" + PASSWORD + "@"), Reason.UNAVAILABLE, "did not answer in time");
  }

  @Test
  void serverThatDoesNotReadWhatItIsSent() {
    CountDownLatch never = new CountDownLatch(1);
    FakeServer fake =
        open(
            FakeServer.talking(
                (in, out) -> {
                  out.write(FakeServer.HELLO.getBytes(UTF_8));
                  out.flush();
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));

    try (JedisCommands commands = new JedisCommands(fake.address(""), SHORT)) {
      byte[] much = new byte[32 << 20];
      check(
          catchThrowable(() -> commands.run(WRITE, List.of("k"), List.of(much))),
          Reason.UNAVAILABLE,
          "did not answer in time");
    }
  }

  private Path smallDisk() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .start();
    mount.getInputStream().transferTo(OutputStream.nullOutputStream());
    Requirement.need(
        "mount", mount.waitFor() == 0, "this user may not mount a small disk to fill it");
    opened.add(
        0,
        () ->
            assertThat(new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor())
                .isZero());
    return disk;
  }

  private TestRedis start(String... settings) {
    return start(List.of(settings));
  }

  private TestRedis start(List<String> settings) {
    return open(TestRedis.start(TestRedis.program(), settings));
  }

  private <T extends AutoCloseable> T open(T one) {
    opened.add(0, one);
    return one;
  }

  private static RedisAddress encrypted(TestRedis redis, Path authority) {
    return RedisAddress.builder("rediss://:" + PASSWORD + "@localhost:" + redis.port())
        .authority(authority)
        .build();
  }

  private static void expect(TestRedis redis, String user, Reason reason, String told) {
    expect(
        RedisAddress.parse("redis://" + user + TestRedis.HOST + ":" + redis.port()), reason, told);
  }

  /** Twice: what is wrong must be told again to who asks again. And the probe tells it too. */
  private static void expect(RedisAddress address, Reason reason, String told) {
    try (JedisCommands commands = new JedisCommands(address, SHORT)) {
      for (int i = 0; i < 2; i++) {
        long began = System.nanoTime();
        check(
            catchThrowable(() -> commands.run(WRITE, List.of("k"), List.of(new byte[1]))),
            reason,
            told);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
      }
    }
    assertThat(RedisProbe.look(address)).isNotEmpty().asString().doesNotContain(PASSWORD);
  }

  private static void check(@Nullable Throwable thrown, Reason reason, String told) {
    assertThat(thrown).isInstanceOf(QueueException.class);
    QueueException fault = (QueueException) thrown;
    StringWriter trace = new StringWriter();
    fault.printStackTrace(new PrintWriter(trace));
    assertThat(fault.reason()).as(trace.toString()).isEqualTo(reason);
    assertThat(fault).hasMessageContaining(told);
    assertThat(fault.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
    assertThat(fault.remedy()).isNotBlank().doesNotContain("\n");
    assertThat(trace.toString() + fault.remedy()).doesNotContain(PASSWORD);
  }

  private static int nobodysPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
