package dev.packageforge.pipeline;

import dev.packageforge.Draft;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was seen from outside: by the model, the registry, the store and the person. No invariant is
 * judged by the word of whoever is judged.
 */
final class Books {
  private final List<String> violations = new ArrayList<>();
  private final Set<CallId> answers = new HashSet<>();
  private final Map<RunId, Integer> halves = new HashMap<>();
  private final List<Word> words = new ArrayList<>();

  /** A person's word: these bytes, in this way, until then. */
  private record Word(Sha512 digest, PublishOptions options, Instant until) {}

  /** Something that must not happen has happened. */
  void violation(String what) {
    violations.add(what);
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  /** A record was stored: the answers that are in it must never be asked for again. */
  void checkpoint(Run run) {
    Run.Planning planning = run.work().planning();
    boolean planned = planning.proposed() != null || planning.settled() != null;
    answered(run, Purpose.PLAN, planning.refused().size() + (planned ? 1 : 0));
    int written = 0;
    int repaired = 0;
    for (Draft draft : run.work().drafts()) {
      written += draft.origin() == Draft.Origin.MODEL ? 1 : 0;
      repaired += draft.origin() == Draft.Origin.REPAIR ? 1 : 0;
    }
    // Only first drafts are cut off in these worlds.
    Run.Unfinished unfinished = run.work().unfinished();
    if (unfinished != null) {
      written++;
      answered(run, Purpose.COMPLETE, unfinished.answers() - 1);
      halves.put(run.id(), unfinished.answers());
    } else if (!run.work().drafts().isEmpty()) {
      answered(run, Purpose.COMPLETE, halves.getOrDefault(run.id(), 0));
    }
    answered(run, Purpose.WRITE, written);
    answered(run, Purpose.REPAIR, repaired);
  }

  private void answered(Run run, Purpose purpose, int rounds) {
    for (int round = 1; round <= rounds; round++) {
      answers.add(new CallId(run.id(), purpose, round));
    }
  }

  /** Whether the answer to this was ever in a record that was stored. */
  boolean isAnswered(CallId call) {
    return answers.contains(call);
  }

  /** A person saw this digest and is about to say yes to it. */
  void approves(Sha512 digest, PublishOptions options, Instant until) {
    words.add(new Word(digest, options, until));
  }

  boolean approved(Sha512 digest, PublishOptions options, Instant now) {
    return words.stream()
        .anyMatch(
            word ->
                word.digest().equals(digest)
                    && word.options().equals(options)
                    && now.isBefore(word.until()));
  }
}
