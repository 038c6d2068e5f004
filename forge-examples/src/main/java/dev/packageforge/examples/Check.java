package dev.packageforge.examples;

import dev.packageforge.examples.JsonLines.Fields;

/**
 * One thing the doctor looked at.
 *
 * @param id stable, for scripts
 * @param state how it stands
 * @param sentence what was found
 * @param remedy what to do about it; empty if nothing needs doing
 */
record Check(String id, State state, String sentence, String remedy) {
  /** How a thing stands. */
  enum State {
    /** As it should be. */
    OK("✓"),
    /** Usable, and worth knowing. */
    WARNING("!"),
    /** Nothing works without it. */
    MISSING("✗");

    private final String glyph;

    State(String glyph) {
      this.glyph = glyph;
    }
  }

  static Check ok(String id, String sentence) {
    return new Check(id, State.OK, sentence, "");
  }

  static Check warning(String id, String sentence, String remedy) {
    return new Check(id, State.WARNING, sentence, remedy);
  }

  static Check missing(String id, String sentence, String remedy) {
    return new Check(id, State.MISSING, sentence, remedy);
  }

  boolean isMissing() {
    return state == State.MISSING;
  }

  /** For people: the remedy on a line of its own. */
  String line() {
    String first = state.glyph + " " + String.format("%-9s %s", id, sentence);
    return remedy.isEmpty() ? first : first + System.lineSeparator() + "            → " + remedy;
  }

  /** For programs. */
  Fields fields() {
    return JsonLines.type("check")
        .with("id", id)
        .with("state", JsonView.slug(state))
        .with("sentence", sentence)
        .with("remedy", remedy.isEmpty() ? null : remedy);
  }
}
