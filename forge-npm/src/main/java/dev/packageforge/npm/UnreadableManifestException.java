package dev.packageforge.npm;

/** A package.json is no manifest at all. The message is a sentence for people. */
final class UnreadableManifestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  UnreadableManifestException(String message, int line) {
    super(message);
    this.line = line;
  }

  /** Where it went wrong, from 1; 0 if it is about the whole. */
  int line() {
    return line;
  }
}
