package dev.packageforge.pipeline;

import dev.packageforge.Approval;
import dev.packageforge.ApprovalSigner;
import dev.packageforge.Artifact;
import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SourceFile;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What people decide about runs. Each decision is made on the run as it is stored, and is made
 * again if the run has changed meanwhile. Safe for use by many threads.
 */
final class Decisions {
  private static final Duration APPROVAL_HOLDS = Duration.ofHours(1);
  private static final int MAX_RACES = 20;

  private final RunStore store;
  private final ApprovalSigner signer;
  private final Clock clock;
  private final RandomGenerator random;

  Decisions(RunStore store, ApprovalSigner signer, Clock clock, RandomGenerator random) {
    this.store = store;
    this.signer = signer;
    this.clock = clock;
    this.random = random;
  }

  Run approve(RunId id, String approver, PublishOptions options) {
    return decide(
        id,
        run -> {
          Artifact artifact = verified(run);
          Approval.Terms terms = Approval.Terms.of(id, artifact, options);
          Run.Publication publication = run.work().publication();
          if (publication != null
              && publication.approval().terms().equals(terms)
              && !run.state().waitsForPerson()
              && run.ending() == null) {
            return null;
          }
          mustWait(run);
          Approval approval =
              signer.sign(terms, approver, clock.instant().plus(APPROVAL_HOLDS), random);
          return new Decision(
              run.with(run.work().with(Run.Publication.of(approval))).in(RunState.PUBLISHING),
              new RunEvent.Approved(approval),
              "publish");
        });
  }

  Run reject(RunId id, String who) {
    return decide(
        id,
        run -> {
          if (run.state() == RunState.REJECTED) {
            return null;
          }
          mustWait(run);
          return new Decision(run.ended(RunState.REJECTED, Endings.rejected(who)), null, null);
        });
  }

  Run edit(RunId id, int draft, Collection<SourceFile> changed, Set<String> removed) {
    return decide(
        id,
        run -> {
          mustWait(run);
          mustBeOurs(run);
          int last = run.work().drafts().size();
          if (draft != last) {
            throw new ConflictException(
                "The edit is on draft " + draft + ", the newest is " + last + ".",
                "Take the newest draft and edit that.");
          }
          FileSet files = files(run, draft).with(changed, removed);
          Draft edited =
              new Draft(
                  last + 1, Draft.Origin.PERSON, last, store.keep(files.toBytes()), List.of(), "");
          return new Decision(
              run.with(run.work().with(edited)).in(RunState.VERIFYING),
              new RunEvent.Drafted(edited, files.files().stream().map(SourceFile::path).toList()),
              "verify");
        });
  }

  /** What the next version of a verified package is made from, kept for whoever makes it. */
  RunRequest.Base base(RunId id) {
    Run run = existing(id);
    mustBeOurs(run);
    Artifact artifact = verified(run);
    Draft draft = run.lastDraft().orElseThrow();
    return new RunRequest.Base(
        id,
        draft.number(),
        store.keep(files(run, draft.number()).toBytes()),
        run.plan().orElseThrow(),
        artifact.id().version());
  }

  Run cancel(RunId id, String who, Runnable tellOurs) {
    for (int race = 0; race < MAX_RACES; race++) {
      Run run = existing(id);
      if (run.state() == RunState.CANCELLED) {
        return run;
      }
      Run.Publication publication = run.work().publication();
      boolean uploading =
          run.state() == RunState.PUBLISHING && publication != null && publication.uploads() > 0;
      if (run.state().isFinal() || uploading) {
        throw new ConflictException(
            "Run " + id + " is " + run.state().label() + " and can no longer be cancelled.",
            "Look at how it ended.");
      }
      if (store.requestCancel(id)) {
        tellOurs.run();
        return run;
      }
      Run ended = run.ended(RunState.CANCELLED, Endings.cancelled("by " + who));
      if (store.decide(ended, List.of(RunEvent.State.of(ended)), null) == SaveResult.SAVED) {
        return ended;
      }
    }
    throw crowded(id);
  }

  /** What a person wants of a run, or null if it is so already. */
  @FunctionalInterface
  private interface Wish {
    @Nullable Decision of(Run run);
  }

  /** The run as a person wants it, what to tell, and the kind of work that follows. */
  private record Decision(Run run, @Nullable RunEvent event, @Nullable String work) {}

  private Run decide(RunId id, Wish wish) {
    for (int race = 0; race < MAX_RACES; race++) {
      Run run = existing(id);
      Decision decision = wish.of(run);
      if (decision == null) {
        return run;
      }
      // Whatever was in the way before is not in the way of the new job.
      Run next = decision.run().with(decision.run().work().with(Run.Setbacks.NONE));
      RunEvent state = RunEvent.State.of(next);
      List<RunEvent> events =
          decision.event() == null ? List.of(state) : List.of(decision.event(), state);
      Job job =
          decision.work() == null ? null : Job.of(id, decision.work() + "-" + next.revision());
      if (store.decide(next, events, job) == SaveResult.SAVED) {
        return next;
      }
    }
    throw crowded(id);
  }

  Run existing(RunId id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new ConflictException("There is no run " + id + ".", "Look at the list of runs."));
  }

  static Artifact verified(Run run) {
    return run.artifact()
        .orElseThrow(
            () ->
                new ConflictException(
                    "The newest draft of run " + run.id() + " has not passed its verification.",
                    "Wait for it, or edit the draft."));
  }

  private static void mustWait(Run run) {
    if (!run.state().waitsForPerson()) {
      throw new ConflictException(
          "Run " + run.id() + " is " + run.state().label() + " and waits for nobody.",
          "Look at how it goes on.");
    }
  }

  private static void mustBeOurs(Run run) {
    if (run.request().brought() != null) {
      throw new ConflictException(
          "Run " + run.id() + " was brought as it is: it has no draft.",
          "Change the package where it was packed, and bring that.");
    }
  }

  private static ConflictException crowded(RunId id) {
    return new ConflictException(
        "Run " + id + " changed each time it was looked at.", "Try again in a moment.");
  }

  /** The files of a draft the run has. */
  FileSet files(Run run, int draft) {
    return store
        .fetch(run.work().drafts().get(draft - 1).files())
        .map(FileSet::fromBytes)
        .orElseThrow(() -> new IllegalStateException("draft " + draft + " is gone"));
  }
}
