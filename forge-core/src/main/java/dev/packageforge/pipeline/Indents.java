package dev.packageforge.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the indentation of some lines became that of others, to do the same to more lines. A line
 * that is indented like one of the known ones becomes like it. Others get the same space more or
 * less, or the same levels written in another way; where these two are at odds, nothing is done.
 */
final class Indents {
  private final Map<String, String> known = new HashMap<>();
  private final List<UnaryOperator<String>> changes = new ArrayList<>();
  private final boolean clear;

  /**
   * Learns from lines.
   *
   * @param from lines with one indentation
   * @param to the same lines with another one
   * @param alike lines that are indented like {@code from}
   * @param file lines that are indented like {@code to}
   */
  Indents(List<String> from, List<String> to, List<String> alike, List<String> file) {
    boolean one = true;
    for (int i = 0; i < from.size(); i++) {
      if (!from.get(i).isBlank() && !to.get(i).isBlank()) {
        String now = indent(to.get(i));
        one &= now.equals(known.getOrDefault(indent(from.get(i)), now));
        known.put(indent(from.get(i)), now);
      }
    }
    clear = one;
    if (clear && !known.isEmpty()) {
      Map.Entry<String, String> any = known.entrySet().iterator().next();
      learn(shift(any.getKey(), any.getValue()));
      String unit = unit(alike);
      String other = unit(file);
      if (!unit.isEmpty() && !other.isEmpty() && !unit.equals(other)) {
        learn(levels(any.getKey(), any.getValue(), unit, other));
      }
    }
  }

  private void learn(@Nullable UnaryOperator<String> change) {
    if (change != null
        && known.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(change.apply(entry.getKey())))) {
      changes.add(change);
    }
  }

  /** The lines with the other indentation; empty if it is not clear which that is. */
  Optional<List<String>> change(List<String> lines) {
    List<String> changed = new ArrayList<>();
    for (String line : lines) {
      String old = indent(line);
      if (line.isBlank()) {
        changed.add(line);
        continue;
      }
      List<String> ways = ways(old);
      if (ways.size() != 1) {
        return Optional.empty();
      }
      changed.add(ways.get(0) + line.substring(old.length()));
    }
    return Optional.of(changed);
  }

  private List<String> ways(String old) {
    String same = known.get(old);
    if (!clear || same != null) {
      return clear ? List.of(same == null ? old : same) : List.of();
    }
    return changes.stream().map(change -> change.apply(old)).distinct().toList();
  }

  /** The same space more, or less, in front. */
  private static @Nullable UnaryOperator<String> shift(String old, String now) {
    if (now.endsWith(old)) {
      String more = now.substring(0, now.length() - old.length());
      return indent -> more + indent;
    }
    if (old.endsWith(now)) {
      String less = old.substring(0, old.length() - now.length());
      return indent -> indent.startsWith(less) ? indent.substring(less.length()) : "";
    }
    return null;
  }

  /** As many levels as before, each as the other lines have it. */
  private static UnaryOperator<String> levels(String old, String now, String unit, String other) {
    int up = level(now, other) - level(old, unit);
    return indent -> {
      int level = level(indent, unit);
      return other.repeat(Math.max(0, level + up)) + indent.substring(level * unit.length());
    };
  }

  private static int level(String indent, String unit) {
    int level = 0;
    while (indent.startsWith(unit, level * unit.length())) {
      level++;
    }
    return level;
  }

  /** What one level is indented by: a tab, or as many spaces as lines most often move by. */
  private static String unit(List<String> lines) {
    int[] steps = new int[9];
    int tabs = 0;
    int last = -1;
    for (String line : lines) {
      if (!line.isBlank()) {
        String indent = indent(line);
        tabs += indent.startsWith("\t") ? 1 : indent.startsWith("  ") ? -1 : 0;
        int step = last < 0 ? 0 : Math.abs(indent.length() - last);
        if (step < steps.length) {
          steps[step]++;
        }
        last = indent.length();
      }
    }
    int unit = 0;
    for (int step = 2; step < steps.length; step++) {
      unit = steps[step] > (unit == 0 ? 0 : steps[unit]) ? step : unit;
    }
    return tabs > 0 ? "\t" : " ".repeat(unit);
  }

  private static String indent(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }
}
