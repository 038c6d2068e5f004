package dev.packageforge.pipeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lines as words and signs: what is left of a text when space and line breaks do not count. */
final class Tokens {
  private static final int FEWEST = 3;

  private final Map<String, Integer> known = new HashMap<>();
  private int[] tokens = new int[256];
  private int[] lines = new int[256];
  private int count;

  Tokens(List<String> text) {
    for (int line = 0; line < text.size(); line++) {
      read(text.get(line), line, true);
    }
  }

  /** Lines, from 0, where something was found. */
  record Place(int first, int last) {}

  /**
   * The places that consist of the same tokens; whole lines only, and never for less than three
   * tokens, which say too little.
   */
  List<Place> find(List<String> wanted, int most) {
    int before = count;
    for (String line : wanted) {
      read(line, Integer.MAX_VALUE, false);
    }
    int[] needle = Arrays.copyOfRange(tokens, before, count);
    count = before;
    if (needle.length < FEWEST) {
      return List.of();
    }
    return Sheet.find(Arrays.copyOf(tokens, count), needle, most).stream()
        .filter(at -> isFirst(at) && isLast(at + needle.length - 1))
        .map(at -> new Place(lines[at], lines[at + needle.length - 1]))
        .toList();
  }

  private boolean isFirst(int at) {
    return at == 0 || lines[at - 1] != lines[at];
  }

  private boolean isLast(int at) {
    return at == count - 1 || lines[at + 1] != lines[at];
  }

  private void read(String text, int line, boolean learn) {
    int at = 0;
    while (at < text.length()) {
      int end = at + 1;
      if (isWord(text.charAt(at))) {
        while (end < text.length() && isWord(text.charAt(end))) {
          end++;
        }
      }
      if (!Character.isWhitespace(text.charAt(at))) {
        add(text.substring(at, end), line, learn);
      }
      at = end;
    }
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  private void add(String token, int line, boolean learn) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      lines = Arrays.copyOf(lines, 2 * count);
    }
    tokens[count] =
        learn ? known.computeIfAbsent(token, any -> known.size()) : known.getOrDefault(token, -1);
    lines[count] = line;
    count++;
  }
}
