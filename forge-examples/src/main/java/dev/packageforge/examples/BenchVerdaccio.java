package dev.packageforge.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.packageforge.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Verdaccio that a bench starts for itself: fetched with npm, on loopback, on a free port, and
 * ended with the bench.
 */
final class BenchVerdaccio implements AutoCloseable {
  static final String USER = "bench";

  private static final String FETCHED = "bench/verdaccio.json";
  private static final String SCRIPT = "bench/verdaccio.cjs";
  private static final String READY = "listening ";
  private static final Duration FETCH = Duration.ofMinutes(5);

  private final Process process;
  private final URI address;

  private BenchVerdaccio(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Fetches it with npm, as the user has set it up, runs none of its install scripts, and starts
   * it.
   *
   * @param folder where to; empty
   */
  static BenchVerdaccio start(Path node, Path npm, Map<String, String> environment, Path folder)
      throws InterruptedException {
    try {
      copy(FETCHED, folder.resolve("package.json"));
      Path script = folder.resolve("verdaccio.cjs");
      copy(SCRIPT, script);
      fetch(npm, environment, folder);
      ProcessBuilder builder =
          new ProcessBuilder(node.toString(), script.toString(), folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      BufferedReader said =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith(READY)) {
          String port = line.substring(READY.length());
          return new BenchVerdaccio(process, URI.create("http://127.0.0.1:" + port + "/"));
        }
      }
      process.destroyForcibly();
      throw failed("It ended before it was ready.");
    } catch (IOException e) {
      throw failed(Words.reason(e) + ".");
    }
  }

  private static void copy(String resource, Path to) throws IOException {
    try (InputStream in = BenchVerdaccio.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      Files.copy(in, to);
    }
  }

  private static void fetch(Path npm, Map<String, String> environment, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("npm.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                npm.toString(),
                "install",
                "--omit=optional",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(FETCH.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        List<String> said =
            Files.readAllLines(log).stream().filter(line -> line.contains("npm error")).toList();
        throw failed(said.isEmpty() ? "npm did not say why." : said.get(0));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CommandException failed(String why) {
    return new CommandException(
        Exit.OUTSIDE,
        "Verdaccio could not be fetched and started: " + why,
        "See that npm reaches its registry, and that Node is version 20 or later.");
  }

  URI address() {
    return address;
  }

  /** Makes the bench's user, and gives a token of it. */
  Secret token() throws InterruptedException {
    String body = "{\"name\":\"" + USER + "\",\"password\":\"bench-bench\",\"type\":\"user\"}";
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address.resolve("-/user/org.couchdb.user:" + USER))
                      .header("content-type", "application/json")
                      .timeout(Duration.ofSeconds(20))
                      .PUT(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      JsonNode json = new ObjectMapper().readTree(answer.body());
      return Secret.of(json.path("token").asText());
    } catch (IOException e) {
      throw failed(Words.reason(e) + ".");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
