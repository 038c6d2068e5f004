package dev.packageforge.npm;

import java.util.ArrayList;
import java.util.List;

/** Finds what a script imports, as far as it says so in plain strings. */
final class ImportScanner {
  private ImportScanner() {}

  /**
   * One import.
   *
   * @param specifier what is asked for
   * @param line from 1
   * @param byRequire with {@code require}, which tries extensions
   */
  record Import(String specifier, int line, boolean byRequire) {}

  static List<Import> imports(List<JsToken> tokens) {
    List<Import> imports = new ArrayList<>();
    int[] ends = clauseEnds(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() != JsToken.Kind.WORD || (i > 0 && tokens.get(i - 1).is("."))) {
        continue;
      }
      switch (token.text()) {
        case "import" -> statement(tokens, i, ends, true, imports);
        case "export" -> statement(tokens, i, ends, false, imports);
        case "require" -> call(tokens, i + 1, true, imports);
        default -> {
          // Any other word imports nothing.
        }
      }
    }
    return imports;
  }

  private static void statement(
      List<JsToken> tokens, int start, int[] ends, boolean isImport, List<Import> imports) {
    if (isImport && call(tokens, start + 1, false, imports)) {
      return;
    }
    boolean direct =
        isImport
            && start + 1 < tokens.size()
            && tokens.get(start + 1).kind() == JsToken.Kind.STRING;
    int end = direct ? start + 1 : ends[start + 1];
    if (end < tokens.size() && tokens.get(end).kind() == JsToken.Kind.STRING) {
      imports.add(new Import(tokens.get(end).text(), tokens.get(end).line(), false));
    }
  }

  /** For each token, where a clause that holds it ends: at what is imported, or short of it. */
  private static int[] clauseEnds(List<JsToken> tokens) {
    int[] ends = new int[tokens.size() + 1];
    ends[tokens.size()] = tokens.size();
    for (int i = tokens.size() - 1; i >= 0; i--) {
      JsToken token = tokens.get(i);
      boolean isString = token.kind() == JsToken.Kind.STRING;
      boolean named = isString && i > 0 && tokens.get(i - 1).isWord("from");
      ends[i] = named || (!isString && !belongsToClause(token)) ? i : ends[i + 1];
    }
    return ends;
  }

  /** Between {@code import} or {@code export} and {@code from} stand names, braces and commas. */
  private static boolean belongsToClause(JsToken token) {
    return switch (token.kind()) {
      case WORD -> !List.of("const", "let", "var", "function", "class").contains(token.text());
      case MARK -> List.of("{", "}", ",", "*").contains(token.text());
      default -> false;
    };
  }

  private static boolean call(
      List<JsToken> tokens, int open, boolean byRequire, List<Import> imports) {
    if (open + 1 >= tokens.size() || !tokens.get(open).is("(")) {
      return false;
    }
    JsToken argument = tokens.get(open + 1);
    boolean whole =
        open + 2 < tokens.size() && (tokens.get(open + 2).is(")") || tokens.get(open + 2).is(","));
    if (whole
        && (argument.kind() == JsToken.Kind.STRING || argument.kind() == JsToken.Kind.TEMPLATE)) {
      imports.add(new Import(argument.text(), argument.line(), byRequire));
    }
    return true;
  }
}
