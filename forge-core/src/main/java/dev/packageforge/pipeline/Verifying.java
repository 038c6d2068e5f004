package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Verdict;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.List;

/** Verifies the newest draft, and says what follows: a person, a repair, or the end. */
final class Verifying {
  private static final int ALIKE_IS_STUCK = 3;

  private final RunShift shift;

  Verifying(RunShift shift) {
    this.shift = shift;
  }

  void advance() throws InterruptedException {
    Run run = shift.run();
    Draft draft = run.lastDraft().orElseThrow();
    PackagePlan plan = run.plan().orElseThrow();
    Toolchain toolchain = shift.ports.tools().toolchain();
    FileSet files = shift.files(draft);
    shift.timeLeft();
    int number = run.work().attempts().size() + 1;
    shift.sink.newAttempt();
    Sandbox sandbox = shift.ports.tools().sandbox();
    SandboxReport report = sandbox.probe();
    VerificationRequest request =
        new VerificationRequest(
            new PackageId(plan.name(), shift.version(files)), plan, files, draft.refusals());
    SinkListener listener = new SinkListener(shift.sink, number, shift.ports.timing().clock());
    Verification verification =
        report.level() == SandboxReport.Level.CLOSED
            ? toolchain.inspect(request, listener)
            : toolchain.verify(request, sandbox, listener, shift.hold.cancellation());
    Attempt attempt = new Judgement(number, draft.number(), report).of(verification);
    if (verification instanceof Verification.Passed passed) {
      shift.keep(passed.packed().bytes());
      shift.checkpoint(
          run.with(run.work().with(attempt)).in(RunState.AWAITING_APPROVAL),
          new RunEvent.Attempted(attempt));
    } else if (attempt.verdict() instanceof Verdict.Unverified unverified) {
      shift.end(
          run.with(run.work().with(attempt)),
          Endings.unverified(unverified),
          new RunEvent.Attempted(attempt));
    } else {
      failed(run, attempt);
    }
  }

  private void failed(Run before, Attempt attempt) {
    Run run = before.with(before.work().with(attempt));
    RunEvent event = new RunEvent.Attempted(attempt);
    List<Attempt> attempts = Strategy.attemptsSinceEdit(run);
    if (Strategy.failedAlike(attempts) >= ALIKE_IS_STUCK) {
      shift.end(
          run,
          new Ending(
              Reason.STUCK,
              ALIKE_IS_STUCK + " drafts failed alike: " + headline(attempt),
              "The best draft is kept; edit it, or ask in other words."),
          event);
    } else if (attempts.size() >= run.request().maxAttempts()) {
      shift.end(
          run,
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "Attempt " + attempt.number() + " failed too: " + headline(attempt),
              "The best draft is kept; edit it, or allow more attempts."),
          event);
    } else {
      shift.checkpoint(run.in(RunState.REPAIRING), event);
    }
  }

  private static String headline(Attempt attempt) {
    return Strategy.failure(attempt).map(FailureDigest::headline).orElse("");
  }
}
