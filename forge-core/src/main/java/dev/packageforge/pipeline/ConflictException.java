package dev.packageforge.pipeline;

import dev.packageforge.ForgeException;

/** What was asked does not go with what has become of the run. Nothing was changed. */
public final class ConflictException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** A conflict. */
  public ConflictException(String message, String remedy) {
    super(message, remedy, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
