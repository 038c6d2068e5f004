package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real redis-server on loopback that keeps nothing and ends with this JVM at the latest. */
final class TestRedis implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private static final String READY = "eady to accept connections";
  private static final int TRIES = 5;
  private static final AtomicLong QUEUES = new AtomicLong();

  private static @Nullable TestRedis shared;

  private final Process process;
  private final List<String> command;
  private final Path folder;
  private final int port;

  private TestRedis(Process process, List<String> command, Path folder, int port) {
    this.process = process;
    this.command = List.copyOf(command);
    this.folder = folder;
    this.port = port;
  }

  /** The one server that the tests of this JVM share; each takes a queue name of its own. */
  static synchronized TestRedis shared() {
    if (shared == null) {
      shared = start(program(), List.of());
    }
    return shared;
  }

  /** A name that no other test of this JVM uses. */
  static String newQueue() {
    return "q" + QUEUES.incrementAndGet();
  }

  /** The redis-server on the PATH; the test ends here if there is none. */
  static Path program() {
    Optional<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    Requirement.need("redis", found.isPresent(), "put a redis-server on the PATH");
    return found.orElseThrow();
  }

  /**
   * Starts a server for one test, which closes it.
   *
   * @param program which
   * @param settings as on its command line; those given here come last and win. {@code {port}} in
   *     one stands for the port, and {@code {bus}} for another free one
   */
  static TestRedis start(Path program, List<String> settings) {
    for (int i = 0; i < TRIES; i++) {
      Optional<TestRedis> started = tryToStart(program, settings, freePort());
      if (started.isPresent()) {
        return started.get();
      }
    }
    throw new IllegalStateException(program + " did not start with " + settings);
  }

  /** The redis-server 6.2 that comes with a library; the test ends here if it does not run. */
  static Path oldProgram() {
    try {
      Path folder = Path.of(System.getProperty("java.io.tmpdir"), "forge-redis-old");
      Optional<RedisProgram> program = RedisProgram.inJar(folder);
      Requirement.need("redis62", program.isPresent(), "the redis-server 6.2 does not run here");
      return program.orElseThrow().path();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one that died again, at the same port and on the same files. */
  TestRedis again() {
    try {
      return ready(command, folder, port)
          .orElseThrow(() -> new IllegalStateException("did not start again: " + command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is, without a password. */
  RedisAddress address() {
    return RedisAddress.parse("redis://" + HOST + ":" + port);
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** Where it keeps its files, if it is told to keep any. */
  Path folder() {
    return folder;
  }

  /** Ends it at once, as a fault would. */
  void kill() {
    try {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<TestRedis> tryToStart(Path program, List<String> settings, int port) {
    try {
      Path folder = Files.createTempDirectory("forge-redis");
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of("--bind", HOST, "--port", Integer.toString(port)));
      command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", folder.toString()));
      int bus = freePort();
      settings.forEach(
          setting -> command.add(setting.replace("{port}", "" + port).replace("{bus}", "" + bus)));
      return ready(command, folder, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<TestRedis> ready(List<String> command, Path folder, int port)
      throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    TestRedis redis = new TestRedis(process, command, folder, port);
    Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = output.readLine();
    while (line != null && !line.contains(READY)) {
      line = output.readLine();
    }
    if (line == null) {
      redis.close();
      return Optional.empty();
    }
    // Its pipe must not fill up.
    Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "redis-output");
    drain.setDaemon(true);
    drain.setUncaughtExceptionHandler((thread, ended) -> {});
    drain.start();
    return Optional.of(redis);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
