package dev.packageforge.pipeline;

import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.FileSet;
import dev.packageforge.ForgeException;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Spending;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.toolchain.Toolchain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease's worth of work on one run. What is to be done follows from the run's record alone, and
 * what was done is in the record before the next thing begins: whoever comes after a crash goes on
 * from there. What the model does is in {@link Authoring}, the sandbox in {@link Verifying}, the
 * registry in {@link Publishing}; here are the checkpoints, and the stops of all kinds.
 *
 * <p>For one thread.
 */
final class RunShift {
  /** Rests in a row until the run is given up. */
  static final int MAX_SETBACKS = 5;

  /**
   * The same where it is the sandbox that is away: about a quarter of an hour. It costs nothing to
   * wait for an engine that is restarted, and what was written so far was paid for.
   */
  static final int MAX_SANDBOX_SETBACKS = 30;

  /** Deliveries lost without progress until the job is taken for one that kills its workers. */
  static final int MAX_LOST = 8;

  private static final Logger LOG = LoggerFactory.getLogger(RunShift.class);
  private static final int TRIES_TO_KEEP = 3;
  private static final Duration FIRST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  /** Whoever asks us to wait longer than this is not waited for. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  final Ports ports;
  final Hold hold;
  final EventSink sink;
  private Run run;
  private Instant workedSince;
  private @Nullable Duration rest;
  private @Nullable Sha512 keptLast;
  private byte[] keptContent = {};

  RunShift(Ports ports, Hold hold, EventSink sink, Run run) {
    this.ports = ports;
    this.hold = hold;
    this.sink = sink;
    this.run = run;
    this.workedSince = ports.timing().clock().instant();
  }

  /** The run as last stored, with what was spent since. */
  Run run() {
    return run;
  }

  /**
   * Works until the run is over, waits for a person, or must rest.
   *
   * @return what came of it; never {@link Worked.Outcome#LOST}
   * @throws StaleLeaseException if the run is somebody else's now
   * @throws QueueException if the store did not answer
   * @throws InterruptedException if this thread is interrupted; the job has been given back if the
   *     store answered
   */
  Worked work() throws InterruptedException {
    try {
      proceed();
    } catch (CancellationException e) {
      if (hold.cancellation().isCancelled()) {
        stopped();
      } else {
        fault(e);
      }
    } catch (InterruptedException e) {
      giveBack(Duration.ZERO, e);
      throw e;
    } catch (QueueException e) {
      giveBack(FIRST_REST, e);
      throw e;
    } catch (StaleLeaseException e) {
      throw e;
    } catch (ForgeException e) {
      setBack(e);
      hearTheLastWish();
    } catch (RuntimeException | StackOverflowError e) {
      fault(e);
    }
    handBack();
    return rest == null
        ? new Worked(run, Worked.Outcome.DONE, Duration.ZERO)
        : new Worked(run, Worked.Outcome.GIVEN_BACK, rest);
  }

  private void proceed() throws InterruptedException {
    hold.renew(); // a wish to cancel may have been told to somebody who died since
    if (lost() >= MAX_LOST && run.state().needsWorker()) {
      giveUp();
    }
    while (run.state().needsWorker() && rest == null) {
      hold.mustHold();
      if (!uploadBegun()) {
        hold.cancellation().throwIfCancelled();
      }
      advance();
    }
    hearTheLastWish();
  }

  private void hearTheLastWish() {
    if (run.state().waitsForPerson()) {
      // From the last save on nobody can be asked to cancel; who was asked before, learns it now.
      hold.renew();
      if (hold.cancellation().isCancelled()) {
        stopped();
      }
    }
  }

  private void advance() throws InterruptedException {
    switch (run.state()) {
      case QUEUED, GENERATING -> begin();
      case VERIFYING -> verify();
      case REPAIRING -> new Authoring(this).repair();
      case PUBLISHING -> new Publishing(this).advance();
      default -> throw new IllegalStateException("nothing to do in state " + run.state());
    }
  }

  private void begin() throws InterruptedException {
    if (run.request().brought() == null) {
      new Authoring(this).generate();
    } else {
      checkpoint(run.in(RunState.VERIFYING));
    }
  }

  private void verify() throws InterruptedException {
    RunRequest.Brought brought = run.request().brought();
    if (brought == null) {
      new Verifying(this).advance();
    } else {
      new Receiving(this, brought).advance();
    }
  }

  private void handBack() {
    Ending ending = run.ending();
    if (rest != null) {
      ports.queue().retry(hold.lease(), rest);
    } else if (ending != null && ending.reason() == Reason.WORKER_LOST) {
      ports.queue().bury(hold.lease(), ending.sentence());
    } else {
      ports.queue().complete(hold.lease());
    }
  }

  private void giveBack(Duration after, Exception because) {
    try {
      ports.queue().retry(hold.lease(), after);
    } catch (RuntimeException e) {
      because.addSuppressed(e); // then the lease lapses
    }
  }

  // Stops of all kinds

  private void stopped() {
    if (hold.lost()) {
      throw new StaleLeaseException();
    }
    save(worked(run).ended(RunState.CANCELLED, Endings.cancelled("on request")));
  }

  private void giveUp() {
    String died = "The run's worker died " + lost() + " times in the same step.";
    end(
        uploadBegun()
            ? Endings.unknown(died)
            : new Ending(
                Reason.WORKER_LOST,
                died,
                "The drafts are kept; look at the worker's log before running it again."));
  }

  private int lost() {
    return run.work().setbacks().lost(hold.lease().deliveries());
  }

  private void fault(Throwable fault) {
    LOG.error("run {} stopped by a fault", run.id(), fault);
    if (!uploadBegun()) {
      end(Endings.internal(fault));
    } else if (run.work().setbacks().rests() + 1 >= MAX_SETBACKS) {
      end(Endings.unknown("A fault of Package Forge came between."));
    } else {
      rest("A fault of Package Forge; the registry is asked again.", Duration.ZERO);
    }
  }

  private void setBack(ForgeException e) {
    int most = e instanceof SandboxException ? MAX_SANDBOX_SETBACKS : MAX_SETBACKS;
    boolean enough = run.work().setbacks().rests() + 1 >= most;
    Duration asked =
        e instanceof LanguageModelException model
            ? model.retryAfter().orElse(Duration.ZERO)
            : Duration.ZERO;
    boolean hopeless = !e.retryable() || asked.compareTo(LONGEST_WAIT) > 0;
    if (uploadBegun() && enough) {
      end(Endings.unknown(String.valueOf(e.getMessage())));
    } else if (!uploadBegun() && (enough || hopeless)) {
      abandon(Endings.of(e));
    } else {
      rest(String.valueOf(e.getMessage()), asked);
    }
  }

  /** Stores that the work rests; the job is given back when this shift ends. */
  void rest(String why, Duration atLeast) {
    rest(run, why, atLeast);
  }

  /** As {@link #rest(String, Duration)}, with something to be stored besides. */
  void rest(Run resting, String why, Duration atLeast) {
    rest(resting, resting.work().setbacks().rest(), why, atLeast);
  }

  /** As {@link #rest(String, Duration)}, where nothing is wrong: it only takes its time. */
  void pause(Run waiting, String why, Duration atLeast, RunEvent... events) {
    Run.Setbacks none = new Run.Setbacks(0, hold.lease().deliveries());
    rest(waiting, none, why, atLeast, events);
  }

  private void rest(
      Run resting, Run.Setbacks setbacks, String why, Duration atLeast, RunEvent... events) {
    Duration length = longer(jitter(setbacks.rests()), atLeast);
    List<RunEvent> all = new ArrayList<>(List.of(events));
    all.add(new RunEvent.Postponed(why, length));
    note(next(resting.with(resting.work().with(setbacks))), all.toArray(RunEvent[]::new));
    rest = length;
  }

  private void abandon(Ending why) {
    if (run.state() == RunState.PUBLISHING && run.work().publication() != null) {
      sendBack(why);
    } else {
      end(why);
    }
  }

  /**
   * Leaves it to a person to give another word. Only for when it is certain that nothing of what
   * was approved is at the registry.
   */
  void sendBack(Ending why) {
    Run.Publication publication = Objects.requireNonNull(run.work().publication());
    checkpoint(run.with(run.work().with(publication.refused(why))).in(RunState.AWAITING_APPROVAL));
  }

  /** Ends the run without success. */
  void end(Ending why) {
    end(run, why);
  }

  /** Ends the run without success, with the last thing that was learned. */
  void end(Run last, Ending why, RunEvent... events) {
    save(worked(last).ended(RunState.FAILED, why), events);
  }

  // Checkpoints

  /** Stores a revision that brings the run on: whatever was in the way is overcome. */
  void checkpoint(Run next, RunEvent... events) {
    Run on = worked(next);
    save(on.with(on.work().with(new Run.Setbacks(0, hold.lease().deliveries()))), events);
  }

  /** Stores a revision that does not bring the run on by itself. */
  void note(Run next, RunEvent... events) {
    save(worked(next), events);
  }

  /** What was spent, to be stored with the next revision. */
  void account(Spending spending) {
    run = run.with(spending);
  }

  /** Keeps bytes that cost something; once more if the store did not answer. */
  Sha512 keep(byte[] content) {
    for (int left = TRIES_TO_KEEP - 1; left > 0; left--) {
      try {
        return keepOnce(content);
      } catch (QueueException e) {
        LOG.debug("the store did not answer, keeping once more", e);
      }
    }
    return keepOnce(content);
  }

  private Sha512 keepOnce(byte[] content) {
    Sha512 digest = ports.store().keep(content);
    keptLast = digest;
    keptContent = content;
    return digest;
  }

  /** The files of a draft. */
  FileSet files(Draft draft) {
    return files(draft.files());
  }

  /** Files that were kept. */
  FileSet files(Sha512 kept) {
    if (kept.equals(keptLast)) {
      return FileSet.fromBytes(keptContent);
    }
    return FileSet.fromBytes(
        ports
            .store()
            .fetch(kept)
            .orElseThrow(
                () -> new IllegalStateException("files " + kept.abbreviated() + " are gone")));
  }

  /** The version that the package has with these files. */
  String version(FileSet files) {
    Toolchain toolchain = ports.tools().toolchain();
    RunRequest.Base base = run.request().base();
    return base == null
        ? toolchain.firstVersion()
        : toolchain.nextVersion(base.version(), files(base.files()), files);
  }

  /** One revision on, in the same state; what was only accepted is begun with that. */
  static Run next(Run run) {
    return run.in(run.state() == RunState.QUEUED ? RunState.GENERATING : run.state());
  }

  /** Stores the next revision under the lease, with the events of the same moment. */
  private void save(Run next, RunEvent... events) {
    List<RunEvent> all = new ArrayList<>(List.of(events));
    all.add(RunEvent.State.of(next));
    if (sink.save(next, all) == SaveResult.STALE) {
      hold.lose();
      throw new StaleLeaseException();
    }
    run = next;
  }

  // The account of time

  /**
   * What the budget leaves of the time to work.
   *
   * @throws BudgetException if nothing is left, or more was spent than there is
   */
  Duration timeLeft() {
    Spending spending =
        run.spending().worked(Duration.between(workedSince, ports.timing().clock().instant()));
    Duration left = run.request().budget().wall().minus(spending.wall());
    spending
        .excess(run.request().budget())
        .ifPresent(
            excess -> {
              throw new BudgetException(excess);
            });
    return left;
  }

  private Run worked(Run next) {
    Instant now = ports.timing().clock().instant();
    Duration more = Duration.between(workedSince, now);
    workedSince = now;
    return more.isNegative() ? next : next.with(next.spending().worked(more));
  }

  private boolean uploadBegun() {
    Run.Publication publication = run.work().publication();
    return run.state() == RunState.PUBLISHING && publication != null && publication.uploads() > 0;
  }

  private Duration jitter(int setbacks) {
    long ceiling =
        Math.min(LONGEST_REST.toMillis(), FIRST_REST.toMillis() << Math.min(setbacks, 10));
    return Duration.ofMillis(ports.timing().random().nextLong(ceiling + 1));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
