package dev.packageforge.testing;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Release;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An ecosystem in which a draft is good if one of its files says {@code good}, a failure is told
 * apart by the first file's text, and the artifact is the draft's canonical bytes.
 */
public final class FakeToolchain implements Toolchain {
  private final List<FileSet> verified = new ArrayList<>();

  /** One that has verified nothing yet. */
  public FakeToolchain() {}

  /** Every draft that was verified, in order. */
  public synchronized List<FileSet> verified() {
    return List.copyOf(verified);
  }

  @Override
  public String houseRules() {
    return "Say good.";
  }

  @Override
  public String firstVersion() {
    return "1.0.0";
  }

  /** One higher in the last part. */
  @Override
  public String nextVersion(String version, FileSet before, FileSet after) {
    int last = version.lastIndexOf('.') + 1;
    return version.substring(0, last) + (Integer.parseInt(version.substring(last)) + 1);
  }

  @Override
  public List<Finding> review(PackagePlan plan) {
    return plan.name().startsWith("bad")
        ? List.of(Finding.error("bad-name", plan.name(), "Bad name.", "Use a good one."))
        : List.of();
  }

  @Override
  public synchronized Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation) {
    cancellation.throwIfCancelled();
    verified.add(request.files());
    listener.began(Step.TEST);
    listener.line(Step.TEST, "testing");
    String text = request.files().files().stream().map(SourceFile::content).findFirst().orElse("");
    boolean good =
        request.refusals().stream().noneMatch(Finding::isError)
            && request.files().files().stream().anyMatch(f -> f.content().contains("good"));
    StepReport report =
        new StepReport(
            Step.TEST,
            good ? StepReport.State.PASSED : StepReport.State.FAILED,
            Duration.ZERO,
            "1 test");
    listener.ended(report);
    if (!good) {
      return new Verification.Failed(
          new FailureDigest(Step.TEST, "it is not good", "expected good", text, 1),
          List.of(report),
          request.refusals());
    }
    byte[] bytes = request.files().toBytes();
    Artifact artifact =
        new Artifact(request.id(), Sha512.of(bytes), bytes.length, "package.bin", List.of());
    return new Verification.Passed(
        new PackedArtifact(artifact, bytes), List.of(report), request.refusals());
  }

  @Override
  public String installCommand(Release release) {
    return "fetch " + release.location();
  }
}
