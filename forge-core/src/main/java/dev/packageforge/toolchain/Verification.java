package dev.packageforge.toolchain;

import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.StepReport;
import java.util.List;

/** What a verification concluded. */
public sealed interface Verification {
  /** How each step went, in order. */
  List<StepReport> steps();

  /** What the checks said. */
  List<Finding> findings();

  /**
   * The draft is good.
   *
   * @param packed the artifact that was tested
   * @param steps how each step went
   * @param findings none of them an error
   */
  record Passed(PackedArtifact packed, List<StepReport> steps, List<Finding> findings)
      implements Verification {
    /** Copies the lists. */
    public Passed {
      steps = List.copyOf(steps);
      findings = List.copyOf(findings);
    }
  }

  /**
   * Nothing is wrong with the draft as far as reading tells; nothing of it was run.
   *
   * @param steps how each step went
   * @param findings none of them an error
   */
  record Unverified(List<StepReport> steps, List<Finding> findings) implements Verification {
    /** Copies the lists. */
    public Unverified {
      steps = List.copyOf(steps);
      findings = List.copyOf(findings);
    }
  }

  /**
   * The draft is not good enough.
   *
   * @param failure why, for the next draft
   * @param steps how each step went
   * @param findings what the checks said
   */
  record Failed(FailureDigest failure, List<StepReport> steps, List<Finding> findings)
      implements Verification {
    /** Copies the lists. */
    public Failed {
      steps = List.copyOf(steps);
      findings = List.copyOf(findings);
    }
  }
}
