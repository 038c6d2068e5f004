package dev.packageforge.npm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names that nearly everybody who writes for npm knows, and what may be mistaken for one of them.
 * Whoever wants to be taken for a popular package leaves out a hyphen, doubles a letter, or swaps
 * two; a model invents such names, and somebody may wait there.
 */
final class PopularNames {
  private static final String LIST = "popular-names.txt";

  /** Shorter ones resemble too much that is meant as it stands. */
  private static final int SHORTEST = 5;

  private static final PopularNames ALL = new PopularNames(read());

  private final Set<String> names;
  private final Map<String, String> bare = new HashMap<>();
  private final Map<Integer, List<String>> byLength;
  private final Set<String> scopes;

  PopularNames(Set<String> names) {
    this.names = Set.copyOf(names);
    names.stream().sorted().forEach(name -> bare.putIfAbsent(bare(name), name));
    this.byLength =
        names.stream()
            .filter(name -> !name.startsWith("@"))
            .sorted()
            .collect(Collectors.groupingBy(String::length));
    this.scopes =
        names.stream()
            .filter(name -> name.startsWith("@"))
            .map(name -> name.substring(0, name.indexOf('/')))
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Ours. */
  static PopularNames all() {
    return ALL;
  }

  int size() {
    return names.size();
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  /** The popular name that another is equal to but for dots, hyphens, underscores and capitals. */
  Optional<String> samePunctuationAside(String name) {
    return contains(name) || name.startsWith("@")
        ? Optional.empty()
        : Optional.ofNullable(bare.get(bare(name)));
  }

  /** The popular name that another may be mistaken for; empty for popular names themselves. */
  Optional<String> resembledBy(String name) {
    if (contains(name)) {
      return Optional.empty();
    }
    if (name.startsWith("@")) {
      return scopeResembledBy(name);
    }
    return samePunctuationAside(name).or(() -> adorned(name)).or(() -> near(name));
  }

  /** {@code @bable/core}: a scope near a popular one; a person's own scope is nobody's twin. */
  private Optional<String> scopeResembledBy(String name) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String scope = name.substring(0, slash);
    String rest = name.substring(slash);
    return scopes.contains(scope)
        ? Optional.empty()
        : scopes.stream()
            .filter(popular -> popular.length() > SHORTEST && isOneEditAway(scope, popular))
            .map(popular -> popular + rest)
            .filter(names::contains)
            .findFirst();
  }

  private Optional<String> near(String name) {
    for (int length = name.length() - 1; length <= name.length() + 1; length++) {
      for (String popular : byLength.getOrDefault(length, List.of())) {
        if (popular.length() >= SHORTEST && isOneEditAway(name, popular)) {
          return Optional.of(popular);
        }
      }
    }
    return Optional.empty();
  }

  /** {@code lodashjs}, {@code node-lodash}: a popular name in clothes. */
  private Optional<String> adorned(String name) {
    String plain = name.replaceAll("^(?:node|npm)-|[.-]?js$|-(?:node|npm)$", "");
    return plain.length() >= SHORTEST && !plain.equals(name) && contains(plain)
        ? Optional.of(plain)
        : Optional.empty();
  }

  private static String bare(String name) {
    return name.startsWith("@") ? name : name.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
  }

  /** One letter more, less or other, or two neighbours swapped. */
  static boolean isOneEditAway(String one, String other) {
    int start = 0;
    int shorter = Math.min(one.length(), other.length());
    while (start < shorter && one.charAt(start) == other.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
      end++;
    }
    int left = one.length() - start - end;
    int right = other.length() - start - end;
    boolean swapped =
        left == 2
            && right == 2
            && one.charAt(start) == other.charAt(start + 1)
            && one.charAt(start + 1) == other.charAt(start);
    return swapped || (left <= 1 && right <= 1 && left + right > 0);
  }

  private static Set<String> read() {
    try (InputStream in = PopularNames.class.getResourceAsStream(LIST);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in, LIST), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of this library cannot be read: " + LIST, e);
    }
  }
}
