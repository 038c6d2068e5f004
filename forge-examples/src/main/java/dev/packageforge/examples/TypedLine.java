package dev.packageforge.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A line that a person types. */
final class TypedLine {
  private static final int LONGEST = 4096;

  private TypedLine() {}

  /**
   * Reads one line and not a byte more, so that what is typed next is there for who asks next.
   *
   * @return the line without its end; empty if there was none
   */
  static Optional<String> read(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      while (next >= 0 && next != '\n' && line.size() < LONGEST) {
        line.write(next);
        next = in.read();
      }
    } catch (IOException e) {
      // As good as its end.
      return Optional.empty();
    }
    return Optional.of(line.toString(StandardCharsets.UTF_8));
  }
}
