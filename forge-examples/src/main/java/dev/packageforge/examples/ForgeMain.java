package dev.packageforge.examples;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the command meets the process: the one place that reads the environment and exits. */
public final class ForgeMain {
  private static final int USUAL_ROWS = 24;
  private static final int USUAL_COLUMNS = 80;
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,3}) ([1-9][0-9]{0,3})");
  private static final int BUFFER = 8192;
  private static final AtomicBoolean HUSHED = new AtomicBoolean();

  private ForgeMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintStream err = stream(FileDescriptor.err);
    Surroundings.Screen screen = screen();
    Surroundings around =
        new Surroundings(
            System.getenv(),
            properties(),
            Path.of("").toAbsolutePath(),
            new Surroundings.Streams(
                System.in, stream(FileDescriptor.out), err, screen, person(), ForgeMain::hushed),
            Clock.systemUTC(),
            ForgeMain::freeBytes);
    Interrupts interrupts = new Interrupts(err, ForgeMain::stopNow);
    interrupts.listen();
    if (screen != null) {
      interrupts.hear("WINCH", () -> measure(screen));
    }
    Programs programs = new Programs(around);
    StoreHouse stores = new LocalStores(around);
    int exit;
    try (Sandboxes sandboxes =
            new Sandboxes(
                around, List.of(new DockerKind(around), new BubblewrapKind(around, programs)));
        LocalWorkshop workshop = new LocalWorkshop(around, programs, sandboxes)) {
      Doctor doctor = new Doctor(around, programs, stores, sandboxes);
      exit =
          ForgeCommand.run(
              around,
              interrupts,
              new ForgeCommand.Parts(doctor, workshop, stores, workshop::gate, sandboxes),
              arguments);
    }
    System.exit(exit);
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
    String size = System.getProperty("forge.screen", "").strip();
    if (size.isEmpty()) {
      return null;
    }
    Surroundings.Screen screen = new Surroundings.Screen(USUAL_ROWS, USUAL_COLUMNS);
    resize(screen, size);
    return screen;
  }

  private static void resize(Surroundings.Screen screen, String size) {
    Matcher sensible = SIZE.matcher(size.strip());
    if (sensible.matches()) {
      screen.resize(Integer.parseInt(sensible.group(1)), Integer.parseInt(sensible.group(2)));
    }
  }

  /** A terminal tells only that its size changed; Java cannot ask for it, and stty can. */
  private static void measure(Surroundings.Screen screen) {
    resize(screen, stty("size"));
  }

  /** What is typed is not shown, until what is returned is run, or this process stops at once. */
  private static Runnable hushed() {
    stty("-echo");
    HUSHED.set(true);
    return ForgeMain::unhush;
  }

  private static void unhush() {
    if (HUSHED.compareAndSet(true, false)) {
      stty("echo");
    }
  }

  /** Has the terminal set or asked; without one, or without stty, it stays as it was. */
  private static String stty(String what) {
    ProcessBuilder builder =
        new ProcessBuilder("stty", what)
            .redirectInput(new File("/dev/tty"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    try {
      Process stty = builder.start();
      try (InputStream said = stty.getInputStream()) {
        return new String(said.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return "";
    }
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
    unhush();
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
  }
}
