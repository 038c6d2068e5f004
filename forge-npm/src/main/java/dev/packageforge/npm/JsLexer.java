package dev.packageforge.npm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Cuts JavaScript or TypeScript into words, so that what stands in comments, strings and regular
 * expressions is not taken for code. Forgiving: any text gives some list of words.
 */
final class JsLexer {
  private static final Set<String> BEFORE_REGEX =
      Set.of(
          "return",
          "typeof",
          "case",
          "in",
          "of",
          "delete",
          "void",
          "throw",
          "new",
          "else",
          "do",
          "await",
          "yield",
          "instanceof");

  /** How often, on average, each character may be read in vain. */
  private static final long PATIENCE = 4;

  private final String text;
  private final List<JsToken> tokens = new ArrayList<>();

  /** For each open template substitution, how many braces are open inside it. */
  private final Deque<Integer> substitutions = new ArrayDeque<>();

  /** How many characters were read in vain for the end of a regular expression. */
  private long wasted;

  private int at;
  private int line = 1;

  private JsLexer(String text) {
    this.text = text;
  }

  static List<JsToken> tokens(String text) {
    JsLexer lexer = new JsLexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    if (text.startsWith("#!")) {
      skipLine();
    }
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (Character.isWhitespace(c) || c == '\uFEFF') {
        at++;
      } else if (text.startsWith("//", at)) {
        skipLine();
      } else if (text.startsWith("/*", at)) {
        skipBlock();
      } else if (c == '"' || c == '\'') {
        string(c);
      } else if (c == '`') {
        at++;
        template();
      } else if (Character.isJavaIdentifierPart(c) || c == '#') {
        word();
      } else if (c != '/' || !regexMayStart() || !regex()) {
        mark(c);
      }
    }
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void skipBlock() {
    int end = text.indexOf("*/", at + 2);
    int stop = end < 0 ? text.length() : end + 2;
    countLines(at, stop);
    at = stop;
  }

  private void countLines(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
  }

  private void string(char quote) {
    StringBuilder value = new StringBuilder();
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != quote && text.charAt(i) != '\n') {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
        if (text.charAt(i) == '\n') {
          line++;
        }
      }
      value.append(text.charAt(i++));
    }
    add(JsToken.Kind.STRING, value.toString());
    at = i < text.length() && text.charAt(i) == quote ? i + 1 : i;
  }

  /** Reads on in a template until it ends or a substitution begins. */
  private void template() {
    int start = at;
    int first = line;
    while (at < text.length() && text.charAt(at) != '`' && !text.startsWith("${", at)) {
      if (text.charAt(at) == '\\') {
        at++;
      }
      if (at < text.length() && text.charAt(at) == '\n') {
        line++;
      }
      at++;
    }
    int end = Math.min(at, text.length());
    tokens.add(new JsToken(JsToken.Kind.TEMPLATE, text.substring(start, end), first));
    if (text.startsWith("${", at)) {
      substitutions.push(0);
      at += 2;
    } else {
      at = end + 1;
    }
  }

  private void word() {
    int start = at++;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    add(JsToken.Kind.WORD, text.substring(start, at));
  }

  private boolean regexMayStart() {
    if (tokens.isEmpty()) {
      return true;
    }
    JsToken last = tokens.get(tokens.size() - 1);
    return switch (last.kind()) {
      case MARK -> !last.is(")") && !last.is("]") && !last.is("}");
      case WORD -> BEFORE_REGEX.contains(last.text());
      default -> false;
    };
  }

  private boolean regex() {
    // Many beginnings without an end, each read to the end of a long line, would take forever.
    if (wasted > PATIENCE * text.length()) {
      return false;
    }
    boolean inClass = false;
    int i;
    for (i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        inClass = true;
      } else if (c == ']') {
        inClass = false;
      } else if (c == '/' && !inClass) {
        add(JsToken.Kind.REGEX, text.substring(at, i + 1));
        at = i + 1;
        return true;
      }
    }
    wasted += i - at;
    return false;
  }

  private void mark(char c) {
    at++;
    if (!substitutions.isEmpty()) {
      int open = substitutions.pop();
      if (c == '}' && open == 0) {
        template();
        return;
      }
      substitutions.push(c == '{' ? open + 1 : c == '}' ? open - 1 : open);
    }
    add(JsToken.Kind.MARK, String.valueOf(c));
  }

  private void add(JsToken.Kind kind, String value) {
    tokens.add(new JsToken(kind, value, line));
  }
}
