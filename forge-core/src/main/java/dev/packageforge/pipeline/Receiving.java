package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Sha512;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Gate;
import dev.packageforge.toolchain.Verification;
import java.util.Optional;

/** Verifies what was packed elsewhere; then it waits for a person, as what was made here does. */
final class Receiving {
  /** What was brought has no draft. */
  private static final int NO_DRAFT = 0;

  private final RunShift shift;
  private final RunRequest.Brought brought;

  Receiving(RunShift shift, RunRequest.Brought brought) {
    this.shift = shift;
    this.brought = brought;
  }

  void advance() throws InterruptedException {
    Run run = shift.run();
    Optional<byte[]> packed =
        shift
            .ports
            .store()
            .fetch(brought.digest())
            .filter(bytes -> Sha512.of(bytes).equals(brought.digest()));
    if (packed.isEmpty()) {
      shift.end(
          new Ending(
              Reason.ARTIFACT_CHANGED,
              "What is stored is not what was brought; nothing was published.",
              "Bring it again; look for who can write to the store."));
      return;
    }
    Gate gate = shift.ports.tools().gate();
    if (gate == null) {
      shift.end(
          new Ending(
              Reason.SANDBOX_UNAVAILABLE,
              "Nothing that was packed elsewhere can be verified by this worker.",
              "Give its Forge a gate, and bring the package again."));
      return;
    }
    shift.timeLeft();
    int number = run.work().attempts().size() + 1;
    shift.sink.newAttempt();
    Sandbox sandbox = shift.ports.tools().sandbox();
    SandboxReport report = sandbox.probe();
    Verification verification =
        gate.check(
            packed.get(),
            sandbox,
            new SinkListener(shift.sink, number, shift.ports.timing().clock()),
            shift.hold.cancellation());
    Attempt attempt = new Judgement(number, NO_DRAFT, report).of(verification);
    if (verification instanceof Verification.Passed passed) {
      passed(run, passed, attempt);
    } else if (verification instanceof Verification.Failed failed) {
      shift.end(
          run.with(run.work().with(attempt)),
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "What was brought did not pass: " + failed.failure().headline(),
              "Mend it, pack it again, and bring that; nothing was published."),
          new RunEvent.Attempted(attempt));
    } else {
      throw new IllegalStateException("a gate either passes a package or fails it");
    }
  }

  private void passed(Run run, Verification.Passed passed, Attempt attempt) {
    if (!passed.packed().artifact().digest().equals(brought.digest())) {
      throw new IllegalStateException("the gate hands back other bytes than it was given");
    }
    shift.checkpoint(
        run.with(run.work().with(attempt)).in(RunState.AWAITING_APPROVAL),
        new RunEvent.Attempted(attempt));
  }
}
