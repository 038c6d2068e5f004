package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Verdict;
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
    Verification verification =
        gate.check(
            packed.get(),
            shift.ports.tools().sandbox(),
            new SinkListener(shift.sink, number, shift.ports.timing().clock()),
            shift.hold.cancellation());
    if (verification instanceof Verification.Passed passed) {
      passed(run, number, passed);
    } else if (verification instanceof Verification.Failed failed) {
      Attempt attempt = attempt(number, new Verdict.Failed(failed.failure()), failed);
      shift.end(
          run.with(run.work().with(attempt)),
          new Ending(
              Reason.ATTEMPTS_EXHAUSTED,
              "What was brought did not pass: " + failed.failure().headline(),
              "Mend it, pack it again, and bring that; nothing was published."),
          new RunEvent.Attempted(attempt));
    }
  }

  private void passed(Run run, int number, Verification.Passed passed) {
    if (!passed.packed().artifact().digest().equals(brought.digest())) {
      throw new IllegalStateException("the gate hands back other bytes than it was given");
    }
    Attempt attempt = attempt(number, new Verdict.Passed(passed.packed().artifact()), passed);
    shift.checkpoint(
        run.with(run.work().with(attempt)).in(RunState.AWAITING_APPROVAL),
        new RunEvent.Attempted(attempt));
  }

  private static Attempt attempt(int number, Verdict verdict, Verification verification) {
    return new Attempt(number, NO_DRAFT, verdict, verification.steps(), verification.findings());
  }
}
