package dev.packageforge.npm;

import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.TestFile;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Counts the tests and the comparisons that a script states; what is skipped does not count. */
final class TestCounter {
  private static final Set<String> TESTS = Set.of("test", "it");
  private static final Set<String> GROUPS = Set.of("describe", "suite");
  private static final Set<String> SKIPPING = Set.of("skip", "todo");
  private static final Set<String> STILL_TESTS = Set.of("only", "concurrent", "each");
  private static final Set<String> ASSERTIONS =
      Set.of(
          "assert",
          "expect",
          "equal",
          "notEqual",
          "deepEqual",
          "notDeepEqual",
          "strictEqual",
          "notStrictEqual",
          "deepStrictEqual",
          "notDeepStrictEqual",
          "ok",
          "throws",
          "rejects",
          "match",
          "doesNotMatch",
          "doesNotThrow",
          "doesNotReject");
  private static final Pattern OWN_ASSERTION = Pattern.compile("assert[A-Z_]\\w*");
  private static final Set<String> OPENING = Set.of("(", "[", "{");
  private static final Set<String> CLOSING = Set.of(")", "]", "}");

  /** Words that the options of a test may take; what is made to be slow has more. */
  private static final int LONGEST_OPTIONS = 200;

  private final List<JsToken> tokens;
  private int tests;
  private int assertions;

  private TestCounter(List<JsToken> tokens) {
    this.tokens = tokens;
  }

  static TestFile count(SourceFile file) {
    TestCounter counter = new TestCounter(JsLexer.tokens(file.content()));
    counter.run();
    return new TestFile(file.path(), counter.tests, counter.assertions);
  }

  private void run() {
    for (int i = 0; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() != JsToken.Kind.WORD || isWord(i - 1, "function")) {
        continue;
      }
      boolean isTest = TESTS.contains(token.text());
      if (isTest || GROUPS.contains(token.text())) {
        i = block(i, isTest);
      } else if (isAssertion(i, token.text())) {
        assertions++;
      }
    }
  }

  /** Takes a test or a group of them; answers where to read on. */
  private int block(int word, boolean isTest) {
    int open = word + 1;
    boolean skipped = false;
    while (is(open, ".") && open + 1 < tokens.size()) {
      String modifier = tokens.get(open + 1).text();
      if (!SKIPPING.contains(modifier) && !STILL_TESTS.contains(modifier)) {
        return word;
      }
      skipped |= SKIPPING.contains(modifier);
      open += 2;
    }
    // A regular expression has a method of this name too; what it takes is not followed by a comma.
    boolean isMethod = is(word - 1, ".") && !is(open + 2, ",");
    if (!is(open, "(") || is(open + 1, ")") || isMethod) {
      return word;
    }
    if (skipped || saysSkip(open)) {
      return closing(open, tokens.size());
    }
    tests += isTest ? 1 : 0;
    return word;
  }

  /** Whether the options that follow a test's name have it skipped. */
  private boolean saysSkip(int open) {
    if (!is(open + 2, ",") || !is(open + 3, "{")) {
      return false;
    }
    int end = closing(open + 3, Math.min(tokens.size(), open + LONGEST_OPTIONS));
    for (int i = open + 4; i < end; i++) {
      boolean key = SKIPPING.contains(tokens.get(i).text()) && is(i + 1, ":");
      if (key && !isWord(i + 2, "false")) {
        return true;
      }
    }
    return false;
  }

  private boolean isAssertion(int word, String text) {
    boolean known =
        text.equals("assert")
            || (!is(word - 1, ".")
                && (ASSERTIONS.contains(text) || OWN_ASSERTION.matcher(text).matches()));
    int after = word + 1;
    while (known && is(after, ".")) {
      after += 2;
    }
    return known && is(after, "(");
  }

  /** Where the bracket that opens here is closed, or the limit. */
  private int closing(int open, int limit) {
    int depth = 0;
    for (int i = open; i < limit; i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.MARK) {
        depth += OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
      }
      if (depth == 0) {
        return i;
      }
    }
    return limit;
  }

  private boolean is(int at, String mark) {
    return at >= 0 && at < tokens.size() && tokens.get(at).is(mark);
  }

  private boolean isWord(int at, String word) {
    return at >= 0 && at < tokens.size() && tokens.get(at).isWord(word);
  }
}
