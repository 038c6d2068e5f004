package dev.packageforge.examples;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that comes to the command from outside itself. {@link ForgeMain} takes it from the
 * process; tests hand in their own.
 *
 * @param environment the environment variables
 * @param properties the system properties
 * @param folder the current folder, absolute
 * @param streams input and output
 * @param clock the time
 * @param freeBytes how much can still be written at a place
 */
record Surroundings(
    Map<String, String> environment,
    Map<String, String> properties,
    Path folder,
    Streams streams,
    Clock clock,
    ToLongFunction<Path> freeBytes) {

  /**
   * The three streams.
   *
   * @param screen the terminal that {@code out} is, if it is one
   * @param person whether {@code in} is a terminal, so that a question can be answered
   * @param hush keeps the terminal from showing what is typed, until what it returns is run
   */
  record Streams(
      InputStream in,
      PrintStream out,
      PrintStream err,
      @Nullable Screen screen,
      boolean person,
      Supplier<Runnable> hush) {
    /** Streams without a terminal that could be kept from showing anything. */
    Streams(
        InputStream in, PrintStream out, PrintStream err, @Nullable Screen screen, boolean person) {
      this(in, out, err, screen, person, () -> () -> {});
    }

    /** Where a person sees a question: not in a file that the output goes to. */
    PrintStream talk() {
      return screen == null ? err : out;
    }

    void line(String text) {
      out.println(text);
    }
  }

  /** A terminal's size, which a person may change at any time. */
  static final class Screen {
    private volatile Size size;

    private record Size(int rows, int columns) {}

    Screen(int rows, int columns) {
      this.size = new Size(rows, columns);
    }

    void resize(int rows, int columns) {
      size = new Size(rows, columns);
    }

    int rows() {
      return size.rows();
    }

    int columns() {
      return size.columns();
    }
  }

  Surroundings {
    environment = Map.copyOf(environment);
    properties = Map.copyOf(properties);
  }

  /** What a person types to run this command, for sentences that say what to do next. */
  String command() {
    return property("forge.command").orElse("forge");
  }

  /** A system property that has a value. */
  Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name)).filter(value -> !value.isBlank());
  }

  /** An environment variable that has a value. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** The same without anybody who could answer a question. */
  Surroundings withoutPerson() {
    Streams mute = new Streams(streams.in(), streams.out(), streams.err(), streams.screen(), false);
    return new Surroundings(environment, properties, folder, mute, clock, freeBytes);
  }

  /** The terminal to draw on; empty if there is none, or if plain lines are wanted. */
  Optional<Screen> canvas() {
    boolean plain =
        variable("CI").isPresent()
            || variable("NO_COLOR").isPresent()
            || variable("TERM").filter("dumb"::equals).isPresent();
    return plain ? Optional.empty() : Optional.ofNullable(streams.screen());
  }
}
