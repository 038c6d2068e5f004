package dev.packageforge.examples;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the command meets the process: the one place that reads the environment and exits. */
public final class ForgeMain {
  private static final int USUAL_ROWS = 24;
  private static final int BUFFER = 8192;

  private ForgeMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintStream err = stream(FileDescriptor.err);
    Surroundings around =
        new Surroundings(
            System.getenv(),
            properties(),
            Path.of("").toAbsolutePath(),
            new Surroundings.Streams(
                System.in, stream(FileDescriptor.out), err, screen(), person()),
            Clock.systemUTC(),
            ForgeMain::freeBytes);
    Interrupts interrupts = new Interrupts(err, ForgeMain::stopNow);
    interrupts.listen();
    Programs programs = new Programs(around);
    System.exit(
        ForgeCommand.run(
            around,
            interrupts,
            new Doctor(around, programs),
            new LocalWorkshop(around, programs),
            arguments));
  }

  /** In UTF-8 whatever the locale says: the launcher sees to it that the locale agrees. */
  private static PrintStream stream(FileDescriptor to) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(to), BUFFER), true, StandardCharsets.UTF_8);
  }

  private static Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    System.getProperties().stringPropertyNames().stream()
        .forEach(name -> properties.put(name, System.getProperty(name)));
    return properties;
  }

  /** The launcher tells {@code ROWS COLUMNS}, as {@code stty size} does; nothing if piped. */
  private static Surroundings.@Nullable Screen screen() {
    String rows = System.getProperty("forge.screen", "").strip().split(" ", 2)[0];
    if (rows.isEmpty()) {
      return null;
    }
    boolean sensible = rows.matches("[1-9][0-9]{0,3}");
    return new Surroundings.Screen(sensible ? Integer.parseInt(rows) : USUAL_ROWS);
  }

  private static boolean person() {
    return !System.getProperty("forge.person", "").isEmpty();
  }

  private static long freeBytes(Path place) {
    try {
      return Files.getFileStore(place).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Leaves nothing of ours running, and does not wait for anything. */
  private static void stopNow() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
  }
}
