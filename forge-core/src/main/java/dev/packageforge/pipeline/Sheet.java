package dev.packageforge.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into lines, to find other lines in it. A search looks at each line once, whatever the
 * text is. Line ends are line feeds, carriage returns or both, and belong to no line.
 */
final class Sheet {
  /** When two lines are the same. */
  enum Alike {
    /** Every character is. */
    EXACTLY,
    /** All is but space at the end. */
    BUT_TRAILING_SPACE,
    /** All is but space at the beginning and at the end. */
    BUT_INDENT;

    String form(String line) {
      return switch (this) {
        case EXACTLY -> line;
        case BUT_TRAILING_SPACE -> line.stripTrailing();
        case BUT_INDENT -> line.strip();
      };
    }
  }

  private final String text;
  private final List<String> lines = new ArrayList<>();

  /** Where each line starts, and behind the last one where the text ends. */
  private final List<Integer> starts = new ArrayList<>();

  private final Map<Alike, Numbers> numbers = new EnumMap<>(Alike.class);
  private @Nullable Tokens tokens;

  Sheet(String text) {
    this.text = text;
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
        end++;
      }
      lines.add(text.substring(start, end));
      starts.add(start);
      start = Math.min(text.length(), text.startsWith("\r\n", end) ? end + 2 : end + 1);
    }
    starts.add(text.length());
  }

  /** The lines of a text. */
  static List<String> lines(String text) {
    return new Sheet(text).lines;
  }

  List<String> lines() {
    return lines;
  }

  /** Where a line starts in the text; for the line behind the last one, where the text ends. */
  int start(int line) {
    return starts.get(line);
  }

  /** What ends a line: nothing, at most for the last one. */
  String end(int line) {
    return text.substring(starts.get(line) + lines.get(line).length(), starts.get(line + 1));
  }

  /** The words and signs of the text. */
  Tokens tokens() {
    if (tokens == null) {
      tokens = new Tokens(lines);
    }
    return tokens;
  }

  /**
   * The first lines, from 0, of the places where these lines stand.
   *
   * @param most how many are looked for
   */
  List<Integer> find(List<String> wanted, Alike alike, int most) {
    return numbers.computeIfAbsent(alike, a -> new Numbers(lines, a)).find(wanted, alike, most);
  }

  /** Lines as numbers: the same number for lines that are alike. */
  private static final class Numbers {
    private final Map<String, Integer> known = new HashMap<>();
    private final int[] lines;

    Numbers(List<String> lines, Alike alike) {
      this.lines = new int[lines.size()];
      for (int i = 0; i < this.lines.length; i++) {
        this.lines[i] = known.computeIfAbsent(alike.form(lines.get(i)), any -> known.size());
      }
    }

    List<Integer> find(List<String> wanted, Alike alike, int most) {
      int[] needle = new int[wanted.size()];
      for (int i = 0; i < needle.length; i++) {
        needle[i] = known.getOrDefault(alike.form(wanted.get(i)), -1);
      }
      return Sheet.find(lines, needle, most);
    }
  }

  /** Where the needle stands in the hay, overlapping or not, by Knuth, Morris and Pratt's way. */
  static List<Integer> find(int[] hay, int[] needle, int most) {
    List<Integer> found = new ArrayList<>();
    if (needle.length == 0 || needle.length > hay.length) {
      return found;
    }
    int[] shorter = new int[needle.length];
    for (int i = 1, k = 0; i < needle.length; i++) {
      while (k > 0 && needle[i] != needle[k]) {
        k = shorter[k - 1];
      }
      k = needle[i] == needle[k] ? k + 1 : k;
      shorter[i] = k;
    }
    for (int i = 0, k = 0; i < hay.length && found.size() < most; i++) {
      while (k > 0 && hay[i] != needle[k]) {
        k = shorter[k - 1];
      }
      k = hay[i] == needle[k] ? k + 1 : k;
      if (k == needle.length) {
        found.add(i - k + 1);
        k = shorter[k - 1];
      }
    }
    return found;
  }
}
