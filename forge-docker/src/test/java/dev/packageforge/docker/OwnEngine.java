package dev.packageforge.docker;

import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine of a test's own, which may be killed, frozen and started again: with its own
 * folders, socket and containerd, and without any network.
 */
@SuppressWarnings("try") // closing waits for processes, and may be interrupted
final class OwnEngine implements AutoCloseable {
  private static final long SOON_SECONDS = 60;

  private final Path folder;
  private final Path socket;
  private final String image;
  private @Nullable Process containerd;
  private @Nullable Process daemon;

  private OwnEngine(Path folder, String image) {
    this.folder = folder;
    this.image = image;
    this.socket = folder.resolve("d.sock");
  }

  /** Starts one with the image that tests use. */
  static OwnEngine start(Path folder, String image) throws Exception {
    Requirement.need(
        "docker",
        program("dockerd").isPresent()
            && program("containerd").isPresent()
            && System.getProperty("user.name").equals("root"),
        "an engine of its own needs dockerd, containerd and root.");
    OwnEngine engine = new OwnEngine(folder, image);
    boolean good = false;
    try {
      engine.containerd =
          begin(
              "containerd successfully booted",
              "containerd",
              "--address",
              engine.path("c.sock"),
              "--root",
              engine.path("containerd"),
              "--state",
              engine.path("containerd-state"));
      engine.again();
      Path archive = folder.resolve("image.tar");
      run("docker", "save", "-o", archive.toString(), image);
      run("docker", "-H", engine.address(), "load", "-i", archive.toString());
      Files.delete(archive);
      good = true;
      return engine;
    } finally {
      if (!good) {
        engine.close();
      }
    }
  }

  String address() {
    return "unix://" + socket;
  }

  /** Starts the daemon, or starts it again. */
  void again() throws Exception {
    Files.deleteIfExists(folder.resolve("d.pid"));
    daemon =
        begin(
            "API listen on",
            // A daemon without a bridge removes the one it finds, which is that of the machine's
            // own.
            "unshare",
            "--net",
            "dockerd",
            "--host",
            address(),
            "--containerd",
            path("c.sock"),
            "--data-root",
            path("data"),
            "--exec-root",
            path("exec"),
            "--pidfile",
            path("d.pid"),
            "--bridge=none",
            "--iptables=false");
  }

  /** Ends the daemon as nothing ends a daemon that can still do something about it. */
  void kill() throws InterruptedException {
    Process process = daemon();
    process.destroyForcibly();
    process.waitFor(SOON_SECONDS, TimeUnit.SECONDS);
  }

  /** Ends the daemon as its supervisor does. */
  void stop() throws InterruptedException {
    Process process = daemon();
    process.destroy();
    process.waitFor(SOON_SECONDS, TimeUnit.SECONDS);
  }

  void freeze() throws Exception {
    run("kill", "-STOP", Long.toString(daemon().pid()));
  }

  void thaw() throws Exception {
    run("kill", "-CONT", Long.toString(daemon().pid()));
  }

  /** The ids of its containers. */
  List<String> containers() throws Exception {
    return run("docker", "-H", address(), "ps", "-aq", "--no-trunc");
  }

  /** The names of its volumes. */
  List<String> volumes() throws Exception {
    return run("docker", "-H", address(), "volume", "ls", "-q");
  }

  @Override
  public void close() throws Exception {
    if (daemon != null && daemon.isAlive()) {
      thaw();
      for (String left : containers()) {
        run("docker", "-H", address(), "rm", "-f", left);
      }
      run("docker", "-H", address(), "rmi", "-f", image);
      stop();
    }
    if (containerd != null) {
      containerd.destroy();
      containerd.waitFor(SOON_SECONDS, TimeUnit.SECONDS);
    }
    List<String> mounts =
        new ArrayList<>(
            Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1)[1])
                .filter(at -> at.startsWith(folder + "/"))
                .toList());
    mounts.sort(Comparator.reverseOrder());
    for (String mount : mounts) {
      run("umount", mount);
    }
  }

  private Process daemon() {
    if (daemon == null) {
      throw new IllegalStateException("not started");
    }
    return daemon;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Process begin(String ready, String... line) throws Exception {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    CountDownLatch up = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (String said = out.readLine(); said != null; said = out.readLine()) {
                  if (said.contains(ready)) {
                    up.countDown();
                  }
                }
              } catch (IOException e) {
                // It was ended; what it would have said, nobody needs.
              }
            },
            "own-engine-output");
    reader.setDaemon(true);
    reader.start();
    if (!up.await(SOON_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(line[0] + " did not say: " + ready);
    }
    return process;
  }

  private static List<String> run(String... line) throws Exception {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    List<String> said;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      said = out.lines().toList();
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", line) + ": " + said);
    }
    return said;
  }

  private static Optional<Path> program(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
