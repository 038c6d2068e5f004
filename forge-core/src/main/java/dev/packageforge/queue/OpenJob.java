package dev.packageforge.queue;

import dev.packageforge.RunId;
import java.time.Instant;
import java.util.Comparator;

/** A job that is not done. Guarded by the store's lock. Sorted by who is next. */
final class OpenJob implements Comparable<OpenJob> {
  private static final Comparator<OpenJob> WHO_IS_NEXT =
      Comparator.<OpenJob>comparingInt(job -> -job.job.priority())
          .thenComparingLong(job -> job.place);

  private final Job job;
  private final long place;
  private Instant freeAt;
  private boolean leased;
  private String worker = "";
  private long number;
  private int deliveries;

  /** A job that nobody took yet; {@code place} grows with each job that is enqueued. */
  OpenJob(Job job, long place, Instant freeAt) {
    this.job = job;
    this.place = place;
    this.freeAt = freeAt;
  }

  String id() {
    return job.id();
  }

  RunId run() {
    return job.run();
  }

  /** When the rest is over or the lease lapses. */
  Instant freeAt() {
    return freeAt;
  }

  boolean isFree(Instant now) {
    return !now.isBefore(freeAt);
  }

  boolean isHeld(Instant now) {
    return leased && !isFree(now);
  }

  boolean isHeldBy(Lease lease, Instant now) {
    return isHeld(now) && lease.number() == number;
  }

  boolean isHeldBy(String name, Instant now) {
    return isHeld(now) && worker.equals(name);
  }

  /** Leases it; {@code next} is greater than every number given before, also to earlier jobs. */
  Lease take(String name, long next, Instant until) {
    leased = true;
    worker = name;
    freeAt = until;
    number = next;
    deliveries++;
    return new Lease(job, number, name, deliveries, until);
  }

  void holdUntil(Instant until) {
    freeAt = until;
  }

  /** Lets the lease lapse. */
  void lose(Instant now) {
    leased = false;
    freeAt = now;
  }

  void giveBack(Instant restsUntil) {
    leased = false;
    freeAt = restsUntil;
    deliveries--;
  }

  @Override
  public int compareTo(OpenJob other) {
    return WHO_IS_NEXT.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
