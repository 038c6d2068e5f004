package dev.packageforge.npm;

import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.StepReport;
import dev.packageforge.toolchain.Verification;
import java.util.List;
import java.util.Optional;

/**
 * What the gate says of a package.
 *
 * @param id the name and version that its package.json states; empty if it states none
 * @param packed the very bytes that were judged, to be published as they are; empty unless it
 *     passed
 * @param steps how each step went, in order
 * @param findings all of them; none of them an error if it passed
 * @param failure what failed, root cause first; empty if it passed
 */
public record GateReport(
    Optional<PackageId> id,
    Optional<PackedArtifact> packed,
    List<StepReport> steps,
    List<Finding> findings,
    Optional<FailureDigest> failure) {
  /** Copies the lists; refuses a verdict that is both, or neither. */
  public GateReport {
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
    if (packed.isPresent() == failure.isPresent()) {
      throw new IllegalArgumentException("a package either passed or failed");
    }
  }

  /** Whether those who install it are safe from what can be seen. */
  public boolean passed() {
    return packed.isPresent();
  }

  /** The same as a verification of a draft would say it. */
  public Verification verification() {
    return packed
        .<Verification>map(artifact -> new Verification.Passed(artifact, steps, findings))
        .orElseGet(() -> new Verification.Failed(failure.orElseThrow(), steps, findings));
  }
}
