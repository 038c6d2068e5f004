package dev.packageforge.npm;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a {@code license} may say: an expression of SPDX, a file, or that there is none. */
final class Licences {
  private static final Set<String> KNOWN =
      new String(Harness.resource("licences.txt"), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.toUnmodifiableSet());
  private static final Pattern OWN =
      Pattern.compile("(?:DocumentRef-[\\w.-]+:)?LicenseRef-[\\w.-]+");
  private static final Pattern IN_FILE = Pattern.compile("SEE LICEN[CS]E IN (.+)");
  private static final int MAX = 500;

  private Licences() {}

  /** The file that has the text, if that is all that is said. */
  static Optional<String> file(String licence) {
    var matcher = IN_FILE.matcher(licence.strip());
    return matcher.matches() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
  }

  /** Whether tools can tell what it is. */
  static boolean isKnown(String licence) {
    if (licence.equals("UNLICENSED") || file(licence).isPresent()) {
      return true;
    }
    if (licence.length() > MAX) {
      return false;
    }
    List<String> words =
        List.of(licence.replace("(", " ( ").replace(")", " ) ").strip().split("\\s+"));
    return new Expression(words).isWhole();
  }

  /** Reads an expression: names with AND, OR and WITH between them, and brackets. */
  private static final class Expression {
    private final List<String> words;
    private int at;

    Expression(List<String> words) {
      this.words = words;
    }

    boolean isWhole() {
      return either() && at == words.size();
    }

    private boolean either() {
      boolean good = one();
      while (good && (next("AND") || next("OR"))) {
        good = one();
      }
      return good;
    }

    private boolean one() {
      if (next("(")) {
        return either() && next(")");
      }
      if (at == words.size()) {
        return false;
      }
      String name = words.get(at++);
      String plain = name.endsWith("+") ? name.substring(0, name.length() - 1) : name;
      boolean known = KNOWN.contains(plain) || OWN.matcher(name).matches();
      if (known && next("WITH")) {
        return at++ < words.size();
      }
      return known;
    }

    private boolean next(String word) {
      boolean is = at < words.size() && words.get(at).equals(word);
      at += is ? 1 : 0;
      return is;
    }
  }
}
