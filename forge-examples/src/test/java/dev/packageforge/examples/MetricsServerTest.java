package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.packageforge.worker.WorkerStats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MetricsServerTest {
  private volatile WorkerStats stats = stats(Instant.ofEpochSecond(1_767_225_600), "");
  private final WorkerMetrics metrics = new WorkerMetrics(() -> stats);
  private final MetricsServer server = MetricsServer.start(0, metrics);

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  @Test
  void figuresCanBeScraped() throws Exception {
    HttpResponse<String> answer = ask("GET", "/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .contains(
            "forge_worker_jobs_total{outcome=\"taken\"} 7.0\n",
            "forge_worker_jobs_total{outcome=\"done\"} 4.0\n",
            "forge_worker_jobs_total{outcome=\"given-back\"} 2.0\n",
            "forge_worker_jobs_total{outcome=\"lost\"} 1.0\n",
            "forge_worker_busy 1.0\n",
            "forge_worker_capacity 3.0\n",
            "forge_worker_well 1.0\n",
            "forge_worker_looked_seconds 1.7672256E9\n",
            "jvm_memory_used_bytes{",
            "process_uptime_seconds ");

    stats = stats(null, "");
    assertThat(ask("GET", "/metrics").body())
        .contains("forge_worker_well 0.0\n", "forge_worker_looked_seconds NaN\n");
  }

  @Test
  void healthIsWhetherWorkCanBeTaken() throws Exception {
    assertThat(ask("GET", "/health").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/health").body()).isEqualTo("ok\n");

    stats = stats(Instant.EPOCH, "The disk is full.");
    HttpResponse<String> unwell = ask("GET", "/health");
    assertThat(unwell.statusCode()).isEqualTo(503);
    assertThat(unwell.body()).isEqualTo("The disk is full.\n");

    stats = stats(null, "");
    assertThat(ask("GET", "/health").body()).isEqualTo("The store has not answered yet.\n");
  }

  @Test
  void nothingElseIsThere() throws Exception {
    assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> MetricsServer.start(server.port(), metrics))
        .withMessageContaining("port " + server.port());
  }

  private HttpResponse<String> ask(String method, String path)
      throws IOException, InterruptedException {
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    URI address =
        URI.create("http://" + here.getAddress().getHostAddress() + ":" + here.getPort() + path);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static WorkerStats stats(@Nullable Instant lookedAt, String trouble) {
    return new WorkerStats(
        new WorkerStats.Jobs(7, 4, 2, 1), 1, 3, new WorkerStats.Look(lookedAt, trouble));
  }
}
