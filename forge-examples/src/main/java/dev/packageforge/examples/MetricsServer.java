package dev.packageforge.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.packageforge.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Tells a worker's figures at {@code /metrics} and whether it can work at {@code /health}, to this
 * machine alone.
 */
final class MetricsServer implements AutoCloseable {
  private static final int GET_ONLY = 405;
  private static final int NOT_FOUND = 404;
  private static final int UNWELL = 503;
  private static final int OK = 200;

  private final HttpServer server;
  private final ExecutorService thread;

  private MetricsServer(HttpServer server, WorkerMetrics metrics) {
    this.server = server;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread daemon = new Thread(task, "metrics");
              daemon.setDaemon(true);
              return daemon;
            });
    server.setExecutor(thread);
    server.createContext("/", exchange -> answer(exchange, metrics));
    server.start();
  }

  /**
   * Begins to answer.
   *
   * @param port on the loopback address; 0 for any that is free
   * @throws CommandException if the port is taken
   */
  static MetricsServer start(int port, WorkerMetrics metrics) {
    try {
      InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      return new MetricsServer(HttpServer.create(here, 0), metrics);
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "Nothing can listen on port " + port + ": " + Words.reason(e) + ".",
          "Choose another port for the metrics.",
          e);
    }
  }

  /** Where it listens. */
  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, WorkerMetrics metrics) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, GET_ONLY, "text/plain", "only GET\n");
      } else if (path.equals("/metrics")) {
        send(exchange, OK, "text/plain; version=0.0.4", metrics.scrape());
      } else if (path.equals("/health")) {
        String trouble = metrics.trouble();
        boolean well = trouble.isEmpty();
        send(
            exchange,
            well ? OK : UNWELL,
            "text/plain",
            (well ? "ok" : Text.visible(trouble)) + "\n");
      } else {
        send(exchange, NOT_FOUND, "text/plain", "there are /metrics and /health\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
