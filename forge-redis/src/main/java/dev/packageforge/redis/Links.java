package dev.packageforge.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open, to be used one call at a time. Nothing is sent on one that lies
 * idle. When one breaks, those that lay beside it are closed as well: they most likely broke too,
 * and each would cost a call.
 */
final class Links implements AutoCloseable {
  private static final int MOST = 16;
  private static final Duration STALE = Duration.ofMinutes(5);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Dialer dialer;
  private final Watchman watchman;
  private final Semaphore free = new Semaphore(MOST);
  private final Map<Place, Shelf> shelves = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;

  /** What is idle at one place, and when it may be dialled. */
  private static final class Shelf {
    private final Deque<Link> idle = new ArrayDeque<>();
    private int failures;
    private long notBefore = System.nanoTime();
    private long broke = System.nanoTime();
  }

  Links(Dialer dialer, Watchman watchman) {
    this.dialer = dialer;
    this.watchman = watchman;
  }

  /** A connection for one use, to be given back or reported broken. */
  Link borrow(Place place, Deadline deadline) {
    try {
      if (!free.tryAcquire(deadline.millis(), TimeUnit.MILLISECONDS)) {
        throw Faults.crowded(place);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Faults.interrupted(place, e);
    }
    boolean lent = false;
    try {
      Link link = idle(place);
      if (link == null) {
        link = dial(place, deadline);
      }
      link.until(deadline);
      watchman.watch(link);
      lent = true;
      return link;
    } finally {
      if (!lent) {
        free.release();
      }
    }
  }

  /** Takes a connection back that may be used again. */
  void giveBack(Link link) {
    watchman.leave(link);
    free.release();
    link.putAside();
    lock.lock();
    try {
      Shelf shelf = shelf(link.place());
      if (!closed && !link.broken() && link.opened() - shelf.broke >= 0) {
        shelf.idle.push(link);
        return;
      }
    } finally {
      lock.unlock();
    }
    link.close();
  }

  /** Takes a connection back that broke, and closes those beside it. */
  void broken(Link link) {
    watchman.leave(link);
    free.release();
    link.close();
    forget(link.place());
  }

  /** Closes what is idle at a place, and what comes back there from now on. */
  void forget(Place place) {
    Deque<Link> old;
    lock.lock();
    try {
      Shelf shelf = shelf(place);
      shelf.broke = System.nanoTime();
      old = new ArrayDeque<>(shelf.idle);
      shelf.idle.clear();
    } finally {
      lock.unlock();
    }
    old.forEach(Link::close);
  }

  /**
   * Opens a connection that is not lent. After a failure the next try waits: a random time below a
   * limit that doubles, so that many who lost the same server do not come back in step.
   */
  Link dial(Place place, Deadline deadline) {
    Shelf shelf = await(place, deadline);
    boolean opened = false;
    try {
      Link link = dialer.dial(place, deadline);
      opened = true;
      return link;
    } finally {
      lock.lock();
      try {
        shelf.failures = opened ? 0 : Math.min(shelf.failures + 1, 10);
        long limit = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << shelf.failures);
        shelf.notBefore =
            System.nanoTime()
                + (opened ? 0 : ThreadLocalRandom.current().nextLong(limit * 1_000_000));
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    Deque<Link> old = new ArrayDeque<>();
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      for (Shelf shelf : shelves.values()) {
        old.addAll(shelf.idle);
        shelf.idle.clear();
      }
    } finally {
      lock.unlock();
    }
    old.forEach(Link::close);
  }

  private Shelf await(Place place, Deadline deadline) {
    lock.lock();
    try {
      Shelf shelf = shelf(place);
      while (true) {
        if (closed) {
          throw Faults.closed();
        }
        long nanos = shelf.notBefore - System.nanoTime();
        if (nanos <= 0) {
          return shelf;
        }
        if (deadline.passed()) {
          throw Faults.notDialled(place);
        }
        long unused = closing.awaitNanos(Math.min(nanos, deadline.millis() * 1_000_000L));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Faults.interrupted(place, e);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Link idle(Place place) {
    Deque<Link> stale = new ArrayDeque<>();
    lock.lock();
    try {
      if (closed) {
        throw Faults.closed();
      }
      Shelf shelf = shelf(place);
      long now = System.nanoTime();
      // Those at the end lay longest; a firewall may have forgotten them.
      Iterator<Link> oldest = shelf.idle.descendingIterator();
      while (oldest.hasNext()) {
        Link link = oldest.next();
        if (now - link.givenBack() < STALE.toNanos()) {
          break;
        }
        oldest.remove();
        stale.add(link);
      }
      return shelf.idle.poll();
    } finally {
      lock.unlock();
      stale.forEach(Link::close);
    }
  }

  private Shelf shelf(Place place) {
    return shelves.computeIfAbsent(place, p -> new Shelf());
  }
}
