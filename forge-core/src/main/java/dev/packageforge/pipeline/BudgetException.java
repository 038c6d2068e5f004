package dev.packageforge.pipeline;

import dev.packageforge.ForgeException;

/** The next thing to do does not fit what the run may use. */
final class BudgetException extends ForgeException {
  private static final long serialVersionUID = 1L;

  BudgetException(String excess) {
    super("Stopped before the budget was exceeded: " + excess + ".", "Raise the budget.", null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
