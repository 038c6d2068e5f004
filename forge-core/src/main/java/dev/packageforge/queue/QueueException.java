package dev.packageforge.queue;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** The store did not answer, so that it is not known whether a write happened. */
public final class QueueException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** An accident. */
  public QueueException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
