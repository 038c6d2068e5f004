package dev.packageforge.pipeline;

import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the lines that a model may have meant when it asked for some that are not there. */
final class Nearest {
  private static final int MOST_LINES = 4;
  private static final int MAX_LINE = 100;
  private static final int MAX_COUNTED = 200_000;
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}_$]+");

  private Nearest() {}

  /** The lines, each as {@code 12: text}; none if nothing is alike. */
  static List<String> lines(Sheet sheet, String search) {
    List<String> wanted = Sheet.lines(search);
    int start = byLines(sheet, wanted);
    if (start < 0) {
      start = byWords(sheet, wanted);
    }
    List<String> nearest = new ArrayList<>();
    int end = start < 0 ? start : Math.min(sheet.lines().size(), start + MOST_LINES);
    for (int i = start; i < end && nearest.size() < Math.max(1, wanted.size()); i++) {
      nearest.add((i + 1) + ": " + Text.visible(sheet.lines().get(i), MAX_LINE));
    }
    return nearest;
  }

  /** The place where most of the lines stand at their distances; -1 if there is none. */
  private static int byLines(Sheet sheet, List<String> wanted) {
    Map<String, List<Integer>> places = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String line = wanted.get(i).strip();
      if (line.length() > 2) {
        places.computeIfAbsent(line, any -> new ArrayList<>()).add(i);
      }
    }
    Map<Integer, Integer> votes = new HashMap<>();
    int best = -1;
    int counted = 0;
    for (int line = 0; line < sheet.lines().size() && counted < MAX_COUNTED; line++) {
      for (int at : places.getOrDefault(sheet.lines().get(line).strip(), List.of())) {
        counted++;
        int start = Math.max(0, line - at);
        if (votes.merge(start, 1, Integer::sum) > votes.getOrDefault(best, 0)) {
          best = start;
        }
      }
    }
    return best;
  }

  /** The place of the line that shares most words with the longest one; -1 if there is none. */
  private static int byWords(Sheet sheet, List<String> wanted) {
    int longest = 0;
    for (int i = 1; i < wanted.size(); i++) {
      longest = wanted.get(i).length() > wanted.get(longest).length() ? i : longest;
    }
    Set<String> words = wanted.isEmpty() ? Set.of() : words(wanted.get(longest));
    int best = -1;
    double most = 0.3;
    for (int line = 0; line < sheet.lines().size(); line++) {
      Set<String> here = words(sheet.lines().get(line));
      int all = here.size() + words.size();
      here.retainAll(words);
      double share = all == 0 ? 0 : 2.0 * here.size() / all;
      if (share > most) {
        most = share;
        best = Math.max(0, line - longest);
      }
    }
    return best;
  }

  private static Set<String> words(String line) {
    Set<String> words = new HashSet<>(List.of(NO_WORD.split(line)));
    words.remove("");
    return words;
  }
}
