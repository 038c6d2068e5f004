package dev.packageforge.sandbox;

/** Hears what a command prints. Called by one thread at a time, not always the same. */
@FunctionalInterface
public interface OutputListener {
  /** One that hears nothing. */
  OutputListener SILENT = line -> {};

  /**
   * The next line of output or errors, in order of arrival.
   *
   * @param line without its end; bytes that are no UTF-8 are replaced; untrusted: see {@code
   *     Text.visible}. A line of more than 16,384 characters comes in pieces.
   */
  void line(String line);
}
