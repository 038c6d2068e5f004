package dev.packageforge.npm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts variables into what an {@code .npmrc} says: {@code ${NAME}}, {@code ${NAME?}} (nothing if it
 * is not set) and {@code ${NAME-else}} or {@code ${NAME:-else}} (what follows if it is not set, or
 * not set or empty; these two are pnpm's). A backslash before the dollar sign keeps it as it is.
 */
final class NpmVariables {
  private static final Pattern REFERENCE =
      Pattern.compile("(?<!\\\\)(\\\\*)\\$\\{([^${}?]+)(\\?)?\\}");
  private static final Pattern FALLBACK = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(:?-)(.*)");

  private final Map<String, String> environment;

  NpmVariables(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * A text with its variables put in.
   *
   * @param text what came of it; a variable that is not set stands there as it was written
   * @param missing the variables that are not set and have nothing to stand for them
   */
  record Filled(String text, List<String> missing) {}

  Filled fill(String text) {
    List<String> missing = new ArrayList<>();
    String filled =
        REFERENCE
            .matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(value(found.group(), found, missing)));
    return new Filled(filled, List.copyOf(missing));
  }

  private String value(String written, MatchResult found, List<String> missing) {
    String slashes = found.group(1);
    if (slashes.length() % 2 == 1) {
      return written.substring((slashes.length() + 1) / 2);
    }
    String kept = slashes.substring(slashes.length() / 2);
    String name = found.group(2);
    String value = environment.get(name);
    if (value != null) {
      return kept + value;
    }
    if (found.group(3) != null) {
      return kept;
    }
    Matcher fallback = FALLBACK.matcher(name);
    if (!fallback.matches()) {
      missing.add(name);
      return kept + "${" + name + "}";
    }
    String set = environment.get(fallback.group(1));
    boolean usable = set != null && !(set.isEmpty() && fallback.group(2).equals(":-"));
    return kept + (usable ? set : fallback.group(3));
  }
}
