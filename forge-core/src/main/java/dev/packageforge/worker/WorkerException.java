package dev.packageforge.worker;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** This machine does not let a worker be what it must be. */
public final class WorkerException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** An accident. */
  public WorkerException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
