package dev.packageforge.llm;

import dev.packageforge.ForgeException;
import dev.packageforge.TokenUsage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The language model gave no usable answer. */
public final class LanguageModelException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Reason {
    /** The credential is missing or not accepted. */
    AUTH,
    /** There is no such model (any more), or none for this credential. */
    MODEL_UNAVAILABLE,
    /** The request itself is not acceptable. */
    INVALID_REQUEST,
    /** The request is longer than the model reads. */
    TOO_LARGE,
    /** Too many calls just now. */
    RATE_LIMITED,
    /** No calls left until the quota is renewed or raised. */
    QUOTA_EXHAUSTED,
    /** The service has too much to do. */
    OVERLOADED,
    /** The service has trouble of its own. */
    SERVER,
    /** The service could not be reached. */
    NETWORK,
    /** The answer did not come in time. */
    TIMEOUT,
    /** The model will not answer this. */
    BLOCKED,
    /** The answer was cut off; the listener has heard what there was. */
    TRUNCATED,
    /** The answer is over and says nothing. */
    EMPTY,
    /** The answer cannot be read. */
    MALFORMED
  }

  private final Reason reason;
  private final @Nullable Duration retryAfter;
  private final @Nullable TokenUsage usage;

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
    this(reason, message, remedy, retryAfter, null, cause);
  }

  private LanguageModelException(
      Reason reason,
      @Nullable String message,
      String remedy,
      @Nullable Duration retryAfter,
      @Nullable TokenUsage usage,
      @Nullable Throwable cause) {
    super(String.valueOf(message), remedy, cause);
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.usage = usage;
  }

  /** The same accident, with what the service says that the call took all the same. */
  public LanguageModelException after(TokenUsage used) {
    LanguageModelException told =
        new LanguageModelException(reason, getMessage(), remedy(), retryAfter, used, getCause());
    told.setStackTrace(getStackTrace());
    return told;
  }

  /** Why there is no answer. */
  public Reason reason() {
    return reason;
  }

  /** How long the service asks us to wait, if it does. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** What the call took all the same; empty if that is not known. */
  public Optional<TokenUsage> usage() {
    return Optional.ofNullable(usage);
  }

  @Override
  public boolean retryable() {
    return switch (reason) {
      case RATE_LIMITED, OVERLOADED, SERVER, NETWORK, TIMEOUT, TRUNCATED, EMPTY, MALFORMED -> true;
      default -> false;
    };
  }
}
