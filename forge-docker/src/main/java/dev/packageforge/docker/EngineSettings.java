package dev.packageforge.docker;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What decides which engine is talked to, and how.
 *
 * @param address as somebody set it; null to look where users have theirs
 * @param runtime what runs the containers, as {@code runsc}; null for the engine's own choice
 * @param environment the variables that Docker's and Podman's own programs read; others are ignored
 * @param home the user's
 * @param root where absolute paths begin; other than {@code /} in tests alone
 * @param deadlines how long an engine may take
 */
record EngineSettings(
    @Nullable String address,
    @Nullable String runtime,
    Map<String, String> environment,
    Path home,
    Path root,
    Engine.Deadlines deadlines) {
  EngineSettings {
    environment = Map.copyOf(environment);
  }

  static EngineSettings of(
      @Nullable String address,
      @Nullable String runtime,
      Map<String, String> environment,
      Path home) {
    return new EngineSettings(
        address, runtime, environment, home, Path.of("/"), Engine.Deadlines.DEFAULT);
  }

  EngineSettings withDeadlines(Engine.Deadlines other) {
    return new EngineSettings(address, runtime, environment, home, root, other);
  }

  /** A variable; empty if it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "").strip();
  }
}
