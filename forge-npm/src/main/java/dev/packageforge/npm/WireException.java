package dev.packageforge.npm;

import java.io.IOException;

/** A request got no answer, or not the whole of it. */
final class WireException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean begun;
  private final IOException trouble;

  WireException(boolean begun, IOException trouble) {
    super(trouble);
    this.begun = begun;
    this.trouble = trouble;
  }

  /** Whether any of the request may have left this machine. */
  boolean begun() {
    return begun;
  }

  /** What the connection said. */
  IOException trouble() {
    return trouble;
  }
}
