package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.WorkerRoster;
import dev.packageforge.worker.WorkerIdentity;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
   * @param identity who it is, with a lock on that; null for a process that only asks, and where
   *     nobody else could mistake it
   * @param givingBack gives back the jobs of processes of this machine that died
   */
  record Place(@Nullable WorkerIdentity identity, Runnable givingBack) {
    /** The place of one who only asks, or who is alone. */
    static Place nowhere() {
      return new Place(null, () -> {});
    }

    String name() {
      return identity == null ? "worker" : identity.id();
    }
  }

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
   * @param roster who works
   * @param place where this process works
   * @param description for people
   * @param closing closes it; called once
   */
  static <S extends JobQueue & RunStore> Shelf lasting(
      S store, WorkerRoster roster, Place place, String description, Runnable closing) {
    return new Shelf(
        store, store, roster, forge -> forge.store(store), place, description, true, once(closing));
  }

  /** Who wants to be gone at once closes it beside whoever opened it. */
  private static Runnable once(Runnable closing) {
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        closing.run();
      }
    };
  }

  /** A new store that ends with the process. */
  static Shelf inMemory(Clock clock) {
    InMemoryStore store = new InMemoryStore(clock);
    return new Shelf(
        store,
        store,
        store,
        forge -> forge.store(store),
        Place.nowhere(),
        "the memory of this process",
        false,
        () -> {});
  }

  /** The same, which tells of each revision that this process brings in. */
  Shelf telling(Consumer<Run> told) {
    ToldStore store = ToldStore.before(jobs, runs, told);
    return new Shelf(
        store, store, roster, forge -> forge.store(store), place, description, lasting, closing);
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

  /** Who this process is where it works, if it has a lock on that. */
  Optional<WorkerIdentity> identity() {
    return Optional.ofNullable(place.identity());
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
