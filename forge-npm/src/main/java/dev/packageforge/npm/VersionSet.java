package dev.packageforge.npm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions that a range of node-semver holds. A prerelease is held only if the range names one
 * of the same three numbers, as npm has it.
 */
final class VersionSet {
  private static final int MAX = 1_000;
  private static final String LABEL = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
  private static final String PARTIAL =
      "[v=\\s]*([0-9]+|[xX*])(?:\\.([0-9]+|[xX*])(?:\\.([0-9]+|[xX*])(?:-("
          + LABEL
          + "))?(?:\\+"
          + LABEL
          + ")?)?)?";
  private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
  private static final Pattern BOUND = Pattern.compile(PARTIAL);
  private static final Pattern ONE =
      Pattern.compile("(\\^|~>?|>=|<=|>|<|=)?\\s*" + PARTIAL + "(?=\\s|$)\\s*");

  private final List<List<Bound>> sets;

  private VersionSet(List<List<Bound>> sets) {
    this.sets = List.copyOf(sets);
  }

  /** One comparison: {@code sign} is what comparing a version with {@code with} may give. */
  private record Bound(Sign sign, SemVer with) {
    boolean holds(SemVer version) {
      int order = SemVer.BY_PRECEDENCE.compare(version, with);
      return switch (sign) {
        case BELOW -> order < 0;
        case AT_MOST -> order <= 0;
        case AT_LEAST -> order >= 0;
        case ABOVE -> order > 0;
      };
    }
  }

  private enum Sign {
    BELOW,
    AT_MOST,
    AT_LEAST,
    ABOVE
  }

  /** A version of which parts may be left open. */
  private record Partial(List<BigInteger> numbers, String label) {
    boolean isWhole() {
      return numbers.size() == 3;
    }

    /** With zeros in the open parts. */
    SemVer lowest() {
      return whole(part(0), part(1), part(2), label);
    }

    /** The first version after all whose numbers agree up to a part, prereleases included. */
    SemVer after(int part) {
      BigInteger next = part(part).add(BigInteger.ONE);
      return switch (part) {
        case 0 -> whole(next, BigInteger.ZERO, BigInteger.ZERO, "0");
        case 1 -> whole(part(0), next, BigInteger.ZERO, "0");
        default -> whole(part(0), part(1), next, "0");
      };
    }

    BigInteger part(int index) {
      return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    private static SemVer whole(BigInteger a, BigInteger b, BigInteger c, String label) {
      String text = a + "." + b + "." + c + (label.isEmpty() ? "" : "-" + label);
      return new SemVer(text, List.of(a, b, c), label);
    }
  }

  /** Reads a range; empty if it is none, say a tag or an address. */
  static Optional<VersionSet> parse(String range) {
    if (range.length() > MAX) {
      return Optional.empty();
    }
    List<List<Bound>> sets = new ArrayList<>();
    for (String alternative : range.split("\\|\\|", -1)) {
      Optional<List<Bound>> set = set(alternative.strip());
      if (set.isEmpty()) {
        return Optional.empty();
      }
      sets.add(set.get());
    }
    return Optional.of(new VersionSet(sets));
  }

  /** Whether a version is among them. */
  boolean holds(SemVer version) {
    return sets.stream().anyMatch(set -> holds(set, version));
  }

  private static boolean holds(List<Bound> set, SemVer version) {
    boolean between = set.stream().allMatch(bound -> bound.holds(version));
    return between
        && (version.label().isEmpty()
            || set.stream()
                .map(Bound::with)
                .anyMatch(
                    with -> !with.label().isEmpty() && with.numbers().equals(version.numbers())));
  }

  private static Optional<List<Bound>> set(String text) {
    Matcher hyphen = HYPHEN.matcher(text);
    if (hyphen.matches()) {
      Matcher from = BOUND.matcher(hyphen.group(1));
      Matcher to = BOUND.matcher(hyphen.group(2));
      return from.matches() && to.matches()
          ? Optional.of(between(partial(from, 1), partial(to, 1)))
          : Optional.empty();
    }
    List<Bound> bounds = new ArrayList<>();
    Matcher matcher = ONE.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        return Optional.empty();
      }
      bounds.addAll(bounds(matcher.group(1) == null ? "" : matcher.group(1), partial(matcher, 2)));
      at = matcher.end();
    }
    return Optional.of(bounds);
  }

  private static Partial partial(Matcher matcher, int first) {
    List<BigInteger> numbers = new ArrayList<>();
    for (int group = first; group < first + 3; group++) {
      String number = matcher.group(group);
      if (number == null || !Character.isDigit(number.charAt(0))) {
        break;
      }
      numbers.add(new BigInteger(number));
    }
    String label = matcher.group(first + 3);
    return new Partial(List.copyOf(numbers), label == null || numbers.size() < 3 ? "" : label);
  }

  private static List<Bound> between(Partial from, Partial to) {
    List<Bound> bounds = new ArrayList<>(bounds(">=", from));
    bounds.addAll(bounds("<=", to));
    return bounds;
  }

  private static List<Bound> bounds(String operator, Partial partial) {
    int known = partial.numbers().size();
    if (known == 0) {
      boolean nothing = operator.equals("<") || operator.equals(">");
      return nothing ? List.of(new Bound(Sign.BELOW, lowestOfAll())) : List.of();
    }
    int last = known - 1;
    return switch (operator) {
      case "^" -> List.of(atLeast(partial), below(partial.after(caret(partial))));
      case "~", "~>" -> List.of(atLeast(partial), below(partial.after(Math.min(last, 1))));
      case ">=" -> List.of(atLeast(partial));
      case ">" ->
          partial.isWhole()
              ? List.of(new Bound(Sign.ABOVE, partial.lowest()))
              : List.of(new Bound(Sign.AT_LEAST, release(partial.after(last))));
      case "<" ->
          partial.isWhole()
              ? List.of(below(partial.lowest()))
              : List.of(
                  below(Partial.whole(partial.part(0), partial.part(1), partial.part(2), "0")));
      case "<=" ->
          partial.isWhole()
              ? List.of(new Bound(Sign.AT_MOST, partial.lowest()))
              : List.of(below(partial.after(last)));
      default ->
          partial.isWhole()
              ? List.of(atLeast(partial), new Bound(Sign.AT_MOST, partial.lowest()))
              : List.of(atLeast(partial), below(partial.after(last)));
    };
  }

  /** The part that may not rise: the first that is not zero, or the last that is stated. */
  private static int caret(Partial partial) {
    int last = partial.numbers().size() - 1;
    for (int part = 0; part < last; part++) {
      if (partial.part(part).signum() != 0) {
        return part;
      }
    }
    return last;
  }

  private static Bound atLeast(Partial partial) {
    return new Bound(Sign.AT_LEAST, partial.lowest());
  }

  private static Bound below(SemVer version) {
    return new Bound(Sign.BELOW, version);
  }

  private static SemVer release(SemVer version) {
    List<BigInteger> numbers = version.numbers();
    return Partial.whole(numbers.get(0), numbers.get(1), numbers.get(2), "");
  }

  private static SemVer lowestOfAll() {
    return Partial.whole(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, "0");
  }
}
