package dev.packageforge.examples;

import dev.packageforge.examples.JsonLines.Fields;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing the doctor looked at.
 *
 * @param id stable, for scripts
 * @param state how it stands
 * @param sentence what was found
 * @param details more sentences, if one is not enough
 * @param remedy what to do about it; empty if nothing needs doing
 */
record Check(String id, State state, String sentence, List<String> details, String remedy) {
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
    return new Check(id, State.OK, sentence, List.of(), "");
  }

  static Check warning(String id, String sentence, String remedy) {
    return new Check(id, State.WARNING, sentence, List.of(), remedy);
  }

  static Check missing(String id, String sentence, String remedy) {
    return new Check(id, State.MISSING, sentence, List.of(), remedy);
  }

  boolean isMissing() {
    return state == State.MISSING;
  }

  /** The same, with more to be said. */
  Check with(List<String> more) {
    return new Check(id, state, sentence, more, remedy);
  }

  /** The same, with this said after what is said already. */
  Check andAlso(List<String> more) {
    List<String> all = new ArrayList<>(details);
    all.addAll(more);
    return with(all);
  }

  /** For people: each detail, and the remedy, on a line of its own. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(state.glyph + " " + String.format("%-9s %s", id, sentence));
    details.forEach(detail -> lines.add("            " + detail));
    if (!remedy.isEmpty()) {
      lines.add("            → " + remedy);
    }
    return lines;
  }

  /** For programs. */
  Fields fields() {
    return JsonLines.type("check")
        .with("id", id)
        .with("state", JsonView.slug(state))
        .with("sentence", sentence)
        .with("details", details.isEmpty() ? null : details)
        .with("remedy", remedy.isEmpty() ? null : remedy);
  }
}
