package dev.packageforge.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server that runs on this machine.
 *
 * @param path the program
 * @param version as it says it, such as {@code 7.0.15}
 */
public record RedisProgram(Path path, String version) {
  private static final String NAME = "redis-server";
  private static final Pattern VERSION = Pattern.compile("\\bv=(\\d+\\.\\d+\\.\\d+)");
  private static final int PATIENCE_SECONDS = 10;

  /** Of our environment; the rest may hold credentials, and a server lives longer than we do. */
  private static final Set<String> NEEDED =
      Set.of("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH");

  /** By system and processor; what com.github.codemonstur:embedded-redis has at its root. */
  private static final Map<String, String> RESOURCES =
      Map.of(
          "linux-amd64", "redis-server-6.2.6-v5-linux-amd64",
          "linux-386", "redis-server-6.2.7-linux-386",
          "linux-arm64", "redis-server-6.2.7-linux-arm64",
          "darwin-amd64", "redis-server-6.2.6-v5-darwin-amd64",
          "darwin-arm64", "redis-server-6.2.6-v5-darwin-arm64");

  /**
   * Finds one: on the search path, or else in the jar of embedded-redis if that is on the class
   * path. It is started once to see that it runs and which version it is; older than 6.2 does not
   * count.
   *
   * @param folder where the one of the jar is unpacked, once, below {@code bin}
   * @param searchPath as in the variable PATH; null for none
   * @return empty if none runs here
   * @throws IOException if it cannot be unpacked into the folder
   */
  public static Optional<RedisProgram> find(Path folder, @Nullable String searchPath)
      throws IOException {
    for (Path candidate : onPath(searchPath)) {
      Optional<RedisProgram> program = tried(candidate);
      if (program.isPresent()) {
        return program;
      }
    }
    return inJar(folder);
  }

  /** The one in the jar of embedded-redis. */
  static Optional<RedisProgram> inJar(Path folder) throws IOException {
    String resource = RESOURCES.get(platform());
    if (resource == null) {
      return Optional.empty();
    }
    Path unpacked = folder.resolve("bin").resolve(resource);
    if (!Files.isExecutable(unpacked)) {
      try (InputStream in = RedisProgram.class.getResourceAsStream("/" + resource)) {
        if (in == null) {
          return Optional.empty();
        }
        unpack(in, unpacked);
      }
    }
    return tried(unpacked);
  }

  /** Whether it can read what Redis 7 and newer write. */
  boolean readsManyFiles() {
    return !version.startsWith("6.");
  }

  private static void unpack(InputStream in, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = Files.createTempFile(target.getParent(), NAME, ".part");
    try {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      if (!part.toFile().setExecutable(true, true)) {
        throw new IOException(part + " cannot be made executable");
      }
      // In one step: another process may be looking for it.
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static List<Path> onPath(@Nullable String searchPath) {
    List<Path> found = new ArrayList<>();
    if (searchPath != null) {
      for (String folder : searchPath.split(File.pathSeparator, -1)) {
        try {
          Path candidate = Path.of(folder, NAME);
          if (!folder.isEmpty()
              && Files.isRegularFile(candidate)
              && Files.isExecutable(candidate)) {
            found.add(candidate.toAbsolutePath());
          }
        } catch (InvalidPathException e) {
          // A part of the path that is no path has no programs.
        }
      }
    }
    return found;
  }

  /** A command that sees nothing of our environment but what programs need to be found and run. */
  static ProcessBuilder bare(String... line) {
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().retainAll(NEEDED);
    return builder;
  }

  private static Optional<RedisProgram> tried(Path candidate) {
    try {
      Process process = bare(candidate.toString(), "--version").redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return Optional.empty();
        }
        String said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
          return Optional.empty();
        }
        boolean tooOld = new Greeting(version.group(1), "", "", 0).tooOld();
        return tooOld
            ? Optional.empty()
            : Optional.of(new RedisProgram(candidate, version.group(1)));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // Made for another machine, or a library is missing.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String first = system.contains("linux") ? "linux" : system.contains("mac") ? "darwin" : system;
    return first
        + "-"
        + switch (processor) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          case "x86", "i386", "i686" -> "386";
          default -> processor;
        };
  }
}
