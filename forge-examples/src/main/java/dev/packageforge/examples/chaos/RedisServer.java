package dev.packageforge.examples.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A real redis-server of our own, in a folder of its own, to be killed and started again. */
final class RedisServer implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final int LOOK_AGAIN_MILLIS = 20;
  private static final String PASSWORD = "chaos";

  private final Path folder;
  private final int port;
  private final Set<Long> pids = ConcurrentHashMap.newKeySet();
  private Process process;

  /**
   * Starts it.
   *
   * @param durable whether what it answered survives its death
   */
  RedisServer(Path folder, boolean durable) throws InterruptedException {
    this.folder = folder;
    try {
      this.port = freePort();
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("redis.conf"), configuration(port, folder, durable));
      this.process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server cannot be started: " + e.getMessage(), e);
    }
    awaitReady();
  }

  private static String configuration(int port, Path folder, boolean durable) {
    return String.join(
        "\n",
        "bind 127.0.0.1",
        "port " + port,
        "requirepass " + PASSWORD,
        "dir \"" + folder + "\"",
        "appendonly " + (durable ? "yes" : "no"),
        "appendfsync always",
        "save \"\"",
        "maxmemory-policy noeviction",
        "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder("redis-server", folder.resolve("redis.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    pids.add(started.pid());
    return started;
  }

  Path log() {
    return folder.resolve("redis.log");
  }

  int port() {
    return port;
  }

  /** The address of this server, or of a proxy before it. */
  static String address(int port) {
    return "redis://:" + PASSWORD + "@127.0.0.1:" + port;
  }

  /** Every process that was started here. */
  Set<Long> pids() {
    return Set.copyOf(pids);
  }

  RawRedis connect() throws IOException {
    return new RawRedis(port, PASSWORD);
  }

  /** Kills it where it stands, and starts it again on what it had written. */
  void killAndRestart() throws InterruptedException {
    process.destroyForcibly().waitFor();
    try {
      process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server cannot be started again", e);
    }
    awaitReady();
  }

  /** Waits until this very process, and no other on the same port, answers. */
  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      try (RawRedis redis = connect()) {
        List<String> server = redis.ask("INFO", "server");
        if (server.get(0).contains("process_id:" + process.pid() + "\r")) {
          return;
        }
        throw new IllegalStateException("another server listens on port " + port);
      } catch (IOException notYet) {
        if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("redis-server ended at once; see " + log(), notYet);
        }
      }
    }
    throw new IllegalStateException("redis-server does not answer; see " + log());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
