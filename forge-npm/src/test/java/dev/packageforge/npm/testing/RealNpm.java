package dev.packageforge.npm.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Secret;
import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The machine's own npm, with a home of its own and one registry: what people will use on what was
 * published.
 */
public final class RealNpm {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path home;
  private final Path program;

  /**
   * What npm said.
   *
   * @param exit its exit code
   * @param out what it wrote
   * @param err what it wrote of errors
   */
  public record Said(int exit, String out, String err) {
    /** Both, for a test that failed. */
    @Override
    public String toString() {
      return "exit " + exit + "\n" + out + "\n" + err;
    }
  }

  private RealNpm(Path home, Path program) {
    this.home = home;
    this.program = program;
  }

  /**
   * An npm that knows this registry and this token.
   *
   * @param home a folder for its settings and its cache; empty
   */
  public static RealNpm at(Path home, URI registry, Secret token) {
    try {
      Files.createDirectories(home);
      String place = registry.toString().substring(registry.getScheme().length() + 1);
      Files.writeString(
          home.resolve(".npmrc"),
          String.join(
              "\n",
              "registry=" + registry,
              place + ":_authToken=" + token.reveal(),
              "cache=" + home.resolve("cache"),
              "audit=false",
              "fund=false",
              "update-notifier=false",
              ""));
      return new RealNpm(home, Path.of("npm"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs npm in a folder and waits for it. */
  public Said run(Path folder, String... arguments) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    return start(folder, line);
  }

  /** Runs a script of Node in a folder and waits for it. */
  public Said node(Path folder, String script) throws InterruptedException {
    return start(folder, List.of("node", "-e", script));
  }

  private Said start(Path folder, List<String> line) throws InterruptedException {
    try {
      Path out = Files.createTempFile(home, "npm", ".out");
      Path err = Files.createTempFile(home, "npm", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("npm_"));
      environment.put("HOME", home.toString());
      environment.put("npm_config_userconfig", home.resolve(".npmrc").toString());
      Process process = begin(builder);
      try {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException("it does not end: " + line);
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Said(
          process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process begin(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      Requirement.need("node", false, "npm or node cannot be started: " + e.getMessage());
      throw e;
    }
  }
}
