package dev.packageforge.examples;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** The command cannot go on; it ends with one sentence, a next step, and this exit code. */
final class CommandException extends ForgeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;

  CommandException(Exit exit, String message, String remedy) {
    this(exit, message, remedy, null);
  }

  CommandException(Exit exit, String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.exit = exit;
  }

  Exit exit() {
    return exit;
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
