package dev.packageforge.examples;

import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.WorkerRoster;
import java.time.Clock;
import java.util.function.UnaryOperator;

/**
 * The store, as a command has opened it: jobs, runs and who works. Whoever opened it closes it.
 * Safe for use by many threads.
 */
final class Shelf implements AutoCloseable {
  private final JobQueue jobs;
  private final RunStore runs;
  private final WorkerRoster roster;
  private final UnaryOperator<Forge.Builder> joined;
  private final String worker;
  private final String description;
  private final boolean lasting;
  private final Runnable closing;

  private Shelf(
      JobQueue jobs,
      RunStore runs,
      WorkerRoster roster,
      UnaryOperator<Forge.Builder> joined,
      String worker,
      String description,
      boolean lasting,
      Runnable closing) {
    this.jobs = jobs;
    this.runs = runs;
    this.roster = roster;
    this.joined = joined;
    this.worker = worker;
    this.description = description;
    this.lasting = lasting;
    this.closing = closing;
  }

  /**
   * A store that outlives the process.
   *
   * @param worker what this process is called where it works
   * @param description for people
   * @param closing closes it
   */
  static <S extends JobQueue & RunStore & WorkerRoster> Shelf lasting(
      S store, String worker, String description, Runnable closing) {
    return new Shelf(
        store, store, store, forge -> forge.store(store), worker, description, true, closing);
  }

  /** A new store that ends with the process. */
  static Shelf inMemory(Clock clock) {
    InMemoryStore store = new InMemoryStore(clock);
    return new Shelf(
        store,
        store,
        store,
        forge -> forge.store(store),
        "worker",
        "the memory of this process",
        false,
        () -> {});
  }

  JobQueue jobs() {
    return jobs;
  }

  RunStore runs() {
    return runs;
  }

  WorkerRoster roster() {
    return roster;
  }

  /** A house with this store in it. */
  Forge.Builder in(Forge.Builder forge) {
    return joined.apply(forge).workerName(worker);
  }

  /** What this process is called where it works. */
  String worker() {
    return worker;
  }

  /** For people: {@code Redis 7.0.15 in /data/redis}. */
  String description() {
    return description;
  }

  /** Whether another process will find what is kept here. */
  boolean lasts() {
    return lasting;
  }

  @Override
  public void close() {
    closing.run();
  }
}
