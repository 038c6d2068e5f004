package dev.packageforge.npm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of versions of Node, as {@code engines} states it: alternatives, each from one version up
 * to, but not with, another. Labels of prereleases are not looked at.
 *
 * @param spans the alternatives that hold any version at all
 */
record NodeRange(List<Span> spans) {
  private static final int MAX = 200;
  private static final long ONE = 1_000_000_000L;
  private static final long LAST = 100_000 * ONE;
  private static final String VERSION =
      "v?([0-9]{1,4}|[xX*])(?:\\.([0-9]{1,4}|[xX*]))?(?:\\.([0-9]{1,5}|[xX*]))?(?:[-+][0-9A-Za-z.+-]*)?";
  private static final Pattern COMPARATOR =
      Pattern.compile("(\\^|~>?|>=|<=|>|<|=)?[ ]?" + VERSION + "[ ]?");
  private static final Pattern HYPHEN = Pattern.compile(VERSION + " - " + VERSION);

  /** The newest Node there may be for years. */
  private static final int FURTHEST = 60;

  NodeRange {
    spans = List.copyOf(spans);
  }

  /**
   * From one version up to another.
   *
   * @param from the lowest in it, as one number
   * @param to the lowest above it
   */
  record Span(long from, long to) {
    Span and(Span other) {
      return new Span(Math.max(from, other.from), Math.min(to, other.to));
    }
  }

  /** Reads a range; empty if it is none. */
  static Optional<NodeRange> parse(String text) {
    if (text.isBlank() || text.length() > MAX) {
      return Optional.empty();
    }
    List<Span> spans = new ArrayList<>();
    for (String set : text.split("\\|\\|", -1)) {
      Optional<Span> span = set(set.replaceAll("[\\s,]+", " ").strip());
      if (span.isEmpty()) {
        return Optional.empty();
      }
      if (span.get().from() < span.get().to()) {
        spans.add(span.get());
      }
    }
    return Optional.of(new NodeRange(spans));
  }

  /** Whether there is, or will soon be, a Node in it. */
  boolean isSatisfiable() {
    return spans.stream().anyMatch(span -> span.from() < number(FURTHEST, 0, 0));
  }

  /** Whether the lowest version in it is this one or a later one. */
  boolean lowestIsAtLeast(int major, int minor) {
    return !spans.isEmpty()
        && spans.stream().allMatch(span -> span.from() >= number(major, minor, 0));
  }

  private static Optional<Span> set(String set) {
    if (set.isEmpty()) {
      return Optional.of(new Span(0, LAST));
    }
    Matcher hyphen = HYPHEN.matcher(set);
    if (hyphen.matches()) {
      return Optional.of(new Span(span(hyphen, 1).from(), span(hyphen, 4).to()));
    }
    Span all = new Span(0, LAST);
    Matcher matcher = COMPARATOR.matcher(set);
    int end = 0;
    while (end < set.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        return Optional.empty();
      }
      all = all.and(comparator(matcher));
      end = matcher.end();
    }
    return Optional.of(all);
  }

  private static Span comparator(Matcher matcher) {
    Span exactly = span(matcher, 2);
    String operator = Optional.ofNullable(matcher.group(1)).orElse("=");
    return switch (operator) {
      case ">=" -> new Span(exactly.from(), LAST);
      case ">" -> new Span(exactly.to(), LAST);
      case "<" -> new Span(0, exactly.from());
      case "<=" -> new Span(0, exactly.to());
      case "^" -> new Span(exactly.from(), caret(matcher, exactly));
      case "~", "~>" -> new Span(exactly.from(), tilde(matcher, exactly));
      default -> exactly;
    };
  }

  private static long caret(Matcher matcher, Span exactly) {
    int major = part(matcher, 2);
    if (major > 0) {
      return number(major + 1, 0, 0);
    }
    int minor = part(matcher, 3);
    return minor > 0 ? number(0, minor + 1, 0) : Math.max(exactly.to(), number(0, 1, 0));
  }

  private static long tilde(Matcher matcher, Span exactly) {
    int minor = part(matcher, 3);
    return minor < 0 ? exactly.to() : number(part(matcher, 2), minor + 1, 0);
  }

  /** All versions that begin with the parts that are stated. */
  private static Span span(Matcher matcher, int group) {
    int major = part(matcher, group);
    int minor = part(matcher, group + 1);
    int patch = part(matcher, group + 2);
    if (major < 0) {
      return new Span(0, LAST);
    }
    if (minor < 0) {
      return new Span(number(major, 0, 0), number(major + 1, 0, 0));
    }
    if (patch < 0) {
      return new Span(number(major, minor, 0), number(major, minor + 1, 0));
    }
    return new Span(number(major, minor, patch), number(major, minor, patch + 1));
  }

  private static int part(Matcher matcher, int group) {
    String text = matcher.group(group);
    return text == null || !Character.isDigit(text.charAt(0)) ? -1 : Integer.parseInt(text);
  }

  private static long number(int major, int minor, int patch) {
    return major * ONE + minor * 100_000L + patch;
  }
}
