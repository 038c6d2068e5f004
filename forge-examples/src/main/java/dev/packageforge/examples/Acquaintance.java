package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.llm.DemoLanguageModel;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which code is known here: what the demo's own recordings say. All else is strange, be it from a
 * live model, from recordings of others, from a person or from a package that was made elsewhere.
 */
final class Acquaintance {
  private static final int LONGEST = 100;

  private final boolean strange;
  private final Function<RunId, Optional<Run>> runs;

  /**
   * What this process knows.
   *
   * @param strange whether its own model says what nobody knows
   * @param runs finds the run that another one is the next version of
   */
  Acquaintance(boolean strange, Function<RunId, Optional<Run>> runs) {
    this.strange = strange;
    this.runs = runs;
  }

  /** Whether all that a run has, and will get here, is the demo's. */
  boolean knows(Run run) {
    if (strange) {
      return false;
    }
    Run one = run;
    for (int known = 0; known < LONGEST && isOfTheDemo(one); known++) {
      RunRequest.Base base = one.request().base();
      if (base == null) {
        return true;
      }
      Optional<Run> before = runs.apply(base.run());
      if (before.isEmpty()) {
        return false;
      }
      one = before.get();
    }
    return false;
  }

  private static boolean isOfTheDemo(Run run) {
    return run.request().brought() == null
        && !Tape.isReplayed(run)
        && run.work().drafts().stream().map(Draft::author).allMatch(DemoLanguageModel.NAME::equals);
  }
}
