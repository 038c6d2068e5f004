package dev.packageforge.npm;

import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A version, for telling which of two is newer (Semantic Versioning 2.0.0, §11), only that a
 * release is preferred to any prerelease, as npm does when it chooses.
 *
 * @param text as published
 * @param numbers major, minor and patch
 * @param label of a prerelease; empty for a release
 */
record SemVer(String text, List<BigInteger> numbers, String label) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+)\\.([0-9]+)\\.([0-9]+)(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");

  private static final String NUMBER = "(?:0|[1-9][0-9]*+)";
  private static final String LABEL_PART =
      "(?:" + NUMBER + "(?![0-9A-Za-z-])|[0-9]*+[A-Za-z-][0-9A-Za-z-]*+)";
  private static final Pattern STRICT =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(?:-"
              + LABEL_PART
              + "(?:\\."
              + LABEL_PART
              + ")*+)?(?:\\+[0-9A-Za-z-]++(?:\\.[0-9A-Za-z-]++)*+)?");

  static final Comparator<SemVer> BY_PREFERENCE =
      Comparator.comparing((SemVer version) -> version.label().isEmpty())
          .thenComparing(version -> version.numbers().get(0))
          .thenComparing(version -> version.numbers().get(1))
          .thenComparing(version -> version.numbers().get(2))
          .thenComparing(SemVer::label, SemVer::compareLabels);

  /** Which of two is newer by the standard's own rule, prereleases before their release. */
  static final Comparator<SemVer> BY_PRECEDENCE =
      Comparator.comparing((SemVer version) -> version.numbers().get(0))
          .thenComparing(version -> version.numbers().get(1))
          .thenComparing(version -> version.numbers().get(2))
          .thenComparing(version -> version.label().isEmpty())
          .thenComparing(SemVer::label, SemVer::compareLabels);

  /** Whether it is a version to the letter of Semantic Versioning, as npm wants a new one to be. */
  static boolean isStrict(String text) {
    return text.length() <= 256 && STRICT.matcher(text).matches();
  }

  static Optional<SemVer> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > 256 || !matcher.matches()) {
      return Optional.empty();
    }
    List<BigInteger> numbers =
        Stream.of(1, 2, 3).map(group -> new BigInteger(matcher.group(group))).toList();
    String label = Optional.ofNullable(matcher.group(4)).orElse("");
    return Optional.of(new SemVer(text, numbers, label));
  }

  /**
   * The next version in which a part is higher: 0 is the first. The release that a prerelease leads
   * to counts as higher, as npm has it.
   */
  String next(int part) {
    boolean ready =
        !label.isEmpty() && numbers.subList(part + 1, 3).stream().allMatch(ZERO::equals);
    List<String> next = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      BigInteger number = numbers.get(i);
      next.add((i > part ? ZERO : i == part && !ready ? number.add(BigInteger.ONE) : number) + "");
    }
    return String.join(".", next);
  }

  private static int compareLabels(String left, String right) {
    String[] lefts = left.split("\\.", -1);
    String[] rights = right.split("\\.", -1);
    for (int i = 0; i < Math.min(lefts.length, rights.length); i++) {
      int order = comparePart(lefts[i], rights[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(lefts.length, rights.length);
  }

  private static int comparePart(String left, String right) {
    boolean leftIsNumber = left.matches("[0-9]+");
    boolean rightIsNumber = right.matches("[0-9]+");
    if (leftIsNumber && rightIsNumber) {
      return new BigInteger(left).compareTo(new BigInteger(right));
    }
    return leftIsNumber == rightIsNumber ? left.compareTo(right) : leftIsNumber ? -1 : 1;
  }
}
