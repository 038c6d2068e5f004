package dev.packageforge.pipeline;

import dev.packageforge.ForgeException;

/** The model goes on and on; what it said so far was read. */
final class AnswerTooLongException extends ForgeException {
  private static final long serialVersionUID = 1L;

  AnswerTooLongException() {
    super("the model's answer is too long", "ask for a smaller package", null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
