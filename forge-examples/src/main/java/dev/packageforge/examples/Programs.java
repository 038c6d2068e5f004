package dev.packageforge.examples;

import dev.packageforge.npm.NpmAccess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Node and npm on the user's PATH: which versions they are, and where npm is set to fetch from.
 * They are asked once, all at the same time, because a start of npm takes longer than everything
 * else the command does before its work. Safe for use by many threads.
 */
final class Programs {
  /**
   * A program.
   *
   * @param path where it is
   * @param version as it says it; empty if it says none
   */
  record Program(Path path, String version) {
    /** The first number of the version; 0 if there is none. */
    int major() {
      Matcher digits = FIRST_NUMBER.matcher(version);
      return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
    }
  }

  /**
   * Where the user's npm fetches from.
   *
   * @param registry the address, without a credential
   * @param certificates more authorities to trust, as a PEM file
   */
  record NpmSource(Optional<URI> registry, Optional<Path> certificates) {}

  private static final Pattern FIRST_NUMBER = Pattern.compile("\\d{1,6}");
  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,6}\\.\\d+\\S*)");
  private static final Pattern MANIFEST_VERSION =
      Pattern.compile("\"version\"\\s*:\\s*\"(\\d[^\"]*)\"");

  /** What others need not know to say their version, or where npm fetches from. */
  private static final Pattern SECRET =
      Pattern.compile(
          "^FORGE_|token|auth|passw|secret|credential|api_?key|otp", Pattern.CASE_INSENSITIVE);

  private static final int MAX_ANSWER = 64 * 1024;
  private static final int PATIENCE_SECONDS = 10;

  private final Surroundings around;
  private @Nullable Answers answers;

  /** What was asked, to be answered soon. */
  private record Answers(
      CompletableFuture<Optional<Program>> node,
      CompletableFuture<Optional<Program>> npm,
      CompletableFuture<String> npmSettings) {}

  Programs(Surroundings around) {
    this.around = around;
  }

  /** Node; empty if it is not there. */
  Optional<Program> node() {
    return answers().node().join();
  }

  /** The npm; empty if it is not there. */
  Optional<Program> npm() {
    return answers().npm().join();
  }

  /** Where npm is set to fetch from; nothing if it does not say so. */
  NpmSource npmSource() {
    return source(answers().npmSettings().join());
  }

  /** npm's own settings, as they are now. */
  NpmAccess access() throws InterruptedException {
    return NpmAccess.read(around.environment(), around.folder(), UserFolders.of(around).home());
  }

  private synchronized Answers answers() {
    if (answers == null) {
      Optional<Path> npm = find("npm");
      answers =
          new Answers(
              find("node").map(path -> said(path, "--version")).orElse(absent()),
              npm.map(this::npmAt).orElse(absent()),
              npm.map(path -> ask(List.of(path.toString(), "config", "get", "registry", "cafile")))
                  .orElse(CompletableFuture.completedFuture("")));
    }
    return answers;
  }

  private static CompletableFuture<Optional<Program>> absent() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /** A program on the PATH; empty if it is not there. */
  Optional<Path> find(String name) {
    return Stream.of(around.variable("PATH").orElse("").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty() && folder.indexOf('\0') < 0)
        .map(folder -> around.folder().resolve(folder).resolve(name))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }

  /** The manifest beside {@code npm-cli.js} knows the version; that spares a start of npm. */
  private CompletableFuture<Optional<Program>> npmAt(Path path) {
    try {
      Path script = path.toRealPath();
      Path manifest = script.resolve("../../package.json").normalize();
      if (script.endsWith("bin/npm-cli.js") && Files.isRegularFile(manifest)) {
        Matcher version = MANIFEST_VERSION.matcher(Files.readString(manifest));
        if (version.find()) {
          return CompletableFuture.completedFuture(
              Optional.of(new Program(path, version.group(1))));
        }
      }
    } catch (IOException e) {
      return said(path, "--version");
    }
    return said(path, "--version");
  }

  private CompletableFuture<Optional<Program>> said(Path path, String question) {
    return ask(List.of(path.toString(), question))
        .thenApply(
            answer -> {
              Matcher version = VERSION.matcher(answer.strip());
              return Optional.of(new Program(path, version.lookingAt() ? version.group(1) : ""));
            });
  }

  private NpmSource source(String answer) {
    Optional<URI> registry = setting(answer, "registry").flatMap(Programs::withoutCredential);
    Optional<Path> certificates =
        around
            .variable("NODE_EXTRA_CA_CERTS")
            .or(() -> setting(answer, "cafile"))
            .flatMap(this::file);
    return new NpmSource(registry, certificates);
  }

  private static Optional<String> setting(String answer, String key) {
    return answer
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1).strip())
        .filter(value -> !value.isEmpty() && !value.equals("null") && !value.equals("undefined"))
        .findFirst();
  }

  private static Optional<URI> withoutCredential(String address) {
    try {
      URI uri = new URI(address);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return web && uri.getHost() != null
          ? Optional.of(
              new URI(
                  uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private Optional<Path> file(String name) {
    try {
      return Optional.of(around.folder().resolve(name)).filter(Files::isReadable);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** What a command prints; nothing if it fails. */
  private CompletableFuture<String> ask(List<String> line) {
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    around
        .environment()
        .forEach(
            (name, value) -> {
              if (!SECRET.matcher(name).find()) {
                builder.environment().put(name, value);
              }
            });
    builder.environment().put("npm_config_update_notifier", "false");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> answer = new CompletableFuture<>();
      Thread reader = new Thread(() -> answer.complete(answer(process)), line.get(0));
      reader.setDaemon(true);
      reader.start();
      return answer;
    } catch (IOException e) {
      return CompletableFuture.completedFuture("");
    }
  }

  private static String answer(Process process) {
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(() -> end(process)); // lets go of the output, too, whoever holds it
    try {
      byte[] said = process.getInputStream().readNBytes(MAX_ANSWER);
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? new String(said, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      end(process);
    }
  }

  private static void end(Process process) {
    // It first: a script whose command is ended goes on with its next line.
    List<ProcessHandle> offspring = process.descendants().toList();
    process.destroyForcibly();
    offspring.forEach(ProcessHandle::destroyForcibly);
  }
}
