package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which files of a draft are its tests, and whether they test anything. */
final class TestFiles {
  private static final Pattern IN_FOLDER = Pattern.compile("(?:^|.*/)(?:test|tests|__tests__)/.*");
  private static final Pattern BY_NAME = Pattern.compile(".*\\.(?:test|spec)\\.[cm]?[jt]s");
  private static final Pattern RUNNABLE = Pattern.compile(".*\\.[cm]?js");
  private static final Set<String> TESTS = Set.of("test", "it");
  private static final Set<String> ASSERTIONS =
      Set.of(
          "assert",
          "expect",
          "equal",
          "notEqual",
          "deepEqual",
          "strictEqual",
          "notStrictEqual",
          "deepStrictEqual",
          "ok",
          "throws",
          "rejects",
          "match",
          "doesNotThrow",
          "doesNotReject");

  private TestFiles() {}

  /** Whether a path belongs to the tests: a test itself, or something that tests use. */
  static boolean isOfTests(String path) {
    return IN_FOLDER.matcher(path).matches() || BY_NAME.matcher(path).matches();
  }

  /** All files of the tests. */
  static List<SourceFile> all(FileSet files) {
    return files.files().stream().filter(file -> isOfTests(file.path())).toList();
  }

  /** The files to hand to Node's test runner. */
  static List<SourceFile> runnable(FileSet files) {
    return all(files).stream()
        .filter(file -> RUNNABLE.matcher(file.path()).matches())
        .filter(file -> calls(JsLexer.tokens(file.content()), TESTS))
        .toList();
  }

  /** Whether the file compares anything with what it should be. */
  static boolean asserts(SourceFile file) {
    return calls(JsLexer.tokens(file.content()), ASSERTIONS);
  }

  private static boolean calls(List<JsToken> tokens, Set<String> names) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.WORD && names.contains(token.text())) {
        JsToken next = tokens.get(i + 1);
        if (next.is("(") || next.is(".")) {
          return true;
        }
      }
    }
    return false;
  }
}
