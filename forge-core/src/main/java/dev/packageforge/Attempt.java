package dev.packageforge;

import java.util.List;
import java.util.Optional;

/**
 * One verification of one draft, or of what was brought, as the approver sees it.
 *
 * @param number 1 for the first of the run
 * @param draft the number of the draft; 0 if there is none, because it was packed elsewhere
 * @param verdict the conclusion
 * @param steps how each step went, in order
 * @param findings what the checks said
 */
public record Attempt(
    int number, int draft, Verdict verdict, List<StepReport> steps, List<Finding> findings) {
  /** Copies the lists. */
  public Attempt {
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
  }

  /** The artifact, if the attempt passed. */
  public Optional<Artifact> artifact() {
    return verdict instanceof Verdict.Passed passed
        ? Optional.of(passed.artifact())
        : Optional.empty();
  }
}
