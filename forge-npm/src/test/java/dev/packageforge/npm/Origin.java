package dev.packageforge.npm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A registry on loopback with times, tags and whatever a test wants to be wrong with it. */
final class Origin implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, ObjectNode> documents = new ConcurrentHashMap<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> elsewhere = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile int down;

  /** A request that came in. */
  record Asked(String method, String path, Headers headers) {}

  Origin() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getRawPath();
          asked.add(new Asked(exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
          try (exchange) {
            if (!gate.await(20, TimeUnit.SECONDS)) {
              throw new IOException("nobody opened the gate");
            }
            String to = elsewhere.get(path);
            if (to != null) {
              exchange.getResponseHeaders().set("Location", to);
              exchange.sendResponseHeaders(302, -1);
              return;
            }
            byte @Nullable [] body = down > 0 ? null : body(path);
            if (body == null) {
              exchange.sendResponseHeaders(down > 0 ? down : 404, -1);
              return;
            }
            exchange.getResponseHeaders().set("Set-Cookie", "who=you");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    server.start();
  }

  private byte @Nullable [] body(String path) throws IOException {
    ObjectNode document = documents.get(path.substring(1).replace("%2f", "/"));
    return document != null ? JSON.writeValueAsBytes(document) : files.get(path);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** How often something was asked for. */
  long asked(String path) {
    return asked.stream().filter(each -> each.path().equals(path)).count();
  }

  /** From now on requests wait until it is counted down. */
  CountDownLatch hold() {
    gate = new CountDownLatch(1);
    return gate;
  }

  /** From now on everything is answered so; zero for as it should be. */
  Origin down(int status) {
    down = status;
    return this;
  }

  /** What is at a path sends on to another place. */
  Origin sends(String path, String to) {
    elsewhere.put(path, to);
    return this;
  }

  /** A version with a small tarball, the newest so far. */
  Origin has(String name, String version, Instant published) {
    return has(name, version, published, tarball(name, version), Map.of());
  }

  /** A version that depends on others. */
  Origin has(
      String name, String version, Instant published, byte[] tarball, Map<String, String> needs) {
    String path = "/" + Wanted.Tarball.path(name, version);
    ObjectNode document = document(name);
    ObjectNode one = document.withObject("/versions").putObject(version);
    one.put("name", name).put("version", version).put("readme", "long");
    needs.forEach(one.putObject("dependencies")::put);
    one.putObject("dist")
        .put("tarball", address() + path.substring(1))
        .put("integrity", Sha512.of(tarball).integrity());
    document.withObject("/dist-tags").put("latest", version);
    ObjectNode time = document.withObject("/time");
    time.put(version, published.toString()).put("modified", published.toString());
    files.put(path, tarball);
    return this;
  }

  ObjectNode document(String name) {
    return documents.computeIfAbsent(name, key -> JSON.createObjectNode().put("name", key));
  }

  /** What is served at a path from now on. */
  Origin serves(String path, byte[] bytes) {
    files.put(path, bytes);
    return this;
  }

  static byte[] tarball(String name, String version) {
    String manifest = "{\"name\":\"" + name + "\",\"version\":\"" + version + "\"}";
    String source = "module.exports = '" + version + "'\n";
    return Tars.empty()
        .file("package/package.json", manifest.getBytes(UTF_8), entry -> entry.setModTime(0))
        .file("package/index.js", source.getBytes(UTF_8), entry -> entry.setModTime(0))
        .gzipped();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
