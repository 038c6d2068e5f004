package dev.packageforge.pipeline;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.ForgeException;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Verdict;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease's worth of work on one run. What is to be done follows from the run's record alone, and
 * what was done is in the record before the next thing begins: whoever comes after a crash goes on
 * from there.
 *
 * <p>For one thread.
 */
final class RunShift {
  /** Rests in a row until the run is given up. */
  static final int MAX_SETBACKS = 5;

  /** Deliveries lost in a row until the job is taken for one that kills its workers. */
  static final int MAX_DELIVERIES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(RunShift.class);
  private static final int MAX_PLANS = 3;
  private static final int ALIKE_IS_STUCK = 3;
  private static final Duration FIRST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  final Ports ports;
  final Hold hold;
  final EventSink sink;
  private final Prompts prompts;
  private final ModelCalls calls;
  private Run run;
  private Instant workedSince;
  private @Nullable Duration rest;

  RunShift(Ports ports, Hold hold, EventSink sink, Run run) {
    this.ports = ports;
    this.hold = hold;
    this.sink = sink;
    this.run = run;
    this.prompts = new Prompts(ports.tools().toolchain().houseRules(), ports.timing().random());
    this.calls = new ModelCalls(ports.tools().model());
    this.workedSince = ports.timing().clock().instant();
  }

  /** The run as last stored. */
  Run run() {
    return run;
  }

  /**
   * Works until the run is over, waits for a person, or must rest.
   *
   * @throws StaleLeaseException if the run is somebody else's now
   * @throws QueueException if the store did not answer; the lease will lapse
   * @throws InterruptedException if this thread is interrupted; the job has been given back
   */
  void work() throws InterruptedException {
    try {
      hold.renew(); // a wish to cancel may have been told to somebody who died since
      if (hold.lease().deliveries() > MAX_DELIVERIES && run.state().needsWorker()) {
        giveUp();
      }
      while (run.state().needsWorker() && rest == null) {
        if (!uploadBegun()) {
          hold.cancellation().throwIfCancelled();
        }
        advance();
      }
      if (run.state().waitsForPerson()) {
        // From the last save on nobody can be asked to cancel; who was asked before, learns it now.
        hold.renew();
        hold.cancellation().throwIfCancelled();
      }
    } catch (CancellationException e) {
      stopped();
    } catch (InterruptedException e) {
      ports.queue().retry(hold.lease(), Duration.ZERO);
      throw e;
    } catch (StaleLeaseException | QueueException e) {
      throw e;
    } catch (ForgeException e) {
      setBack(e);
    } catch (RuntimeException e) {
      LOG.error("run {} stopped by a fault", run.id(), e);
      end(Endings.internal(e));
    }
    handBack();
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

  private void advance() throws InterruptedException {
    switch (run.state()) {
      case QUEUED -> checkpoint(run.in(RunState.GENERATING));
      case GENERATING -> generate();
      case VERIFYING -> verify();
      case REPAIRING -> repair();
      case PUBLISHING -> new Publishing(this).advance();
      default -> throw new IllegalStateException("nothing to do in state " + run.state());
    }
  }

  // Planning and writing

  private void generate() throws InterruptedException {
    Run.Planning planning = run.work().planning();
    if (planning.settled() != null) {
      write(planning.settled());
    } else if (planning.proposed() != null) {
      review(planning.proposed());
    } else {
      plan();
    }
  }

  private void plan() throws InterruptedException {
    if (run.work().planning().refused().size() >= MAX_PLANS) {
      end(
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "The model's plans were refused " + MAX_PLANS + " times.",
              "Say more about what the package should do, and run it again."));
      return;
    }
    Optional<PackagePlan> proposed = PlanReader.read(ask(prompts.plan(run), ModelListener.SILENT));
    Run.Planning planning = run.work().planning();
    if (proposed.isPresent()) {
      checkpoint(next(run.with(run.work().with(planning.propose(proposed.get())))));
    } else {
      refuse(unreadable());
    }
  }

  private void refuse(Run.RefusedPlan plan) {
    checkpoint(
        next(run.with(run.work().with(run.work().planning().refuse(plan)))),
        new RunEvent.PlanRefused(plan));
  }

  private static Run.RefusedPlan unreadable() {
    return new Run.RefusedPlan(
        "",
        List.of(
            Finding.error(
                "plan-unreadable",
                "",
                "The answer holds no JSON object with a name.",
                "Answer with the JSON object alone.")));
  }

  private void review(PackagePlan plan) throws InterruptedException {
    List<Finding> findings = new ArrayList<>(ports.tools().toolchain().review(plan));
    for (PackagePlan.PlannedDependency needed : plan.dependencies()) {
      hold.cancellation().throwIfCancelled();
      lookUp(needed).ifPresent(findings::add);
    }
    if (findings.stream().anyMatch(Finding::isError)) {
      refuse(new Run.RefusedPlan(plan.name(), findings));
    } else {
      checkpoint(
          next(run.with(run.work().with(run.work().planning().settle(plan)))),
          new RunEvent.Planned(plan));
    }
  }

  private Optional<Finding> lookUp(PackagePlan.PlannedDependency needed)
      throws InterruptedException {
    Optional<CatalogEntry> entry = ports.tools().catalog().find(needed);
    if (entry.isEmpty()) {
      return Optional.of(
          Finding.error(
              "dependency-does-not-exist",
              needed.name(),
              "There is no package called " + needed.name() + ".",
              "Do without it, or use one that exists."));
    }
    if (entry.get().version().isEmpty()) {
      return Optional.of(
          Finding.error(
              "dependency-range-is-empty",
              needed.name(),
              "No version of " + needed.name() + " is in " + needed.range() + ".",
              "Use a range that has versions."));
    }
    if (!entry.get().deprecated().isEmpty()) {
      return Optional.of(
          Finding.warning(
              "dependency-is-deprecated",
              needed.name(),
              needed.name() + " is deprecated by its owner: " + entry.get().deprecated(),
              "Use what the owner recommends."));
    }
    return Optional.empty();
  }

  private void write(PackagePlan plan) throws InterruptedException {
    draft(prompts.write(run, plan), FileSet.empty(), Draft.Origin.MODEL);
  }

  // Verifying and repairing

  private void verify() throws InterruptedException {
    Draft draft = run.lastDraft().orElseThrow();
    PackagePlan plan = run.plan().orElseThrow();
    withinBudget();
    int number = run.work().attempts().size() + 1;
    sink.newAttempt();
    Verification verification =
        ports
            .tools()
            .toolchain()
            .verify(
                new VerificationRequest(
                    new PackageId(plan.name(), ports.tools().toolchain().firstVersion()),
                    plan,
                    files(draft),
                    draft.refusals()),
                ports.tools().sandbox(),
                new SinkListener(sink, number, ports.timing().clock()),
                hold.cancellation());
    sink.flush();
    if (verification instanceof Verification.Passed passed) {
      Artifact artifact = passed.packed().artifact();
      ports.store().keep(passed.packed().bytes());
      Attempt attempt =
          new Attempt(
              number,
              draft.number(),
              new Verdict.Passed(artifact),
              passed.steps(),
              passed.findings());
      checkpoint(
          run.with(run.work().with(attempt)).in(RunState.AWAITING_APPROVAL),
          new RunEvent.Attempted(attempt));
    } else if (verification instanceof Verification.Failed failed) {
      Attempt attempt =
          new Attempt(
              number,
              draft.number(),
              new Verdict.Failed(failed.failure()),
              failed.steps(),
              failed.findings());
      failed(run.with(run.work().with(attempt)), attempt);
    }
  }

  private void failed(Run tried, Attempt attempt) {
    RunEvent event = new RunEvent.Attempted(attempt);
    if (alike(tried) >= ALIKE_IS_STUCK) {
      end(
          tried,
          new Ending(
              Reason.STUCK,
              ALIKE_IS_STUCK + " drafts in a row failed alike: " + headline(attempt),
              "The best draft is kept; edit it, or ask in other words."),
          event);
    } else if (attemptsSinceEdit(tried) >= run.request().maxAttempts()) {
      end(
          tried,
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "Attempt " + attempt.number() + " failed too: " + headline(attempt),
              "The best draft is kept; edit it, or allow more attempts."),
          event);
    } else {
      checkpoint(tried.in(RunState.REPAIRING), event);
    }
  }

  private void repair() throws InterruptedException {
    Draft last = run.lastDraft().orElseThrow();
    int round =
        1
            + (int)
                run.work().drafts().stream()
                    .filter(draft -> draft.origin() == Draft.Origin.REPAIR)
                    .count();
    FileSet files = files(last);
    ModelRequest request =
        prompts.repair(run, run.plan().orElseThrow(), files, round, alike(run) > 1);
    draft(request, files, Draft.Origin.REPAIR);
  }

  private void draft(ModelRequest request, FileSet before, Draft.Origin origin)
      throws InterruptedException {
    int parent = run.work().drafts().size();
    int number = parent + 1;
    ReplyReader reader = new ReplyReader(request.prompt().marker(), number, sink::add);
    ask(request, reader::add);
    reader.end();
    FileSet files = reader.applyTo(before);
    Sha512 kept = ports.store().keep(files.toBytes());
    Draft draft = new Draft(number, origin, parent, kept, reader.findings());
    checkpoint(
        run.with(run.work().with(draft)).in(RunState.VERIFYING),
        new RunEvent.Drafted(draft, files.files().stream().map(SourceFile::path).toList()));
  }

  /**
   * Asks the model. The reservation is stored before the call; the account after it is in {@link
   * #run}, to be stored with what the answer led to.
   */
  private String ask(ModelRequest request, ModelListener listener) throws InterruptedException {
    withinBudget();
    ModelCalls.Reservation price = calls.price(request);
    note(next(run.with(calls.reserve(run.spending(), run.request().budget(), price))));
    hold.renew();
    hold.cancellation().throwIfCancelled();
    try {
      ModelCalls.Answer answer =
          calls.ask(request, run.spending(), price, listener, hold.cancellation());
      run = run.with(answer.spending());
      return answer.reply().text();
    } catch (AnswerTooLongException e) {
      return "";
    } catch (LanguageModelException e) {
      run = run.with(ModelCalls.afterFailure(run.spending(), price, e));
      throw e;
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
    String died = "The run's worker died " + (hold.lease().deliveries() - 1) + " times in a row.";
    end(
        uploadBegun()
            ? Endings.unknown(died)
            : new Ending(
                Reason.WORKER_LOST,
                died,
                "The drafts are kept; look at the worker's log before running it again."));
  }

  private void setBack(ForgeException e) {
    int setbacks = run.work().setbacks() + 1;
    if (uploadBegun() && setbacks >= MAX_SETBACKS) {
      end(Endings.unknown(String.valueOf(e.getMessage())));
    } else if (!uploadBegun() && (!e.retryable() || setbacks >= MAX_SETBACKS)) {
      end(Endings.of(e));
    } else {
      Duration asked =
          e instanceof LanguageModelException model
              ? model.retryAfter().orElse(Duration.ZERO)
              : Duration.ZERO;
      rest(String.valueOf(e.getMessage()), asked);
    }
  }

  /** Stores that the work rests; the job is given back when this shift ends. */
  void rest(String why, Duration atLeast) {
    int setbacks = run.work().setbacks() + 1;
    Duration length = longer(jitter(setbacks), atLeast);
    note(next(run.with(run.work().withSetbacks(setbacks))), new RunEvent.Postponed(why, length));
    rest = length;
  }

  /** Ends the run without success. */
  void end(Ending why) {
    end(run, why);
  }

  private void end(Run last, Ending why, RunEvent... events) {
    save(worked(last).ended(RunState.FAILED, why), events);
  }

  // Checkpoints

  /** Stores a revision that brings the run on: whatever was in the way is overcome. */
  void checkpoint(Run next, RunEvent... events) {
    Run on = worked(next);
    save(on.with(on.work().withSetbacks(0)), events);
  }

  /** Stores a revision that does not bring the run on by itself. */
  void note(Run next, RunEvent... events) {
    save(worked(next), events);
  }

  /** Stores the next revision under the lease, with the events of the same moment. */
  private void save(Run next, RunEvent... events) {
    sink.flush();
    List<RunEvent> all = new ArrayList<>(List.of(events));
    all.add(RunEvent.State.of(next));
    if (ports.store().save(hold.lease(), next, all) == SaveResult.STALE) {
      hold.lose();
      throw new StaleLeaseException();
    }
    run = next;
  }

  /** The same state, one revision on. */
  static Run next(Run run) {
    return run.in(run.state());
  }

  /** A person's word, if it permits these terms now. Empty means that it does. */
  Optional<String> refusal(Approval approval, Approval.Terms terms, Instant now) {
    return ports.signer().refusal(approval, terms, now);
  }

  /** What the registry holds now. */
  Optional<StoredVersion> readBack(PackageId id) throws InterruptedException {
    return ports.tools().registry().find(id);
  }

  private boolean uploadBegun() {
    Run.Publication publication = run.work().publication();
    return publication != null && publication.uploads() > 0;
  }

  private Run worked(Run next) {
    Instant now = ports.timing().clock().instant();
    Duration more = Duration.between(workedSince, now);
    workedSince = now;
    return more.isNegative() ? next : next.with(next.spending().worked(more));
  }

  private void withinBudget() {
    run.spending()
        .worked(Duration.between(workedSince, ports.timing().clock().instant()))
        .excess(run.request().budget())
        .ifPresent(
            excess -> {
              throw new BudgetException(excess);
            });
  }

  private FileSet files(Draft draft) {
    return FileSet.fromBytes(
        ports
            .store()
            .fetch(draft.files())
            .orElseThrow(() -> new IllegalStateException("draft " + draft.number() + " is gone")));
  }

  private static int alike(Run run) {
    String last = "";
    int count = 0;
    for (Attempt attempt : run.work().attempts()) {
      String signature =
          attempt.verdict() instanceof Verdict.Failed failed ? failed.failure().signature() : "";
      count = signature.equals(last) ? count + 1 : 1;
      last = signature;
    }
    return count;
  }

  private static int attemptsSinceEdit(Run run) {
    int lastEdit =
        run.work().drafts().stream()
            .filter(draft -> draft.origin() == Draft.Origin.PERSON)
            .mapToInt(Draft::number)
            .max()
            .orElse(0);
    return (int) run.work().attempts().stream().filter(a -> a.draft() >= lastEdit).count();
  }

  private static String headline(Attempt attempt) {
    return attempt.verdict() instanceof Verdict.Failed failed ? failed.failure().headline() : "";
  }

  private Duration jitter(int setbacks) {
    long ceiling =
        Math.min(LONGEST_REST.toMillis(), FIRST_REST.toMillis() << Math.min(setbacks, 10));
    return Duration.ofMillis(ceiling / 2 + ports.timing().random().nextLong(ceiling / 2 + 1));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
