package dev.packageforge.npm;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** There is nothing that could be judged: no such file, or one that this user may not read. */
public final class UnreadablePackageException extends ForgeException {
  private static final long serialVersionUID = 1L;

  UnreadablePackageException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
