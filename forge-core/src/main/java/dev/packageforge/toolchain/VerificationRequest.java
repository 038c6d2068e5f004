package dev.packageforge.toolchain;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import java.util.List;

/**
 * A draft to verify.
 *
 * @param id the name and version that it must have
 * @param plan what it must be
 * @param files what it is
 * @param refusals what its author wanted and was refused; an error among them fails the draft
 */
public record VerificationRequest(
    PackageId id, PackagePlan plan, FileSet files, List<Finding> refusals) {
  /** Copies the list. */
  public VerificationRequest {
    refusals = List.copyOf(refusals);
  }
}
