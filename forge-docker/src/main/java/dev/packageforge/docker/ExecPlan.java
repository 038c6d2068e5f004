package dev.packageforge.docker;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A command to run in a container that runs.
 *
 * @param line the program and its arguments
 * @param environment on top of what the container's image and plan have
 * @param user one of {@link Profile}'s
 * @param folder where it starts
 */
record ExecPlan(List<String> line, Map<String, String> environment, String user, String folder) {
  ExecPlan {
    line = List.copyOf(line);
    environment = Map.copyOf(environment);
    requireNonNull(user, "user");
    requireNonNull(folder, "folder");
    if (line.isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
  }
}
