package dev.packageforge.sandbox;

import java.util.List;
import java.util.Map;

/**
 * A command line, without a shell.
 *
 * @param line the program and its arguments
 * @param environment variables on top of the sandbox's own few
 */
public record Command(List<String> line, Map<String, String> environment) {
  /** Copies, and refuses an empty line. */
  public Command {
    line = List.copyOf(line);
    environment = Map.copyOf(environment);
    if (line.isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
  }

  /** A command without variables of its own. */
  public static Command of(String... line) {
    return new Command(List.of(line), Map.of());
  }

  /** As a person would type it; not for a shell. */
  @Override
  public String toString() {
    return String.join(" ", line);
  }
}
