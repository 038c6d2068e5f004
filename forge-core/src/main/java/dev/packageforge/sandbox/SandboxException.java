package dev.packageforge.sandbox;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** The sandbox failed, and nothing was learned of what should run in it. */
public final class SandboxException extends ForgeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * An accident.
   *
   * @param retryable whether it may go better later without anybody changing anything
   */
  public SandboxException(
      String message, String remedy, boolean retryable, @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.retryable = retryable;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
