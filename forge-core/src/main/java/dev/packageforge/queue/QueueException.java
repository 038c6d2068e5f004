package dev.packageforge.queue;

import dev.packageforge.ForgeException;
import org.jspecify.annotations.Nullable;

/** The store did not do what it was asked, or it is not known whether it did. */
public final class QueueException extends ForgeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** No answer, or none in time: it is not known whether a write happened. */
    UNAVAILABLE(true),
    /** The store is starting, moving, or fails over. */
    BUSY(true),
    /** The store takes no more: memory, disk or a quota is used up. */
    FULL(true),
    /** This server only reads; the one that writes is another. */
    READ_ONLY(true),
    /** What the store held is gone; what is asked next is asked of an empty one. */
    DATA_LOST(true),
    /** The name or the password is wrong, or may not do this. */
    UNAUTHORIZED(false),
    /** The other side is not who it should be, or does not speak as it should. */
    UNTRUSTED(false),
    /** The server, or how it is set up, cannot serve: too old, another protocol, unsafe. */
    UNSUITABLE(false),
    /** What was read is damaged, or of a newer version. */
    UNREADABLE(false);

    private final boolean passes;

    Reason(boolean passes) {
      this.passes = passes;
    }
  }

  private final Reason reason;

  /** An accident. */
  public QueueException(Reason reason, String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.reason = reason;
  }

  /** No answer, so that it is not known whether a write happened. */
  public QueueException(String message, String remedy, @Nullable Throwable cause) {
    this(Reason.UNAVAILABLE, message, remedy, cause);
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }

  @Override
  public boolean retryable() {
    return reason.passes;
  }
}
