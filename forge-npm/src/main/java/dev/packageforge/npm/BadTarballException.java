package dev.packageforge.npm;

/** A tarball is not one that we would hand to anybody. */
final class BadTarballException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  BadTarballException(String why) {
    super(why);
    this.why = why;
  }

  BadTarballException(String why, Throwable cause) {
    super(why, cause);
    this.why = why;
  }

  /** What is wrong with it, to follow "it is refused: ". */
  String why() {
    return why;
  }
}
