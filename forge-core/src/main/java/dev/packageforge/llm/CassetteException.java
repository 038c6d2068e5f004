package dev.packageforge.llm;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** A cassette cannot be read. Its message names the file, and the line if one is to blame. */
public final class CassetteException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** An accident with a file of recordings. */
  public CassetteException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }

  /** Never: a file does not mend itself. */
  @Override
  public boolean retryable() {
    return false;
  }
}
