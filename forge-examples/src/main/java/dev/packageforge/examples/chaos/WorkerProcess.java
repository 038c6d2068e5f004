package dev.packageforge.examples.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A worker in a process of its own, to be killed and started again under the same name. */
final class WorkerProcess implements AutoCloseable {
  static final List<String> SOUND = List.of(ChaosWorker.class.getName());

  private final String name;
  private final Path folder;
  private final List<String> program;
  private final Set<Long> pids = ConcurrentHashMap.newKeySet();
  private Process process;

  /** A sound one. */
  static WorkerProcess of(String name, Path parent, Doubles doubles, int redisPort, int threads) {
    return of(name, parent, SOUND, doubles, redisPort, threads);
  }

  /**
   * Starts it.
   *
   * @param parent the settings, the log, its identity and its journal are in a folder below
   * @param program the name of its main class, and arguments before the settings' file
   */
  static WorkerProcess of(
      String name, Path parent, List<String> program, Doubles doubles, int redisPort, int threads) {
    Properties settings = new Properties();
    settings.setProperty(ChaosWorker.REDIS, RedisServer.address(redisPort));
    settings.setProperty(ChaosWorker.DOUBLES, doubles.address());
    settings.setProperty(ChaosWorker.NAME, name);
    settings.setProperty(ChaosWorker.CONCURRENCY, Integer.toString(threads));
    return new WorkerProcess(name, parent.resolve(name), program, settings);
  }

  private WorkerProcess(String name, Path folder, List<String> program, Properties settings) {
    this.name = name;
    this.folder = folder;
    this.program = program;
    try {
      Files.createDirectories(folder);
      try (OutputStream out = Files.newOutputStream(settingsFile())) {
        settings.store(out, null);
      }
      this.process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException("a worker cannot be started: " + e.getMessage(), e);
    }
  }

  private Path settingsFile() {
    return folder.resolve("worker.properties");
  }

  /** The command line of a Java program like this one. */
  static List<String> java(List<String> program) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    line.addAll(program);
    return line;
  }

  private Process launch() throws IOException {
    List<String> line = java(program);
    line.add(settingsFile().toString());
    Process started =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("worker.log").toFile()))
            .start();
    pids.add(started.pid());
    return started;
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Every process that was started here. */
  Set<Long> pids() {
    return Set.copyOf(pids);
  }

  /** Kills it where it stands. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again, under the same name, in the same folder. */
  void start() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException("a worker cannot be started again", e);
    }
  }

  /** Freezes it where it stands, or lets it go on. */
  void signal(String signal) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("there is no kill command", e);
    }
  }

  /** Asks it to go home; whether it did in time. */
  boolean stop(Duration within) throws InterruptedException {
    process.destroy();
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
