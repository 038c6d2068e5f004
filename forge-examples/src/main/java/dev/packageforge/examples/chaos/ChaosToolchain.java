package dev.packageforge.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
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
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Passes drafts whose code says that it is good. The artifact is the name and the draft's own
 * bytes: the same draft is always the same artifact.
 */
final class ChaosToolchain implements Toolchain {
  private static final int LINES = 12;
  private static final Duration TOOK = Duration.ofMillis(10);

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
      Cancellation cancellation)
      throws InterruptedException {
    listener.began(Step.TEST);
    for (int line = 1; line <= LINES; line++) {
      listener.line(Step.TEST, "line " + line + " of " + request.id());
    }
    takeTime(cancellation);
    String code = request.files().find("index.js").map(SourceFile::content).orElse("");
    boolean good = code.startsWith(ChaosReplies.GOOD);
    StepReport report =
        new StepReport(
            Step.TEST,
            good ? StepReport.State.PASSED : StepReport.State.FAILED,
            TOOK,
            good ? "1 test" : "1 of 1 tests failed");
    listener.ended(report);
    if (good) {
      return new Verification.Passed(packed(request), List.of(report), List.of());
    }
    return new Verification.Failed(
        new FailureDigest(Step.TEST, "test failed", "expected good", code.strip(), 1),
        List.of(report),
        List.of());
  }

  /** Long enough for something to go wrong meanwhile. */
  private static void takeTime(Cancellation cancellation) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Cancellation.Registration heard = cancellation.onCancel(stop::countDown);
    try {
      if (stop.await(TOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CancellationException("cancelled during a verification");
      }
    } finally {
      heard.close();
    }
  }

  private static PackedArtifact packed(VerificationRequest request) {
    PackageId id = request.id();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((id + "\n").getBytes(UTF_8));
    out.writeBytes(request.files().toBytes());
    byte[] bytes = out.toByteArray();
    Artifact artifact =
        new Artifact(
            id,
            Sha512.of(bytes),
            bytes.length,
            id.name() + ".pack",
            request.files().files().stream()
                .map(file -> new Artifact.Entry(file.path(), file.size()))
                .toList());
    return new PackedArtifact(artifact, bytes);
  }

  @Override
  public String installCommand(Release release) {
    return "install " + release.id();
  }
}
