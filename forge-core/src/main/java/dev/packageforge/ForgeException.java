package dev.packageforge;

import org.jspecify.annotations.Nullable;

/**
 * The one root of what this library throws on purpose. The message says what was tried and on what;
 * {@link #remedy()} says what a person can do about it. Neither ever holds a credential.
 */
public abstract class ForgeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * An accident, told to people.
   *
   * @param message one sentence: what was tried, on what, and what happened
   * @param remedy one sentence: what to do next
   * @param cause what the layer below said, if it said anything
   */
  protected ForgeException(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** One sentence for people: what to do next. */
  public String remedy() {
    return remedy;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  public abstract boolean retryable();
}
