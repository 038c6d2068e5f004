package dev.packageforge.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A redis-server that a bench starts for itself: on loopback, on a free port, without persistence,
 * and ended with the bench. All contenders get servers that were started like this.
 */
final class BenchRedis implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private static final String READY = "eady to accept connections";
  private static final int TRIES = 5;

  private final Process process;
  private final int port;

  private BenchRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param program the redis-server
   * @param folder where it may put files; it is told to keep none
   */
  static BenchRedis start(Path program, Path folder) {
    String said = "";
    for (int i = 0; i < TRIES; i++) {
      try {
        int port = freePort();
        Process process =
            new ProcessBuilder(command(program, folder, port)).redirectErrorStream(true).start();
        BufferedReader output =
            new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          said = line;
          if (line.contains(READY)) {
            return new BenchRedis(process, port);
          }
        }
        process.destroyForcibly();
      } catch (IOException e) {
        said = Words.reason(e);
      }
    }
    throw new CommandException(
        Exit.NOT_READY,
        program + " does not start: " + said,
        "See that this is a redis-server of version 6.2 or newer.");
  }

  private static List<String> command(Path program, Path folder, int port) throws IOException {
    Path own = Files.createTempDirectory(folder, "redis");
    return List.of(
        program.toString(),
        "--bind",
        HOST,
        "--port",
        Integer.toString(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        own.toString());
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
