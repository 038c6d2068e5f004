package dev.packageforge;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A person's or a worker's wish that something stop. Whoever does long work looks at it, or leaves
 * a callback that stops the work at once. Once cancelled it stays so. Safe for use by many threads.
 */
public final class Cancellation {
  private final List<Runnable> callbacks = new ArrayList<>();
  private final boolean possible;
  private boolean cancelled;

  /** One that nobody has used yet. */
  public Cancellation() {
    this(true);
  }

  private Cancellation(boolean possible) {
    this.possible = possible;
  }

  /** One that cannot be used. */
  public static Cancellation never() {
    return new Cancellation(false);
  }

  /**
   * Asks for the stop. Callbacks run in this thread; asking again does nothing.
   *
   * @throws IllegalStateException if this is one that cannot be used
   */
  public void cancel() {
    if (!possible) {
      throw new IllegalStateException("this cancellation was made never to be used");
    }
    List<Runnable> due;
    synchronized (callbacks) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      due = List.copyOf(callbacks);
      callbacks.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Whether the stop was asked for. */
  public boolean isCancelled() {
    synchronized (callbacks) {
      return cancelled;
    }
  }

  /**
   * Goes on only if nobody asked for the stop.
   *
   * @throws CancellationException if somebody did
   */
  public void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancellationException("cancelled");
    }
  }

  /**
   * Leaves a callback; it runs at once if the stop was already asked for.
   *
   * @param callback must be quick and must not throw
   * @return takes the callback back
   */
  public Registration onCancel(Runnable callback) {
    synchronized (callbacks) {
      if (!cancelled) {
        callbacks.add(callback);
        return () -> {
          synchronized (callbacks) {
            callbacks.remove(callback);
          }
        };
      }
    }
    callback.run();
    return () -> {};
  }

  /** A callback that was left. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Takes it back. */
    @Override
    void close();
  }
}
