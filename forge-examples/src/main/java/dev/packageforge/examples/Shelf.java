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
  private final Place place;
  private final String description;
  private final boolean lasting;
  private final Runnable closing;

  /**
   * Where a process works.
   *
   * @param name what it is called
   * @param givingBack gives back the jobs of processes of this machine that died
   */
  record Place(String name, Runnable givingBack) {}

  private Shelf(
      JobQueue jobs,
      RunStore runs,
      WorkerRoster roster,
      UnaryOperator<Forge.Builder> joined,
      Place place,
      String description,
      boolean lasting,
      Runnable closing) {
    this.jobs = jobs;
    this.runs = runs;
    this.roster = roster;
    this.joined = joined;
    this.place = place;
    this.description = description;
    this.lasting = lasting;
    this.closing = closing;
  }

  /**
   * A store that outlives the process.
   *
   * @param place where this process works
   * @param description for people
   * @param closing closes it
   */
  static <S extends JobQueue & RunStore & WorkerRoster> Shelf lasting(
      S store, Place place, String description, Runnable closing) {
    return new Shelf(
        store, store, store, forge -> forge.store(store), place, description, true, closing);
  }

  /** A new store that ends with the process. */
  static Shelf inMemory(Clock clock) {
    InMemoryStore store = new InMemoryStore(clock);
    return new Shelf(
        store,
        store,
        store,
        forge -> forge.store(store),
        new Place("worker", () -> {}),
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
    return joined.apply(forge).workerName(place.name());
  }

  /** What this process is called where it works. */
  String worker() {
    return place.name();
  }

  /** Gives back, now, what processes of this machine had in hand when they died. */
  void giveBackOfTheDead() {
    place.givingBack().run();
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
