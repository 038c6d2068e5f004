package dev.packageforge.pipeline;

import java.util.Optional;

/** Finds places in text, as numbers of lines. */
final class Lines {
  private Lines() {}

  /** The line, from 1, that an index stands in. */
  static int at(String text, int index) {
    int line = 1;
    for (int i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) {
      line++;
    }
    return line;
  }

  /** The first line with more characters than this; 0 if there is none. */
  static int over(String text, int max) {
    int start = 0;
    for (int line = 1; start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (end - start > max) {
        return line;
      }
      start = end + 1;
    }
    return 0;
  }

  /** The line of the first character that no text file can hold. */
  static Optional<Integer> ofProblem(String text) {
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
        return Optional.of(at(text, i));
      }
      i += Character.charCount(point);
    }
    return Optional.empty();
  }
}
