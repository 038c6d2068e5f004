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
    for (int i = 0; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() != JsToken.Kind.WORD || (i > 0 && tokens.get(i - 1).is("."))) {
        continue;
      }
      switch (token.text()) {
        case "import" -> statement(tokens, i, true, imports);
        case "export" -> statement(tokens, i, false, imports);
        case "require" -> call(tokens, i + 1, true, imports);
        default -> {
          // Any other word imports nothing.
        }
      }
    }
    return imports;
  }

  private static void statement(
      List<JsToken> tokens, int start, boolean isImport, List<Import> imports) {
    if (isImport && call(tokens, start + 1, false, imports)) {
      return;
    }
    for (int i = start + 1; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.STRING) {
        boolean direct = isImport && i == start + 1;
        if (direct || tokens.get(i - 1).isWord("from")) {
          imports.add(new Import(token.text(), token.line(), false));
          return;
        }
      } else if (!belongsToClause(token)) {
        return;
      }
    }
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
