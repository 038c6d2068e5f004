package dev.packageforge.npm;

/**
 * A word of a script.
 *
 * @param kind what it is
 * @param text the word, or the value of a string without its quotes
 * @param line from 1
 */
record JsToken(Kind kind, String text, int line) {
  enum Kind {
    WORD,
    MARK,
    STRING,
    /** A template, or the part of one around its substitutions. */
    TEMPLATE,
    REGEX
  }

  boolean is(String mark) {
    return kind == Kind.MARK && text.equals(mark);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }
}
