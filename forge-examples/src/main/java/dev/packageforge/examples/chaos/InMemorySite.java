package dev.packageforge.examples.chaos;

import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.worker.ForgeWorker;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Everybody in this one process, on a store that forgets: nobody can be killed. */
final class InMemorySite implements Site {
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());
  private final Forge asking;
  private final List<ForgeWorker> workers = new ArrayList<>();

  /** Jobs and runs together, as workers use them. */
  interface Store extends JobQueue, RunStore {}

  InMemorySite(ChaosOptions options, Doubles doubles, UnaryOperator<Forge.Builder> bug) {
    String key = "what only approvers know";
    asking = ChaosPorts.forWork(doubles.address(), "person", key).store(store).build();
    for (int i = 1; i <= options.load().workers(); i++) {
      Forge.Builder parts =
          ChaosPorts.forWork(doubles.address(), "worker-" + i, key).store(store).lease(LEASE);
      workers.add(
          ForgeWorker.builder(bug.apply(parts).build())
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
    return LEASE;
  }

  @Override
  public void calm() {
    close();
  }

  @Override
  public List<String> leftovers() {
    return store.lease("judge", LEASE).map(job -> "the job " + job.job().id()).stream().toList();
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
