package dev.packageforge;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One verification of one draft, or of what was brought, as the approver sees it.
 *
 * @param number 1 for the first of the run
 * @param draft the number of the draft; 0 if there is none, because it was packed elsewhere
 * @param verdict the conclusion
 * @param steps how each step went, in order
 * @param findings what the checks said
 * @param sandbox where it was run, as that held then; null if that was not written down
 */
public record Attempt(
    int number,
    int draft,
    Verdict verdict,
    List<StepReport> steps,
    List<Finding> findings,
    @Nullable SandboxReport sandbox) {
  /** Copies the lists. */
  public Attempt {
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
  }

  /** One of which nobody wrote down where it was run. */
  public Attempt(
      int number, int draft, Verdict verdict, List<StepReport> steps, List<Finding> findings) {
    this(number, draft, verdict, steps, findings, null);
  }

  /** The artifact, if the attempt passed. */
  public Optional<Artifact> artifact() {
    return verdict instanceof Verdict.Passed passed
        ? Optional.of(passed.artifact())
        : Optional.empty();
  }
}
