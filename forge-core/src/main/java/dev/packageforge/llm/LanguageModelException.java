package dev.packageforge.llm;

import dev.packageforge.ForgeException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The language model gave no usable answer. */
public final class LanguageModelException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Reason {
    /** The credential is missing or not accepted. */
    UNAUTHORIZED,
    /** There is no such model (any more). */
    UNKNOWN_MODEL,
    /** The request itself is not acceptable. */
    INVALID_REQUEST,
    /** Too many calls just now. */
    RATE_LIMITED,
    /** No calls left until the quota is renewed or raised. */
    QUOTA_EXHAUSTED,
    /** The service has trouble of its own. */
    UNAVAILABLE,
    /** The service could not be reached. */
    NETWORK,
    /** The answer did not come in time. */
    TIMED_OUT,
    /** The model will not answer this. */
    DECLINED,
    /** The answer was cut off. */
    TRUNCATED,
    /** The answer cannot be read. */
    UNREADABLE
  }

  private final Reason reason;
  private final @Nullable Duration retryAfter;

  /** An accident that the service put no waiting time to. */
  public LanguageModelException(Reason reason, String message, String remedy) {
    this(reason, message, remedy, null, null);
  }

  /**
   * An accident.
   *
   * @param retryAfter how long the service asks us to wait, if it does
   * @param cause what the client library said, if it said anything
   */
  public LanguageModelException(
      Reason reason,
      String message,
      String remedy,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** Why there is no answer. */
  public Reason reason() {
    return reason;
  }

  /** How long the service asks us to wait, if it does. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean retryable() {
    return switch (reason) {
      case RATE_LIMITED, UNAVAILABLE, NETWORK, TIMED_OUT, TRUNCATED, UNREADABLE -> true;
      default -> false;
    };
  }
}
