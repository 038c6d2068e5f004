package dev.packageforge.registry;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** The registry could not be asked, or its answer could not be understood. */
public final class RegistryException extends ForgeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * An accident.
   *
   * @param retryable whether it may go better later without anybody changing anything
   */
  public RegistryException(
      String message, String remedy, boolean retryable, @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.retryable = retryable;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
