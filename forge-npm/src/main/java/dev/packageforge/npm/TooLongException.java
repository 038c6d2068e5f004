package dev.packageforge.npm;

import java.io.IOException;

/** An answer is longer than anybody would send in good faith. */
final class TooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLongException(long limit) {
    super("it has more than " + limit + " bytes");
  }
}
