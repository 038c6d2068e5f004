package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.registry.CatalogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * What the model does in a run: plans, writes, repairs. Each answer is in the record before
 * anything is done with it.
 */
final class Authoring {
  private static final int MAX_PLANS = 3;

  private final RunShift shift;
  private final Prompts prompts;
  private final ModelCalls calls;

  Authoring(RunShift shift) {
    this.shift = shift;
    this.prompts =
        new Prompts(shift.ports.tools().toolchain().houseRules(), shift.ports.timing().random());
    this.calls = new ModelCalls(shift.ports.tools().model());
  }

  /** The next thing on the way to the first draft. */
  void generate() throws InterruptedException {
    Run.Planning planning = shift.run().work().planning();
    if (planning.settled() != null) {
      draft(prompts.write(shift.run(), planning.settled()), FileSet.empty(), Draft.Origin.MODEL);
    } else if (planning.proposed() != null) {
      review(planning.proposed());
    } else {
      plan();
    }
  }

  private void plan() throws InterruptedException {
    if (shift.run().work().planning().refused().size() >= MAX_PLANS) {
      shift.end(
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "The model's plans were refused " + MAX_PLANS + " times.",
              "Say more about what the package should do, and run it again."));
      return;
    }
    Optional<PackagePlan> proposed =
        PlanReader.read(ask(prompts.plan(shift.run()), ModelListener.SILENT));
    if (proposed.isPresent()) {
      planned(shift.run().work().planning().propose(proposed.get()));
    } else {
      refuse(
          new Run.RefusedPlan(
              "",
              List.of(
                  Finding.error(
                      "plan-unreadable",
                      "",
                      "The answer holds no JSON object with a name.",
                      "Answer with the JSON object alone."))));
    }
  }

  private void review(PackagePlan plan) throws InterruptedException {
    List<Finding> findings = new ArrayList<>(shift.ports.tools().toolchain().review(plan));
    for (PlannedDependency needed : plan.dependencies()) {
      lookUp(needed).ifPresent(findings::add);
    }
    if (findings.stream().anyMatch(Finding::isError)) {
      refuse(new Run.RefusedPlan(plan.name(), findings));
    } else {
      planned(shift.run().work().planning().settle(plan), new RunEvent.Planned(plan));
    }
  }

  private void refuse(Run.RefusedPlan plan) {
    planned(shift.run().work().planning().refuse(plan), new RunEvent.PlanRefused(plan));
  }

  private void planned(Run.Planning planning, RunEvent... events) {
    Run run = shift.run();
    shift.checkpoint(RunShift.next(run.with(run.work().with(planning))), events);
  }

  private Optional<Finding> lookUp(PlannedDependency needed) throws InterruptedException {
    Optional<CatalogEntry> entry = find(needed);
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

  /** Asks the catalog, whose one way to be stopped is an interrupt. */
  private Optional<CatalogEntry> find(PlannedDependency needed) throws InterruptedException {
    Cancellation cancellation = shift.hold.cancellation();
    cancellation.throwIfCancelled();
    Thread asking = Thread.currentThread();
    Optional<CatalogEntry> entry;
    Cancellation.Registration stop = cancellation.onCancel(asking::interrupt);
    try {
      entry = shift.ports.tools().catalog().find(needed);
    } catch (InterruptedException e) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("cancelled during a look-up");
      }
      throw e;
    } finally {
      stop.close();
    }
    if (cancellation.isCancelled()) {
      Thread.interrupted(); // ours, come too late
      throw new CancellationException("cancelled after a look-up");
    }
    return entry;
  }

  /** Asks for a draft that mends the last one. */
  void repair() throws InterruptedException {
    Run run = shift.run();
    Draft last = run.lastDraft().orElseThrow();
    long repairs =
        run.work().drafts().stream().filter(draft -> draft.origin() == Draft.Origin.REPAIR).count();
    FileSet files = shift.files(last);
    ModelRequest request =
        prompts.repair(
            run,
            run.plan().orElseThrow(),
            files,
            (int) repairs + 1,
            Verifying.failedAlike(run) > 1);
    draft(request, files, Draft.Origin.REPAIR);
  }

  private void draft(ModelRequest request, FileSet before, Draft.Origin origin)
      throws InterruptedException {
    int parent = shift.run().work().drafts().size();
    ReplyReader reader =
        new ReplyReader(request.prompt().marker(), parent + 1, before, shift.sink::add);
    ask(request, reader::add);
    Reply reply = reader.end();
    FileSet files = reply.files();
    Sha512 kept = shift.keep(files.toBytes());
    Draft draft = new Draft(parent + 1, origin, parent, kept, reply.refusals(), reply.cause());
    Run run = shift.run();
    shift.checkpoint(
        run.with(run.work().with(draft)).in(RunState.VERIFYING),
        new RunEvent.Drafted(draft, files.files().stream().map(SourceFile::path).toList()));
  }

  /**
   * Asks the model. The reservation is stored before the call; the account after it is in the
   * shift's run, to be stored with what the answer led to.
   */
  private String ask(ModelRequest question, ModelListener listener) throws InterruptedException {
    ModelRequest request = question.within(shift.timeLeft());
    ModelCalls.Reservation price = calls.price(request);
    Run run = shift.run();
    shift.note(
        RunShift.next(run.with(calls.reserve(run.spending(), run.request().budget(), price))));
    shift.hold.refresh();
    shift.hold.cancellation().throwIfCancelled();
    try {
      ModelCalls.Answer answer =
          calls.ask(request, shift.run().spending(), price, listener, shift.hold.cancellation());
      shift.account(answer.spending());
      return answer.reply().text();
    } catch (AnswerTooLongException e) {
      return "";
    } catch (LanguageModelException e) {
      shift.account(calls.afterFailure(shift.run().spending(), price, e));
      throw e;
    }
  }
}
