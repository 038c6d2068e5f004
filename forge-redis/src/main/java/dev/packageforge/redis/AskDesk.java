package dev.packageforge.redis;

import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what others may only ask for, if it may be done: accepts runs that claim nothing, stores
 * decisions that only a person could have made, asks workers to stop. Whether an approval's
 * signature is good, the worker that publishes finds out itself.
 *
 * <p>Safe for use by many threads.
 */
final class AskDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AskDesk.class);

  /** Bytes that were handed in by those who may only ask. */
  @FunctionalInterface
  interface Given {
    Optional<byte[]> fetch(Sha512 digest);
  }

  private final RunStore store;
  private final Given given;
  private final Runnable look;

  /**
   * A desk.
   *
   * @param look lets the workers be heard
   */
  AskDesk(RunStore store, Given given, Runnable look) {
    this.store = store;
    this.given = given;
    this.look = look;
  }

  /**
   * Does it or refuses it.
   *
   * @return the answer, one word: see {@link Answer}
   * @throws QueueException if the store did not answer; the ask is to be kept
   */
  Answer answer(Ask ask) {
    if (ask instanceof Ask.Create create) {
      return create(create);
    }
    if (ask instanceof Ask.Decide decide) {
      return decide(decide);
    }
    if (ask instanceof Ask.Cancel cancel) {
      return store.requestCancel(cancel.run()) ? Answer.DONE : Answer.STALE;
    }
    look.run();
    return Answer.DONE;
  }

  /** What is told to who asked. */
  enum Answer {
    /** It is done. */
    DONE,
    /** It came too late, or there was nothing to do. */
    STALE,
    /** It is nothing that may be asked for. */
    REFUSED
  }

  private Answer create(Ask.Create ask) {
    Run run = ask.run();
    if (!run.isJustAccepted() || !isFor(run, ask.job())) {
      return refused("a run that claims more than that it was asked for");
    }
    store.create(run, ask.job());
    return Answer.DONE;
  }

  private Answer decide(Ask.Decide ask) {
    Run run = ask.run();
    Optional<Run> before = store.find(run.id());
    if (before.isEmpty() || before.get().revision() != run.revision() - 1) {
      return Answer.STALE;
    }
    Job next = ask.next();
    boolean work = run.state().needsWorker();
    if (!run.isDecisionOn(before.get())
        || !told(run, ask.events())
        || work != (next != null)
        || (next != null && !isFor(run, next))) {
      return refused("a decision that no person makes");
    }
    if (run.state() == RunState.VERIFYING && !keepEdit(run)) {
      return refused("an edit without its files");
    }
    return store.decide(run, ask.events(), next) == SaveResult.SAVED ? Answer.DONE : Answer.STALE;
  }

  private boolean keepEdit(Run run) {
    Sha512 files = run.lastDraft().map(Draft::files).orElseThrow();
    if (store.fetch(files).isPresent()) {
      return true;
    }
    Optional<byte[]> bytes = given.fetch(files).filter(AskDesk::areFiles);
    bytes.ifPresent(store::keep);
    return bytes.isPresent();
  }

  private static boolean areFiles(byte[] bytes) {
    try {
      FileSet.fromBytes(bytes);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isFor(Run run, Job job) {
    return job.run().equals(run.id()) && job.id().startsWith(run.id() + "/");
  }

  /** Whether the events tell this decision and nothing else. */
  private static boolean told(Run run, List<RunEvent> events) {
    return events.stream()
        .allMatch(
            event -> {
              if (event instanceof RunEvent.Approved approved) {
                return run.state() == RunState.PUBLISHING
                    && Optional.ofNullable(run.work().publication())
                        .map(Run.Publication::approval)
                        .equals(Optional.of(approved.approval()));
              }
              if (event instanceof RunEvent.Drafted drafted) {
                return run.lastDraft().equals(Optional.of(drafted.draft()));
              }
              return event.equals(RunEvent.State.of(run));
            });
  }

  private static Answer refused(String what) {
    LOG.warn("somebody who may only ask asked for {}; it was refused", what);
    return Answer.REFUSED;
  }
}
