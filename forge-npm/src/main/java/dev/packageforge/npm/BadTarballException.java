package dev.packageforge.npm;

/** A tarball is not one that we would hand to anybody. The message is a sentence for people. */
final class BadTarballException extends Exception {
  private static final long serialVersionUID = 1L;

  BadTarballException(String message) {
    super(message);
  }

  BadTarballException(String message, Throwable cause) {
    super(message, cause);
  }
}
