package dev.packageforge.gemini;

import dev.packageforge.Redactor;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.llm.ModelRequest;
import java.util.List;

/** Repeats what a service says, unless it repeats what we said. */
final class Quoting {
  private static final int SHOWN = 240;

  /** Runs of this many characters that are also ours are no accident. */
  private static final int RUN = 20;

  /** Shorter texts of ours say nothing. */
  private static final int WORD = 4;

  private final Redactor redactor;
  private final List<String> ours;

  Quoting(Secret key, ModelRequest request) {
    this.redactor = new Redactor(List.of(key));
    this.ours =
        List.of(
            request.prompt().text(),
            request.prompt().system(),
            request.prompt().subject(),
            request.prompt().marker(),
            request.form().schema());
  }

  /** The text in quotation marks after a colon; empty if there is none that may be shown. */
  String of(String said) {
    String line = redactor.redact(said).strip();
    int end = line.indexOf('\n');
    line = end < 0 ? line : line.substring(0, end).strip();
    String shown = Text.visible(line, SHOWN);
    return shown.isEmpty() || repeatsUs(shown) ? "" : ": \"" + shown + "\"";
  }

  /** A word such as a code; a question mark if it is not one or repeats us. */
  String word(String said) {
    boolean word = said.matches("[A-Za-z0-9_.:/-]{1,80}");
    return word && !repeatsUs(said) && !redactor.finds(said) ? said : "?";
  }

  private boolean repeatsUs(String said) {
    for (String our : ours) {
      if (our.strip().length() < WORD) {
        continue;
      }
      if (our.length() < RUN ? said.contains(our) : shareARun(said, our)) {
        return true;
      }
    }
    return false;
  }

  private static boolean shareARun(String said, String our) {
    for (int i = 0; i + RUN <= said.length(); i++) {
      if (our.contains(said.substring(i, i + RUN))) {
        return true;
      }
    }
    return false;
  }
}
