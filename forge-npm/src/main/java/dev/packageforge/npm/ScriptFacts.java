package dev.packageforge.npm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the words of one script tell of it: what it imports, and in which of the two module systems
 * it is written. Forgiving, since it does not parse: it is sure only of what stands outside of all
 * braces.
 *
 * @param imports in order
 * @param module the line of the first word that only ECMAScript modules may have; 0 if there is
 *     none
 * @param common the line of the first word that gives a CommonJS module something to export; 0 if
 *     there is none
 * @param missed the words of CommonJS that are used outside of all functions, as if it were one,
 *     and nowhere defined; each with its line
 */
record ScriptFacts(List<Import> imports, int module, int common, List<JsToken> missed) {
  private static final Set<String> AFTER_EXPORT =
      Set.of(
          "{",
          "*",
          "default",
          "const",
          "let",
          "var",
          "function",
          "class",
          "async",
          "type",
          "interface",
          "declare",
          "abstract",
          "enum",
          "namespace",
          "import");
  private static final Set<String> OF_COMMON = Set.of("require", "__dirname", "__filename");
  private static final Set<String> DECLARING =
      Set.of("const", "let", "var", "function", "class", "import");

  /**
   * One import.
   *
   * @param specifier what is asked for
   * @param line from 1
   * @param byRequire with {@code require}, which tries extensions
   * @param certain whether it is reached whenever the file is loaded, and nothing catches it
   * @param caught whether the file goes on without it
   * @param type whether it is gone once types are
   * @param attributes whether it says how the file is to be read
   */
  record Import(
      String specifier,
      int line,
      boolean byRequire,
      boolean certain,
      boolean caught,
      boolean type,
      boolean attributes) {}

  static ScriptFacts of(String text) {
    return new Reader(JsLexer.tokens(text)).read();
  }

  /** Whether it is written as an ECMAScript module. */
  boolean isModule() {
    return module > 0;
  }

  /** Reads the words once. */
  private static final class Reader {
    private static final String TRY = "try";

    private final List<JsToken> tokens;
    private final List<Import> imports = new ArrayList<>();
    private final List<JsToken> missed = new ArrayList<>();
    private final Set<String> declared = new HashSet<>();
    private final Deque<String> open = new ArrayDeque<>();
    private int caught;
    private int module;
    private int common;

    Reader(List<JsToken> tokens) {
      this.tokens = tokens;
    }

    ScriptFacts read() {
      for (int i = 0; i < tokens.size(); i++) {
        JsToken token = tokens.get(i);
        if (token.kind() == JsToken.Kind.MARK) {
          mark(i, token.text());
        } else if (token.kind() == JsToken.Kind.WORD && !is(i - 1, ".")) {
          word(i, token);
        }
      }
      List<Import> kept =
          declared.contains("require")
              ? imports.stream().filter(each -> !each.byRequire()).toList()
              : List.copyOf(imports);
      List<JsToken> unknown =
          missed.stream().filter(each -> !declared.contains(each.text())).toList();
      return new ScriptFacts(kept, module, common, unknown);
    }

    private void mark(int i, String mark) {
      switch (mark) {
        case "{", "(", "[" -> {
          boolean tries = mark.equals("{") && isWord(i - 1, "try");
          caught += tries ? 1 : 0;
          open.push(tries ? TRY : mark);
        }
        case "}", ")", "]" -> {
          if (!open.isEmpty()) {
            caught -= open.pop().equals(TRY) ? 1 : 0;
          }
        }
        default -> {
          // No other mark opens or closes anything.
        }
      }
    }

    private void word(int i, JsToken token) {
      switch (token.text()) {
        case "import" -> imported(i);
        case "export" -> exported(i);
        case "module" -> commonIf(i, is(i + 1, ".") && isWord(i + 2, "exports"));
        case "exports" ->
            commonIf(i, (is(i + 1, ".") && is(i + 3, "=")) || is(i + 1, "[") || is(i - 1, ","));
        case "require" -> required(i);
        case "function" -> parameters(i);
        default -> {
          // Any other word says nothing of modules.
        }
      }
      if (OF_COMMON.contains(token.text())) {
        ofCommon(i, token);
      }
    }

    private void commonIf(int i, boolean exports) {
      if (exports && common == 0) {
        common = tokens.get(i).line();
      }
    }

    /** A function that is given its own {@code require} has come out of a bundler. */
    private void parameters(int i) {
      for (int at = i + 1; at < Math.min(tokens.size(), i + 8) && !is(at, ")"); at++) {
        if (isWord(at, "require") || isWord(at, "exports") || isWord(at, "module")) {
          declared.add(tokens.get(at).text());
        }
      }
    }

    private void ofCommon(int i, JsToken token) {
      boolean named = i > 0 && tokens.get(i - 1).kind() == JsToken.Kind.WORD;
      if (named && DECLARING.contains(tokens.get(i - 1).text())) {
        declared.add(token.text());
      } else if (isWord(i - 1, "typeof") || isWord(i - 1, "as") || isWord(i + 1, "as")) {
        declared.add(token.text());
      } else if (is(i + 1, ":") || inBraces(i)) {
        declared.add(token.text());
      } else if (open.isEmpty() || open.stream().noneMatch("{"::equals)) {
        missed.add(token);
      }
    }

    /** Whether a word stands alone between braces or commas: it may be a name that is made here. */
    private boolean inBraces(int i) {
      return (is(i - 1, "{") || is(i - 1, ",")) && (is(i + 1, "}") || is(i + 1, ","));
    }

    private void imported(int i) {
      if (is(i + 1, "(")) {
        call(i + 1, /* byRequire= */ false);
        return;
      }
      if (is(i + 1, ".")) {
        noteModule(i);
        return;
      }
      boolean statement = open.isEmpty() && !is(i + 1, ":") && !is(i + 1, "=");
      if (!statement) {
        return;
      }
      boolean type = isWord(i + 1, "type") && !isWord(i + 2, "from") && !is(i + 2, ",");
      if (isString(i + 1)) {
        noteModule(i);
        add(i + 1, type);
      } else {
        int from = from(i + 1);
        if (from > 0) {
          noteModule(i);
          add(from, type);
        } else if (requires(i)) {
          noteModule(i); // import x = require('y') of TypeScript
        }
      }
    }

    private boolean requires(int i) {
      return is(i + 2, "=") && isWord(i + 3, "require");
    }

    private void exported(int i) {
      boolean statement =
          open.isEmpty()
              && i + 1 < tokens.size()
              && AFTER_EXPORT.contains(tokens.get(i + 1).text())
              && tokens.get(i + 1).kind() != JsToken.Kind.STRING;
      if (!statement) {
        return;
      }
      noteModule(i);
      boolean type = isWord(i + 1, "type");
      int clause = type ? i + 2 : i + 1;
      if (is(clause, "{") || is(clause, "*")) {
        int from = from(clause);
        if (from > 0) {
          add(from, type);
        }
      }
    }

    private void noteModule(int i) {
      if (module == 0) {
        module = tokens.get(i).line();
      }
    }

    /** Where the string stands that a clause imports from; 0 if this is no such clause. */
    private int from(int start) {
      for (int i = start; i < tokens.size(); i++) {
        JsToken token = tokens.get(i);
        if (token.kind() == JsToken.Kind.STRING && isWord(i - 1, "from")) {
          return i;
        }
        boolean clause =
            token.kind() == JsToken.Kind.STRING
                || (token.kind() == JsToken.Kind.WORD && !DECLARING.contains(token.text()))
                || is(i, "{")
                || is(i, "}")
                || is(i, ",")
                || is(i, "*");
        if (!clause) {
          return 0;
        }
      }
      return 0;
    }

    private void add(int string, boolean type) {
      JsToken token = tokens.get(string);
      boolean attributes = isWord(string + 1, "with") || isWord(string + 1, "assert");
      imports.add(
          new Import(
              token.text(), token.line(), /* byRequire= */ false, true, false, type, attributes));
    }

    private void required(int i) {
      if (is(i + 1, "(") && !isWord(i - 1, "function")) {
        call(i + 1, /* byRequire= */ true);
      }
    }

    private void call(int bracket, boolean byRequire) {
      if (bracket + 2 >= tokens.size()) {
        return;
      }
      JsToken argument = tokens.get(bracket + 1);
      boolean whole = is(bracket + 2, ")") || (!byRequire && is(bracket + 2, ","));
      boolean text =
          argument.kind() == JsToken.Kind.STRING || argument.kind() == JsToken.Kind.TEMPLATE;
      if (whole && text) {
        boolean certain =
            byRequire && caught == 0 && open.stream().noneMatch("{"::equals) && !isGuarded(bracket);
        boolean attributes = !byRequire && is(bracket + 2, ",");
        imports.add(
            new Import(
                argument.text(),
                argument.line(),
                byRequire,
                certain,
                caught > 0,
                false,
                attributes));
      }
    }

    /** Whether a call stands behind a condition of its own line: {@code a && require('b')}. */
    private boolean isGuarded(int bracket) {
      int line = tokens.get(bracket).line();
      for (int i = bracket - 2; i >= 0 && tokens.get(i).line() == line; i--) {
        if (is(i, "?") || is(i, "&") || is(i, "|") || isWord(i, "if") || is(i, ">")) {
          return true;
        }
        if (is(i, ";")) {
          return false;
        }
      }
      return false;
    }

    private boolean is(int i, String mark) {
      return i >= 0 && i < tokens.size() && tokens.get(i).is(mark);
    }

    private boolean isWord(int i, String word) {
      return i >= 0 && i < tokens.size() && tokens.get(i).isWord(word);
    }

    private boolean isString(int i) {
      return i < tokens.size() && tokens.get(i).kind() == JsToken.Kind.STRING;
    }
  }

  /** The first word of CommonJS that a module would miss. */
  Optional<JsToken> firstMissed() {
    return missed.stream().findFirst();
  }
}
