package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The command as processes of its own, all with one data folder. */
final class RealForge {
  /** What a command did; {@code out} holds the errors, too. */
  record Ended(int exit, String out) {}

  static final Duration PATIENCE = Duration.ofMinutes(2);

  static final String CLASS_PATH = "CLASSPATH";

  private static final int LAST_LINES = 5;

  /** Whoever runs these tests in the background may have had Ctrl-C ignored, and so would ours. */
  private static final List<String> HEARING =
      List.of("/usr/bin/env", "--default-signal=INT,TERM,HUP");

  private static final boolean CAN_HEAR = canHear();

  private final Path folder;

  RealForge(Path folder) {
    this.folder = folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  Process start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  /**
   * Starts one.
   *
   * @param extra variables of its environment; those that begin with {@code forge.} are properties,
   *     and {@link #CLASS_PATH} is the class path
   */
  Process start(Map<String, String> extra, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(CAN_HEAR ? HEARING : List.of());
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    extra.forEach(
        (name, value) -> {
          if (name.startsWith("forge.")) {
            line.add("-D" + name + "=" + value);
          }
        });
    line.addAll(List.of("-cp", extra.getOrDefault(CLASS_PATH, classPath())));
    line.add(ForgeMain.class.getName());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.environment().keySet().removeIf(RealForge::isOurs);
    builder.environment().put("FORGE_DATA", data().toString());
    builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    // The same on every machine, and quick; who tests a sandbox says which.
    builder.environment().put("FORGE_SANDBOX", "process");
    // Fetched once for all tests of a build.
    Path toolbox = Path.of("target", "toolbox").toAbsolutePath();
    builder.environment().put("FORGE_TOOLBOX_FOLDER", toolbox.toString());
    builder.environment().putAll(extra);
    return builder.start();
  }

  /** Whoever runs these tests may have a key, and no test may ask a live model. */
  private static boolean isOurs(String variable) {
    return Stream.of("FORGE_", "GEMINI_", "GOOGLE_").anyMatch(variable::startsWith);
  }

  private static boolean canHear() {
    try {
      List<String> attempt = new ArrayList<>(HEARING);
      attempt.add("true");
      return new ProcessBuilder(attempt).start().waitFor() == 0;
    } catch (IOException notHere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Runs one to its end. */
  Ended run(String... arguments) throws Exception {
    return ended(start(arguments));
  }

  /** Runs one to its end; see {@link #start(Map, String...)}. */
  Ended run(Map<String, String> extra, String... arguments) throws Exception {
    return ended(start(extra, arguments));
  }

  static Ended ended(Process forge) throws Exception {
    String out =
        assertTimeoutPreemptively(
            PATIENCE,
            () -> new String(forge.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertThat(forge.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Ended(forge.exitValue(), out);
  }

  /** Reads what it prints until a line is as wanted; the lines read. */
  static List<String> readUntil(BufferedReader out, Predicate<String> wanted) {
    return assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          List<String> read = new ArrayList<>();
          String line = out.readLine();
          while (line != null) {
            read.add(line);
            if (wanted.test(line)) {
              return read;
            }
            line = out.readLine();
          }
          List<String> last = read.subList(Math.max(0, read.size() - LAST_LINES), read.size());
          throw new AssertionError("it ended early: " + String.join("\n", last));
        });
  }

  static BufferedReader reader(Process forge) {
    return forge.inputReader(StandardCharsets.UTF_8);
  }

  /** Kills it as {@code kill -9} does, and ends what it leaves behind. */
  static void kill(Process forge) {
    List<ProcessHandle> children = forge.descendants().toList();
    forge.destroyForcibly();
    assertThat(forge.onExit()).succeedsWithin(PATIENCE);
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(child -> assertThat(child.onExit()).succeedsWithin(PATIENCE));
  }

  static void signal(Process process, String name) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** The Redis servers that live in this data folder. */
  List<ProcessHandle> servers() {
    Path home = data().resolve("redis");
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, home)).toList();
  }

  private static boolean worksIn(ProcessHandle process, Path home) {
    try {
      Path place = Path.of("/proc", Long.toString(process.pid()), "cwd");
      return Files.isSameFile(place, home);
    } catch (IOException | UncheckedIOException gone) {
      return false;
    }
  }
}
