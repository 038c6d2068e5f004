package dev.packageforge.examples.chaos;

import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.RunStore;
import dev.packageforge.worker.ForgeWorker;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everybody in this one process, on a store that forgets: nobody can be killed. */
final class InMemorySite implements Site {
  private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());
  private final Forge asking;
  private final List<ForgeWorker> workers = new ArrayList<>();

  InMemorySite(ChaosOptions options, Doubles doubles, ChaosPorts.Assembly assembly) {
    asking = ChaosPorts.asking(store);
    for (int i = 1; i <= options.load().workers(); i++) {
      ChaosPorts ports = ChaosPorts.of(store, doubles.address(), "worker-" + i);
      workers.add(
          ForgeWorker.builder(assembly.of(ports).build())
              .concurrency(options.load().concurrency())
              .start());
    }
  }

  @Override
  public Forge asking() {
    return asking;
  }

  @Override
  public RunStore truth() {
    return store;
  }

  @Override
  public Duration lease() {
    return ChaosPorts.LEASE;
  }

  @Override
  public void calm() {
    close();
  }

  @Override
  public List<String> leftovers() {
    return store.lease("judge", ChaosPorts.LEASE).map(job -> "the job " + job.job().id()).stream()
        .toList();
  }

  @Override
  public Map<String, Long> counts() {
    return Map.of();
  }

  @Override
  public void close() {
    workers.forEach(ForgeWorker::close);
  }
}
