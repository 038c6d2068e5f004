package dev.packageforge.pipeline;

import dev.packageforge.ForgeException;

/** The run is somebody else's now: stop, and change nothing. */
final class StaleLeaseException extends ForgeException {
  private static final long serialVersionUID = 1L;

  StaleLeaseException() {
    super("the lease was lost", "another worker goes on with the run", null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
