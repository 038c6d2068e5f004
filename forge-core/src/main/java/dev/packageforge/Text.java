package dev.packageforge;

/**
 * Makes text that is not ours harmless to show. What models, packages and registries say may hold
 * escape sequences, line breaks and characters that reorder a line (CWE-150; Unicode TR 36).
 */
public final class Text {
  private Text() {}

  /**
   * The text as one line of printable characters, at most {@code max} of them. Control, format and
   * bidirectional characters, surrogates without partner and line separators are shown as {@code
   * <U+001B>}; a tab becomes a space.
   *
   * @param max characters kept, at least 1; what was cut is marked by {@code …}
   */
  public static String visible(String text, int max) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 16);
    int shown = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (shown++ == max) {
        return out.append('…').toString();
      }
      if (point == '\t') {
        out.append(' ');
      } else if (isHidden(point)) {
        out.append(String.format("<U+%04X>", point));
      } else {
        out.appendCodePoint(point);
      }
      i += Character.charCount(point);
    }
    return out.toString();
  }

  /** As {@link #visible(String, int)} with a ceiling of 4,096 characters. */
  public static String visible(String text) {
    return visible(text, 4096);
  }

  /**
   * The text with its lines and tabs as they are, and everything else that cannot be seen made
   * visible: for what is quoted to a model, where indentation counts. Line ends become line feeds.
   */
  public static String visibleLines(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.replace("\r\n", "\n")
        .codePoints()
        .forEach(
            point -> {
              if (point == '\n' || point == '\t' || !isHidden(point)) {
                out.appendCodePoint(point);
              } else {
                out.append(String.format("<U+%04X>", point));
              }
            });
    return out.toString();
  }

  /** Whether a code point has no glyph of its own, or changes how its neighbours are shown. */
  public static boolean isHidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
