package dev.packageforge.docker;

import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers that wait to be used once. Whoever takes one has the next of its kind made in the
 * background, so that there are as many of a kind as were in use together, up to the pool's size.
 */
final class Pool {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);

  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int TRIES = 32;

  private final int size;
  private final Duration life;
  private final Maker maker;
  private final Executor executor;
  private final Deque<Waiting> idle = new ArrayDeque<>(); // the oldest first
  private boolean closed;

  /** What makes a container the same as another. */
  record Kind(Limits limits, List<ContainerPlan.VolumeMount> mounts, List<String> folders) {
    Kind {
      mounts = List.copyOf(mounts);
      folders = List.copyOf(folders);
    }
  }

  /** Makes one. */
  @FunctionalInterface
  interface Maker {
    Cell make(Kind kind) throws InterruptedException;
  }

  private record Waiting(Kind kind, Cell cell) {}

  /**
   * An empty pool.
   *
   * @param size how many wait at most
   * @param life how long one may have waited
   * @param executor makes them, and ends those that are too old
   */
  Pool(int size, Duration life, Maker maker, Executor executor) {
    this.size = size;
    this.life = life;
    this.maker = maker;
    this.executor = executor;
  }

  /** One that nobody has used. */
  Cell claim(Kind kind) throws InterruptedException {
    List<Cell> stale = new ArrayList<>();
    Cell found = null;
    synchronized (this) {
      for (Iterator<Waiting> each = idle.iterator(); each.hasNext(); ) {
        Waiting next = each.next();
        if (next.cell().gone() || next.cell().age().compareTo(life) > 0) {
          each.remove();
          stale.add(next.cell());
        } else if (found == null && next.kind().equals(kind)) {
          each.remove();
          found = next.cell();
        }
      }
    }
    if (!stale.isEmpty()) {
      executor.execute(() -> stale.forEach(Cell::close));
    }
    if (found == null) {
      found = make(kind);
    }
    if (size > 0) {
      executor.execute(() -> refill(kind));
    }
    return found;
  }

  /**
   * Makes one. An engine that was restarted has hung up on every line that was kept open, and each
   * of them is found out by using it: so it is tried again, as long as failing takes no time.
   */
  private Cell make(Kind kind) throws InterruptedException {
    long start = System.nanoTime();
    for (int tries = 1; ; tries++) {
      try {
        return maker.make(kind);
      } catch (SandboxException e) {
        if (!e.retryable() || tries == TRIES || System.nanoTime() - start > AT_ONCE.toNanos()) {
          throw e;
        }
      }
    }
  }

  private void refill(Kind kind) {
    if (isClosed()) {
      return;
    }
    try {
      add(new Waiting(kind, maker.make(kind)));
    } catch (SandboxException e) {
      LOG.debug("No sandbox could be made ahead of need", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(Waiting made) {
    Cell surplus = null;
    synchronized (this) {
      if (closed) {
        surplus = made.cell();
      } else {
        idle.addLast(made);
        if (idle.size() > size) {
          surplus = idle.removeFirst().cell();
        }
      }
    }
    if (surplus != null) {
      surplus.close();
    }
  }

  /** How many wait. */
  synchronized int waiting() {
    return idle.size();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends those that wait. */
  void close() {
    List<Waiting> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(idle);
      idle.clear();
    }
    last.forEach(waiting -> waiting.cell().close());
  }
}
