package dev.packageforge.examples.eval;

import dev.packageforge.Spending;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How one case went.
 *
 * @param name the case
 * @param way how it came to a package that passes, or did not
 * @param hidden what the hidden tests said
 * @param answers how well the model answered
 * @param spending what the run used; its time is that of the clock on the wall
 */
public record CaseResult(String name, Way way, Hidden hidden, Answers answers, Spending spending) {
  /** Repairs within which a package should pass. */
  private static final int FEW = 2;

  /**
   * How it came to a package that passes, or did not.
   *
   * @param verified how many drafts were verified, the last of which passed if any did
   * @param green whether a draft passed
   * @param exit {@code ready}, or the reason for which the run ended
   * @param sentence why the run ended; empty if it is ready
   */
  public record Way(int verified, boolean green, String exit, String sentence) {
    /** Whether the first draft passed. */
    public boolean atOnce() {
      return green && verified == 1;
    }

    /** Whether a draft passed after two repairs at most. */
    public boolean soon() {
      return green && verified <= 1 + FEW;
    }

    /** How many drafts followed the first one. */
    public int repairs() {
      return Math.max(0, verified - 1);
    }
  }

  /**
   * What the hidden tests said.
   *
   * @param passed how many passed; none if there was no package to be tested
   * @param total how many there are
   * @param failures what went wrong, a sentence each
   */
  public record Hidden(int passed, int total, List<String> failures) {
    /** Copies the list. */
    public Hidden {
      failures = List.copyOf(failures);
    }
  }

  /**
   * How well the model answered.
   *
   * @param drafts how many drafts it wrote
   * @param wellFormed how many of them held nothing that was refused, be it a path, an edit or an
   *     end that is missing
   * @param editedFiles how many files it wanted to change by edits, counted for each answer
   * @param missedFiles how many of those edits did not fit
   * @param invented the dependencies it wanted that do not exist
   */
  public record Answers(
      int drafts, int wellFormed, int editedFiles, int missedFiles, List<String> invented) {
    /** Copies the list. */
    public Answers {
      invented = List.copyOf(invented);
    }
  }

  /** For programs. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("case", name);
    fields.put("firstDraftGreen", way.atOnce());
    fields.put("green", way.green());
    fields.put("repairs", way.repairs());
    fields.put("hiddenPassed", hidden.passed());
    fields.put("hiddenTotal", hidden.total());
    fields.put("hiddenFailures", hidden.failures());
    fields.put("drafts", answers.drafts());
    fields.put("wellFormed", answers.wellFormed());
    fields.put("editedFiles", answers.editedFiles());
    fields.put("missedFiles", answers.missedFiles());
    fields.put("inventedDependencies", answers.invented());
    fields.put("calls", spending.calls());
    fields.put("tokens", spending.tokens());
    fields.put("microDollars", spending.microDollars());
    fields.put("ms", spending.wall().toMillis());
    fields.put("exit", way.exit());
    fields.put("sentence", way.sentence());
    return fields;
  }

  Duration took() {
    return spending.wall();
  }
}
