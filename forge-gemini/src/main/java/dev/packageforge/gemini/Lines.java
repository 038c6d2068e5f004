package dev.packageforge.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Cuts bytes into lines of UTF-8, wherever the pieces end. A line ends with LF, CR or both. */
final class Lines {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final int maxLine;
  private final Consumer<String> out;
  private boolean first = true;
  private boolean afterReturn;

  Lines(int maxLine, Consumer<String> out) {
    this.maxLine = maxLine;
    this.out = out;
  }

  /**
   * Takes the next bytes.
   *
   * @return whether the line that is now open is not too long
   */
  boolean add(byte[] bytes, int length) {
    int from = 0;
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (b != '\n' && b != '\r') {
        continue;
      }
      boolean secondHalf = b == '\n' && afterReturn && i == from && line.size() == 0;
      line.write(bytes, from, i - from);
      from = i + 1;
      afterReturn = b == '\r';
      if (!secondHalf) {
        emit();
      }
    }
    if (from < length) {
      line.write(bytes, from, length - from);
      afterReturn = false;
    }
    return line.size() <= maxLine;
  }

  /** Tells the line that nobody ended, if there is one. */
  void end() {
    if (line.size() > 0) {
      emit();
    }
  }

  private void emit() {
    String text = line.toString(UTF_8);
    line.reset();
    boolean marked = first && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    first = false;
    out.accept(marked ? text.substring(1) : text);
  }
}
