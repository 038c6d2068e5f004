package dev.packageforge.npm.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Verdaccio, which is a registry that others wrote and use: started for one test on loopback,
 * with the machine's Node, and ended with the test. It is fetched once with the machine's npm, into
 * a folder of the user's cache that is named by what is fetched.
 *
 * <p>Where there is no Node, or it cannot be fetched, the test is skipped and says so, see {@link
 * Requirement}.
 */
public final class Verdaccio implements AutoCloseable {
  private static final String FETCHED = "verdaccio.json";
  private static final String SCRIPT = "verdaccio.cjs";
  private static final String READY = "listening ";
  private static final Duration FETCH = Duration.ofMinutes(5);

  private final Process process;
  private final URI address;

  private Verdaccio(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts one that is empty.
   *
   * @param folder where it keeps what it is given; empty
   */
  public static Verdaccio start(Path folder) throws InterruptedException {
    Path home = fetched();
    try {
      Process process =
          new ProcessBuilder("node", home.resolve(SCRIPT).toString(), folder.toString())
              .redirectErrorStream(true)
              .start();
      BufferedReader said =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith(READY)) {
          String port = line.substring(READY.length());
          return new Verdaccio(process, URI.create("http://127.0.0.1:" + port + "/"));
        }
      }
      process.destroyForcibly();
      throw new IllegalStateException("Verdaccio does not start in " + home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, with a slash at the end. */
  public URI address() {
    return address;
  }

  /**
   * Makes a user.
   *
   * @return a token of the user's
   */
  public Secret user(String name) throws InterruptedException {
    ObjectNode body = Json.object();
    body.put("_id", "org.couchdb.user:" + name).put("name", name);
    body.put("password", "pass-" + name + "-word").put("type", "user");
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address.resolve("-/user/org.couchdb.user:" + name))
                      .header("content-type", "application/json")
                      .timeout(Duration.ofSeconds(20))
                      .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      return Secret.of(Json.read(answer.body()).path("token").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends its process. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static Path fetched() throws InterruptedException {
    byte[] manifest = resource(FETCHED);
    byte[] script = resource(SCRIPT);
    Path cache = cache();
    Path home = cache.resolve("verdaccio-" + Sha512.of(manifest).abbreviated());
    try {
      Files.createDirectories(cache);
      Path guard = cache.resolve(home.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("no lock on " + guard);
        }
        if (!Files.isDirectory(home)) {
          fetch(manifest, home);
        }
        Files.write(home.resolve(SCRIPT), script);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return home;
  }

  /** Into another folder first, which is renamed when all of it is there. */
  private static void fetch(byte[] manifest, Path home) throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(home.getParent(), "fetching");
    try {
      Files.write(place.resolve("package.json"), manifest);
      Optional<String> problem = install(place);
      Requirement.need(
          "node",
          problem.isEmpty(),
          "Verdaccio cannot be fetched with npm: " + problem.orElse("") + ".");
      Files.move(place, home, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      remove(place);
    }
  }

  private static Optional<String> install(Path place) throws InterruptedException {
    Path log = place.resolve("npm.log");
    try {
      Process npm =
          new ProcessBuilder(
                  "npm",
                  "install",
                  "--omit=optional",
                  "--ignore-scripts",
                  "--no-audit",
                  "--no-fund")
              .directory(place.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        if (!npm.waitFor(FETCH.toSeconds(), TimeUnit.SECONDS)) {
          return Optional.of("it takes longer than " + FETCH.toMinutes() + " minutes");
        }
      } finally {
        npm.descendants().forEach(ProcessHandle::destroyForcibly);
        npm.destroyForcibly();
      }
      List<String> said = Files.readAllLines(log);
      return npm.exitValue() == 0
          ? Optional.empty()
          : Optional.of(said.isEmpty() ? "npm did not say why" : said.get(0));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Path cache() {
    Path home = Path.of(System.getProperty("user.home"));
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    Path base = system.startsWith("mac") ? home.resolve("Library/Caches") : home.resolve(".cache");
    boolean usable = Files.isDirectory(home) && Files.isWritable(home);
    return (usable ? base : Path.of(System.getProperty("java.io.tmpdir"))).resolve("package-forge");
  }

  private static byte[] resource(String name) {
    try (InputStream in = Verdaccio.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
