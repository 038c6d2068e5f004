package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.registry.DependencyGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the model does in a run: plans, writes, repairs, refines. Each answer is in the record
 * before anything is done with it.
 */
final class Authoring {
  private static final int MAX_PLANS = 3;
  private static final int LONGEST_NAME = 120;

  /** Answers a draft may be made of: one, and two that complete it. */
  private static final int MAX_ANSWERS = 3;

  private final RunShift shift;
  private final Prompts prompts;
  private final ModelCalls calls;
  private final LookUp lookUp;

  Authoring(RunShift shift) {
    this.shift = shift;
    this.prompts =
        new Prompts(shift.ports.tools().toolchain().houseRules(), shift.ports.timing().random());
    this.calls = new ModelCalls(shift.ports.tools().model());
    Ports.Timing timing = shift.ports.timing();
    this.lookUp =
        new LookUp(
            shift.ports.tools().catalog(),
            new DependencyGuard(timing.clock(), timing.lengths().cooldown()),
            shift.hold.cancellation());
  }

  /** The next thing on the way to the first draft. */
  void generate() throws InterruptedException {
    Run.Planning planning = shift.run().work().planning();
    RunRequest.Base base = shift.run().request().base();
    if (planning.settled() != null) {
      write(planning.settled());
    } else if (base != null) {
      settle(base.plan());
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
        PlanReader.read(ask(prompts.plan(shift.run()), ModelListener.SILENT).text());
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
    findings.addAll(lookUp.check(plan));
    if (findings.stream().anyMatch(Finding::isError)) {
      refuse(new Run.RefusedPlan(plan.name(), findings));
    } else {
      settle(plan);
    }
  }

  private void settle(PackagePlan plan) {
    planned(shift.run().work().planning().settle(plan), new RunEvent.Planned(plan));
  }

  private void refuse(Run.RefusedPlan plan) {
    planned(shift.run().work().planning().refuse(plan), new RunEvent.PlanRefused(plan));
  }

  private void planned(Run.Planning planning, RunEvent... events) {
    Run run = shift.run();
    shift.checkpoint(RunShift.next(run.with(run.work().with(planning))), events);
  }

  /** Asks for all that is to be written: the whole package, or what its next version changes. */
  private void write(PackagePlan plan) throws InterruptedException {
    Run run = shift.run();
    RunRequest.Base base = run.request().base();
    if (base == null) {
      draft(prompts.write(run, plan), new Beginning(Draft.Origin.MODEL, 0, FileSet.empty()));
    } else {
      FileSet files = shift.files(base.files());
      draft(
          prompts.refine(run, plan, base, files), new Beginning(Draft.Origin.REFINEMENT, 0, files));
    }
  }

  /** Asks for a draft that mends what failed, in the way that promises most by now. */
  void repair() throws InterruptedException {
    Run run = shift.run();
    PackagePlan plan = run.plan().orElseThrow();
    Strategy strategy = Strategy.after(run);
    if (strategy == Strategy.START_AGAIN) {
      write(plan);
      return;
    }
    Attempt best = Strategy.best(run);
    Draft from = run.work().drafts().get(best.draft() - 1);
    FileSet files = shift.files(from);
    List<String> relevant =
        Strategy.failure(best)
            .map(failure -> shift.ports.tools().toolchain().relevant(files, failure))
            .orElseGet(List::of);
    draft(
        prompts.repair(
            run, plan, new Prompts.Patient(best, files, relevant, edited(run)), strategy),
        new Beginning(Draft.Origin.REPAIR, from.number(), files));
  }

  /** What the last repair changed. */
  private Set<String> edited(Run run) {
    Draft last = run.lastDraft().orElseThrow();
    if (last.origin() != Draft.Origin.REPAIR) {
      return Set.of();
    }
    FileSet before = shift.files(run.work().drafts().get(last.parent() - 1));
    return shift.files(last).files().stream()
        .filter(file -> !before.find(file.path()).equals(Optional.of(file)))
        .map(SourceFile::path)
        .collect(Collectors.toSet());
  }

  /**
   * What a draft is made from.
   *
   * @param origin who writes it
   * @param parent the number of the draft it is made from; 0 for none
   * @param files that draft's files
   */
  private record Beginning(Draft.Origin origin, int parent, FileSet files) {}

  /** Asks once, and goes on to the verification unless something is missing in the answer. */
  private void draft(ModelRequest question, Beginning from) throws InterruptedException {
    Run.Unfinished half = shift.run().work().unfinished();
    FileSet before = half == null ? from.files() : shift.files(half.files());
    ModelRequest request =
        half == null ? question : prompts.complete(shift.run(), question, before, half);
    int number = shift.run().work().drafts().size() + 1;
    ReplyReader reader =
        new ReplyReader(request.prompt().marker(), number, before, shift.sink::add);
    Heard heard = hear(request, reader);
    Optional<LanguageModelException> cut = heard.cut();
    Reply reply = reader.end();
    if (cut.isPresent() && reply.empty()) {
      throw cut.get();
    }
    FrozenTests.Kept kept =
        new FrozenTests(shift.ports.tools().toolchain())
            .keep(
                before,
                reply.files(),
                reply.contradictions(),
                from.origin() != Draft.Origin.REPAIR);
    Collected all = Collected.of(half, reply, kept);
    int answers = half == null ? 1 : half.answers() + 1;
    boolean lacking = cut.isPresent() || !reply.missed().isEmpty() || reply.cutOff().isPresent();
    if (lacking && answers < MAX_ANSWERS) {
      Run.Unfinished now =
          new Run.Unfinished(
              shift.keep(all.files().toBytes()), all.refusals(), all.cause(), answers);
      Run run = shift.run();
      shift.checkpoint(RunShift.next(run.with(run.work().with(now))));
    } else if (half == null && reply.changed().isEmpty() && reply.cannot().isPresent()) {
      shift.end(
          new Ending(
              Reason.MODEL_DECLINED,
              "The model says that it cannot: " + Text.visible(reply.cannot().get(), 200),
              "Ask in other words, or for less; the drafts are kept."));
    } else {
      drafted(from, all, heard.author());
    }
  }

  /**
   * What the answers to one question came to.
   *
   * @param files all files
   * @param refusals what was refused and is still missing
   * @param cause what the model says was wrong, or is new; empty if nothing was said
   */
  private record Collected(FileSet files, List<Finding> refusals, String cause) {
    static Collected of(Run.@Nullable Unfinished half, Reply reply, FrozenTests.Kept kept) {
      List<Finding> refusals = new ArrayList<>();
      if (half != null) {
        half.refusals().stream()
            .filter(finding -> !isMadeUpFor(finding, reply))
            .forEach(refusals::add);
      }
      refusals.addAll(reply.refusals());
      refusals.addAll(kept.findings());
      String cause = half == null || half.cause().isEmpty() ? reply.cause() : half.cause();
      return new Collected(kept.files(), refusals, cause);
    }

    /** What was cut off before its name was known is there once an answer came to its end. */
    private static boolean isMadeUpFor(Finding finding, Reply reply) {
      return finding.path().isEmpty()
          ? finding.code().equals(ReplyReader.CUT_OFF) && reply.cutOff().isEmpty()
          : reply.changed().contains(finding.path());
    }
  }

  private void drafted(Beginning from, Collected all, String author) {
    FileSet files = stamped(all.files());
    Run run = shift.run();
    Draft draft =
        new Draft(
            run.work().drafts().size() + 1,
            from.origin(),
            from.parent(),
            shift.keep(files.toBytes()),
            all.refusals(),
            all.cause(),
            author);
    shift.checkpoint(
        run.with(run.work().with(draft)).in(RunState.VERIFYING),
        new RunEvent.Drafted(draft, files.files().stream().map(SourceFile::path).toList()));
  }

  /** The next version follows from the files, whatever the model wrote. */
  private FileSet stamped(FileSet files) {
    return shift.run().request().base() == null
        ? files
        : shift.ports.tools().toolchain().stamped(files, shift.version(files));
  }

  /**
   * How an answer came.
   *
   * @param author which model says that it answered
   * @param cut what cut it off, if it was
   */
  private record Heard(String author, Optional<LanguageModelException> cut) {}

  private Heard hear(ModelRequest request, ReplyReader reader) throws InterruptedException {
    RunawayGuard guard = new RunawayGuard(ReplyReader.MAX_ANSWER);
    String asked = shift.ports.tools().model().info().name();
    try {
      ModelReply reply =
          ask(
              request,
              delta -> {
                reader.add(delta);
                if (guard.tooMuch(delta)) {
                  throw new AnswerTooLongException();
                }
              });
      return new Heard(Text.visible(reply.model(), LONGEST_NAME), Optional.empty());
    } catch (AnswerTooLongException e) {
      if (!guard.tooMuch("")) {
        return new Heard(asked, Optional.empty()); // the reader has had enough, and says so
      }
      return new Heard(
          asked,
          Optional.of(
              new LanguageModelException(
                  LanguageModelException.Reason.TRUNCATED,
                  "the model repeated itself without end and was stopped",
                  "ask in other words, or for a smaller package")));
    } catch (LanguageModelException e) {
      if (e.reason() != LanguageModelException.Reason.TRUNCATED) {
        throw e;
      }
      return new Heard(asked, Optional.of(e));
    }
  }

  /**
   * Asks the model. The reservation is stored before the call; the account after it is in the
   * shift's run, to be stored with what the answer led to.
   */
  private ModelReply ask(ModelRequest question, ModelListener listener)
      throws InterruptedException {
    ModelRequest request = inHaste(question).within(shift.timeLeft());
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
      return answer.reply();
    } catch (LanguageModelException e) {
      shift.account(calls.afterFailure(shift.run().spending(), price, e));
      throw e;
    }
  }

  /** What did not come the first time, for whatever reason, is better asked with less thought. */
  private ModelRequest inHaste(ModelRequest question) {
    return shift.run().work().setbacks().rests() == 0
        ? question
        : question.with(ModelRequest.Effort.LOW);
  }
}
