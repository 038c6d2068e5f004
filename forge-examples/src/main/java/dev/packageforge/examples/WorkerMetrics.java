package dev.packageforge.examples;

import dev.packageforge.worker.WorkerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What a worker and its process tell of themselves in figures. Safe for use by many threads. */
final class WorkerMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Supplier<WorkerStats> worker;

  WorkerMetrics(Supplier<WorkerStats> worker) {
    this.worker = worker;
    jobs("taken", stats -> stats.jobs().taken());
    jobs("done", stats -> stats.jobs().done());
    jobs("given-back", stats -> stats.jobs().givenBack());
    jobs("lost", stats -> stats.jobs().lost());
    gauge("forge.worker.busy", "runs in work", stats -> stats.busy());
    gauge("forge.worker.capacity", "runs worked on at a time", stats -> stats.capacity());
    gauge("forge.worker.well", "1 if work could be taken", stats -> stats.well() ? 1 : 0);
    gauge(
        "forge.worker.looked.seconds",
        "when the store last answered a look for work, in seconds since 1970",
        WorkerMetrics::looked);
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private void jobs(String outcome, ToDoubleFunction<WorkerStats> count) {
    FunctionCounter.builder("forge.worker.jobs", worker, now -> count.applyAsDouble(now.get()))
        .description("jobs since the worker began")
        .tag("outcome", outcome)
        .register(registry);
  }

  private void gauge(String name, String meaning, ToDoubleFunction<WorkerStats> value) {
    Gauge.builder(name, worker, now -> value.applyAsDouble(now.get()))
        .description(meaning)
        .register(registry);
  }

  private static double looked(WorkerStats stats) {
    var at = stats.look().wentWellAt();
    return at == null ? Double.NaN : at.getEpochSecond();
  }

  /** All figures, as Prometheus reads them (text format 0.0.4). */
  String scrape() {
    return registry.scrape();
  }

  /** Why no work can be taken now; empty if it can. */
  String trouble() {
    WorkerStats now = worker.get();
    if (now.well()) {
      return "";
    }
    String trouble = now.look().trouble();
    return trouble.isEmpty() ? "The store has not answered yet." : trouble;
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
