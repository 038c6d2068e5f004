package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.Secret;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.WebProof;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A page on which a person agrees; the registry is asked now and then whether they have. */
final class WebVisit implements WebProof {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration USUAL = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int FAILURES = 3;

  private final URI page;
  private final Door door;

  /**
   * A page.
   *
   * @param door asks once whether the person was there
   */
  WebVisit(URI page, Door door) {
    this.page = page;
    this.door = door;
  }

  /** What the registry says when it is asked. */
  interface Door {
    /**
     * Asks once.
     *
     * @throws RegistryException if it did not answer, or not so that it could be understood
     */
    Looked look() throws InterruptedException;
  }

  /**
   * What came of one look.
   *
   * @param token what stands for the person's word; empty if they have not come yet
   * @param over whether it is too late for them to come
   * @param pause how long the registry wants us to wait
   */
  record Looked(Optional<Secret> token, boolean over, Optional<Duration> pause) {}

  @Override
  public URI page() {
    return page;
  }

  @Override
  public Optional<Secret> await(Duration longest, Cancellation cancellation)
      throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    long began = System.nanoTime();
    try (Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown)) {
      java.util.Objects.requireNonNull(registration);
      int failures = 0;
      while (true) {
        cancellation.throwIfCancelled();
        Duration wait = USUAL;
        try {
          Looked looked = door.look();
          if (looked.token().isPresent() || looked.over()) {
            return looked.token();
          }
          failures = 0;
          wait = looked.pause().orElse(USUAL);
        } catch (RegistryException e) {
          if (!e.retryable() || ++failures == FAILURES) {
            throw e;
          }
        }
        long left = longest.toNanos() - (System.nanoTime() - began);
        long pause = Math.min(left, between(wait).toNanos());
        if (left <= 0) {
          return Optional.empty();
        }
        if (cancelled.await(pause, TimeUnit.NANOSECONDS)) {
          cancellation.throwIfCancelled();
        }
      }
    }
  }

  private static Duration between(Duration wait) {
    if (wait.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  @Override
  public String toString() {
    return "WebVisit[" + page + "]";
  }
}
