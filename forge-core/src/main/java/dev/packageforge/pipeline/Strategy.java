package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Draft.Origin;
import dev.packageforge.FailureDigest;
import dev.packageforge.Run;
import dev.packageforge.Step;
import dev.packageforge.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How the next draft is asked for, from what the drafts before it came to. Repairs lose most of
 * their power after the second one, and all of it when they fail alike: then something else is
 * tried instead of the same once more.
 */
enum Strategy {
  /** Small edits of the draft that came furthest. */
  EDIT,
  /** Edits too, but files that were edited before and still fail are written anew. */
  REWRITE_FILES,
  /** The files that users read are written anew, from what was proven. */
  DOCUMENT,
  /** The whole draft is written anew, with what was learned. */
  START_AGAIN;

  private static final List<Strategy> LADDER = List.of(EDIT, REWRITE_FILES, START_AGAIN);

  /** What comes after the newest attempt, which failed. */
  static Strategy after(Run run) {
    List<Attempt> attempts = attemptsSinceEdit(run);
    if (failedAt(attempts, 1, Step.EXAMPLES) && !failedAt(attempts, 2, Step.EXAMPLES)) {
      return DOCUMENT;
    }
    boolean edited = run.work().drafts().stream().anyMatch(d -> d.origin() == Origin.PERSON);
    int rung = repairsInARow(run) + (failedAlike(attempts) > 1 ? 1 : 0);
    // What a person wrote is never thrown away.
    int highest = edited ? LADDER.indexOf(REWRITE_FILES) : LADDER.size() - 1;
    return LADDER.get(Math.min(rung, highest));
  }

  /** The attempt to go on from: the one that came furthest since a person last edited. */
  static Attempt best(Run run) {
    return Run.best(attemptsSinceEdit(run)).orElseThrow();
  }

  /** How many attempts failed as the last one did, be it in a row or by turns with others. */
  static int failedAlike(List<Attempt> attempts) {
    List<String> signatures =
        attempts.stream()
            .map(attempt -> failure(attempt).map(FailureDigest::signature).orElse(""))
            .toList();
    return Collections.frequency(signatures, signatures.get(signatures.size() - 1));
  }

  /** The attempts that count: a person's edit begins a new series. */
  static List<Attempt> attemptsSinceEdit(Run run) {
    int lastEdit =
        run.work().drafts().stream()
            .filter(draft -> draft.origin() == Origin.PERSON)
            .mapToInt(Draft::number)
            .max()
            .orElse(0);
    return run.work().attempts().stream().filter(a -> a.draft() >= lastEdit).toList();
  }

  /** Why an attempt failed, if it did. */
  static Optional<FailureDigest> failure(Attempt attempt) {
    return attempt.verdict() instanceof Verdict.Failed failed
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  private static int repairsInARow(Run run) {
    int count = 0;
    for (Draft draft : run.work().drafts()) {
      count = draft.origin() == Origin.REPAIR ? count + 1 : 0;
    }
    return count;
  }

  private static boolean failedAt(List<Attempt> attempts, int fromLast, Step step) {
    return attempts.size() >= fromLast
        && failure(attempts.get(attempts.size() - fromLast))
            .filter(failure -> failure.step() == step)
            .isPresent();
  }
}
