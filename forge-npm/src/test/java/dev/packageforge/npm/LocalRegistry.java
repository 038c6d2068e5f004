package dev.packageforge.npm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registry on loopback that serves what it is given, and nothing else. */
final class LocalRegistry implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private Map<String, String> commands = Map.of();
  private volatile int refusal = 404;

  LocalRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
          int status = body.length > 0 ? 200 : refusal;
          exchange.sendResponseHeaders(status, body.length > 0 ? body.length : -1);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** What is not there is answered so. Default: 404. */
  LocalRegistry refusing(int status) {
    refusal = status;
    return this;
  }

  /** What is served from now on has this command. */
  LocalRegistry command(String name, String path) {
    commands = Map.of(name, path);
    return this;
  }

  LocalRegistry serve(String name, String version, byte[] tarball) throws IOException {
    String path = "/" + name + "/-/" + name + "-" + version + ".tgz";
    String where = address() + path.substring(1);
    Map<String, Object> dist =
        Map.of("tarball", where, "integrity", Sha512.of(tarball).integrity());
    Map<String, Object> one =
        Map.of("name", name, "version", version, "dist", dist, "bin", commands);
    Map<String, Object> all =
        Map.of(
            "name", name,
            "dist-tags", Map.of("latest", version),
            "versions", Map.of(version, one));
    files.put("/" + name, JSON.writeValueAsString(all).getBytes(StandardCharsets.UTF_8));
    files.put(path, tarball);
    return this;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
