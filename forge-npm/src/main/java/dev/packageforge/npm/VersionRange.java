package dev.packageforge.npm;

import dev.packageforge.Text;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which way to state a dependency's versions we accept: a range of node-semver, and no more. */
final class VersionRange {
  private static final int MAX = 100;
  private static final String NUMBER = "(?:0|[1-9][0-9]{0,8})";
  private static final String PART = "(?:" + NUMBER + "|[xX*])";
  private static final String LABEL = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
  private static final String PARTIAL =
      "v?"
          + NUMBER
          + "(?:\\."
          + PART
          + "(?:\\."
          + PART
          + "(?:-"
          + LABEL
          + ")?(?:\\+"
          + LABEL
          + ")?)?)?";
  private static final String COMPARATOR = "(?:\\^|~|>=|<=|>|<|=)? ?" + PARTIAL;
  private static final Pattern SET =
      Pattern.compile(PARTIAL + " - " + PARTIAL + "|" + COMPARATOR + "(?: " + COMPARATOR + ")*");
  private static final Pattern OPEN = Pattern.compile(">=? ?" + PARTIAL);

  /** Any version at all, or the one that a tag points to today. */
  private static final Pattern WIDE = Pattern.compile("[*xX](?:\\.[*xX]){0,2}|[A-Za-z][A-Za-z-]*");

  private VersionRange() {}

  /** Why this is no range of versions in the registry, as a sentence; empty if it is. */
  static Optional<String> problem(String range) {
    String shown = "\"" + Text.visible(range, 80) + "\"";
    if (range.length() > MAX) {
      return Optional.of(shown + " is longer than " + MAX + " characters");
    }
    String tidy = tidy(range);
    for (String set : tidy.split(" ?\\|\\| ?", -1)) {
      if (!SET.matcher(set).matches()) {
        return Optional.of(shown + " is not a bounded range of versions");
      }
    }
    return Optional.empty();
  }

  private static String tidy(String range) {
    return range.replaceAll("[ \\t]+", " ").replaceAll("^ | $", "");
  }

  /** What somebody's dependency is taken from, as npm reads it. */
  enum Kind {
    /** Known versions of the registry. */
    BOUNDED,
    /** The registry, and whatever is newest there. */
    OPEN,
    /** A repository, an address, a folder, or a place that only the author's own tool knows. */
    ELSEWHERE
  }

  /** What a dependency's stated version means. */
  static Kind kind(String range) {
    String tidy = tidy(range);
    if (tidy.startsWith("npm:")) {
      int at = tidy.lastIndexOf('@');
      return at > "npm:@".length() ? kind(tidy.substring(at + 1)) : Kind.OPEN;
    }
    if (tidy.contains("/") || tidy.contains(":")) {
      return Kind.ELSEWHERE;
    }
    boolean wide = tidy.isEmpty() || WIDE.matcher(tidy).matches() || isOpenEnded(tidy);
    return wide ? Kind.OPEN : Kind.BOUNDED;
  }

  /** Whether every later version is in the range, however different it may be. */
  static boolean isOpenEnded(String range) {
    return range.length() <= MAX && OPEN.matcher(tidy(range)).matches();
  }
}
