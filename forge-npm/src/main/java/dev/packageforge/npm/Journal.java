package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
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

  /** Says of steps that they had nothing to do, or were not reached. */
  void skip(String why, Step... steps) throws InterruptedException {
    for (Step step : steps) {
      run(step, () -> StepOutcome.skipped(why));
    }
  }

  /** Adds what went wrong to what is known already. */
  void addFailures(List<Finding> findings) {
    failures.stream()
        .map(Failure::finding)
        .filter(finding -> !findings.contains(finding))
        .limit(DigestWriter.MAX_FAILURES)
        .forEach(findings::add);
  }

  /** What went wrong, for a repair. */
  FailureDigest digest(FileSet files) {
    return new DigestWriter(files).write(failed.orElse(Step.INSPECT), failures);
  }

  List<StepReport> reports() {
    return List.copyOf(reports);
  }
}
