package dev.packageforge.examples.eval;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A request, and tests of what comes of it that whoever answers never sees.
 *
 * @param name as its folder is called
 * @param traits what kind of package it asks for
 * @param prompt the request
 * @param acceptance the hidden tests: a module for Node's test runner, in which {@code 'PACKAGE'}
 *     stands for the package's name
 */
public record EvalCase(String name, Traits traits, String prompt, String acceptance) {
  private static final Pattern TEST = Pattern.compile("(?m)^\\s*(?:await\\s+)?(?:test|it)\\(");

  /**
   * What kind of package a case asks for.
   *
   * @param title a few words for lists
   * @param kind {@code library}, {@code command} or {@code both}
   * @param language {@code js} or {@code ts}
   * @param modules {@code esm} or {@code dual}
   * @param dependencies the packages that it is meant to build on
   */
  public record Traits(
      String title, String kind, String language, String modules, List<String> dependencies) {
    private static final List<String> KINDS = List.of("library", "command", "both");
    private static final List<String> LANGUAGES = List.of("js", "ts");
    private static final List<String> MODULES = List.of("esm", "dual");

    /** Copies the list, and refuses words that nobody knows. */
    public Traits {
      dependencies = List.copyOf(dependencies);
      if (title.isBlank()) {
        throw new IllegalArgumentException("\"title\" is empty");
      }
      mustBeOf(KINDS, "kind", kind);
      mustBeOf(LANGUAGES, "language", language);
      mustBeOf(MODULES, "modules", modules);
    }

    private static void mustBeOf(List<String> known, String field, String word) {
      if (!known.contains(word)) {
        throw new IllegalArgumentException(
            "\"" + field + "\" is \"" + word + "\", not one of " + String.join(", ", known));
      }
    }
  }

  /** Refuses a case that asks nothing or tests nothing. */
  public EvalCase {
    if (prompt.isBlank()) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    if (!TEST.matcher(acceptance).find()) {
      throw new IllegalArgumentException("there is no hidden test");
    }
  }

  /** How many hidden tests it states. */
  public int tests() {
    return (int) TEST.matcher(acceptance).results().count();
  }
}
