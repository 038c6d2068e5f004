package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.StepReport.State;
import dev.packageforge.toolchain.VerificationListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps how each step of one verification went, and tells the listener. For one thread. */
final class Journal {
  private final VerificationListener listener;
  private final Cancellation cancellation;
  private final List<StepReport> reports = new ArrayList<>();
  private Optional<Step> failed = Optional.empty();
  private List<Failure> failures = List.of();

  Journal(VerificationListener listener, Cancellation cancellation) {
    this.listener = listener;
    this.cancellation = cancellation;
  }

  /** The work of one step. */
  @FunctionalInterface
  interface Work {
    StepOutcome run() throws InterruptedException;
  }

  /** Runs a step, unless an earlier one failed: then it is skipped. */
  void run(Step step, Work work) throws InterruptedException {
    cancellation.throwIfCancelled();
    listener.began(step);
    long start = System.nanoTime();
    StepOutcome outcome = StepOutcome.failed("not finished", List.of());
    try {
      outcome = failed.isPresent() ? StepOutcome.skipped("not reached") : work.run();
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      StepReport report = new StepReport(step, outcome.state(), took, outcome.summary());
      reports.add(report);
      listener.ended(report);
    }
    if (outcome.state() == State.FAILED) {
      failed = Optional.of(step);
      failures = outcome.failures();
    }
  }

  /** The step that failed, if one did. */
  Optional<Step> failed() {
    return failed;
  }

  /** What went wrong in it. */
  List<Failure> failures() {
    return failures;
  }

  List<StepReport> reports() {
    return List.copyOf(reports);
  }
}
