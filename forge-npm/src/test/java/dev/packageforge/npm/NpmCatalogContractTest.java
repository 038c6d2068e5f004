package dev.packageforge.npm;

import com.sun.net.httpserver.HttpServer;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.testing.PackageCatalogContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Over HTTP, against a registry of our own on loopback. */
final class NpmCatalogContractTest extends PackageCatalogContract {
  private static final Map<String, String> PACKAGES =
      Map.of(
          "/known",
          """
          {"name": "known", "dist-tags": {"latest": "2.0.0"}, "versions": {
            "1.0.0": {"name": "known", "version": "1.0.0", "dist": {}},
            "1.10.0": {"name": "known", "version": "1.10.0", "dist": {}},
            "1.9.0": {"name": "known", "version": "1.9.0", "dist": {}},
            "2.0.0": {"name": "known", "version": "2.0.0", "dist": {}}}}
          """,
          "/old",
          """
          {"name": "old", "dist-tags": {"latest": "1.0.0"}, "versions": {
            "1.0.0": {"name": "old", "version": "1.0.0", "deprecated": "use known", "dist": {}}}}
          """);

  private final List<NpmRegistry> opened = new ArrayList<>();
  private HttpServer registry;

  @BeforeEach
  void start() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    registry.createContext(
        "/",
        exchange -> {
          String known = PACKAGES.get(exchange.getRequestURI().getPath());
          byte[] answer = (known == null ? "{}" : known).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("content-type", "application/json");
          exchange.sendResponseHeaders(known == null ? 404 : 200, answer.length);
          try (exchange) {
            exchange.getResponseBody().write(answer);
          }
        });
    registry.start();
  }

  @AfterEach
  void stop() {
    opened.forEach(NpmRegistry::close);
    registry.stop(0);
  }

  @Override
  protected PackageCatalog catalog() {
    return asking(registry.getAddress().getPort());
  }

  @Override
  protected PackageCatalog unreachable() {
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return asking(nobody.getLocalPort());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected PlannedDependency existing() {
    return new PlannedDependency("known", "^1.0.0", "");
  }

  @Override
  protected String newest() {
    return "1.10.0";
  }

  @Override
  protected PlannedDependency outOfRange() {
    return new PlannedDependency("known", "^9.0.0", "");
  }

  @Override
  protected PlannedDependency deprecated() {
    return new PlannedDependency("old", "^1.0.0", "");
  }

  @Override
  protected PlannedDependency absent() {
    return new PlannedDependency("invented", "^1.0.0", "");
  }

  private PackageCatalog asking(int port) {
    NpmRegistry asked = NpmRegistry.builder(URI.create("http://127.0.0.1:" + port)).build();
    opened.add(asked);
    return NpmCatalog.of(asked);
  }
}
