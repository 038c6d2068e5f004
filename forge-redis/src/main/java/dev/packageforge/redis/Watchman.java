package dev.packageforge.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Cuts connections whose deadline has passed. A socket's own timeout ends a read that brings
 * nothing; it ends neither a write that nobody reads nor an answer that comes in drops. One thread,
 * which sleeps until the next deadline; where none is open it sleeps until there is one.
 */
final class Watchman implements AutoCloseable {
  private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

  private final Set<Link> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::watch, "redis-deadlines");
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile long looksAgain;
  private volatile boolean closed;

  Watchman() {
    looksAgain = System.nanoTime() + NEVER_NANOS;
    thread.setDaemon(true);
  }

  /** Cuts the connection once its deadline has passed. */
  void watch(Link link) {
    watched.add(link);
    if (started.compareAndSet(false, true)) {
      thread.start();
    }
    if (link.deadline().nanos() - looksAgain < 0) {
      LockSupport.unpark(thread);
    }
  }

  /** Leaves the connection alone. */
  void leave(Link link) {
    watched.remove(link);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void watch() {
    while (!closed) {
      // Set before the links are looked at: who comes later compares with this, and calls.
      looksAgain = System.nanoTime() + NEVER_NANOS;
      long next = looksAgain;
      long now = System.nanoTime();
      for (Link link : watched) {
        long deadline = link.deadline().nanos();
        if (deadline - now <= 0) {
          link.cut();
        } else if (deadline - next < 0) {
          next = deadline;
        }
      }
      watched.removeIf(Link::isCut);
      looksAgain = next;
      LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
    }
  }
}
