package dev.packageforge.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.packageforge.testing.ManualClock;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** Passes drafts in which some file says so. The artifact is the draft's own bytes. */
final class SimulatedToolchain implements Toolchain {
  static final String GOOD = "good";

  private static final byte[] PACKED = "packed:".getBytes(UTF_8);
  private static final Duration TOOK = Duration.ofSeconds(3);

  /** So long that it does not wait for the next checkpoint. */
  private static final String LINE = "ok ".repeat(3_000);

  private final ManualClock clock;

  SimulatedToolchain(ManualClock clock) {
    this.clock = clock;
  }

  /** Whether these bytes were packed here. */
  static boolean isPacked(byte[] bytes) {
    return new String(bytes, UTF_8).startsWith(new String(PACKED, UTF_8));
  }

  @Override
  public String houseRules() {
    return "Write what is asked.";
  }

  @Override
  public String firstVersion() {
    return "1.0.0";
  }

  @Override
  public String nextVersion(String version, FileSet before, FileSet after) {
    return version + "+1";
  }

  @Override
  public List<Finding> review(PackagePlan plan) {
    return List.of();
  }

  @Override
  public Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation) {
    cancellation.throwIfCancelled();
    boolean good =
        StreamSupport.stream(request.files().spliterator(), false)
            .map(SourceFile::content)
            .anyMatch(content -> content.startsWith(GOOD));
    listener.began(Step.TEST);
    listener.line(Step.TEST, LINE);
    clock.advance(TOOK);
    StepReport report =
        new StepReport(
            Step.TEST,
            good ? StepReport.State.PASSED : StepReport.State.FAILED,
            TOOK,
            good ? "1 test" : "1 of 1 tests failed");
    listener.ended(report);
    if (!good) {
      return new Verification.Failed(
          new FailureDigest(Step.TEST, "test failed", "expected good", "test/expected-good", 1),
          List.of(report),
          List.of());
    }
    byte[] files = request.files().toBytes();
    byte[] bytes = new byte[PACKED.length + files.length];
    System.arraycopy(PACKED, 0, bytes, 0, PACKED.length);
    System.arraycopy(files, 0, bytes, PACKED.length, files.length);
    Artifact artifact =
        new Artifact(
            request.id(),
            Sha512.of(bytes),
            bytes.length,
            "slug-maker-1.0.0.tgz",
            List.of(new Artifact.Entry("index.js", bytes.length)));
    return new Verification.Passed(new PackedArtifact(artifact, bytes), List.of(report), List.of());
  }

  @Override
  public String installCommand(Release release) {
    return "install " + release.id();
  }
}
