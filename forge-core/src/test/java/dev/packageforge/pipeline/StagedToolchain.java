package dev.packageforge.pipeline;

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
import dev.packageforge.toolchain.TestFile;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An ecosystem in which a draft says itself how it does: the first line of the file {@code code} is
 * {@code good}, or the step at which it fails, how many things fail there, and what tells the
 * failure apart, as in {@code TEST 3 off-by-one}. Files below {@code test/} are tests; a line
 * {@code test} is one, and so is a comparison a line {@code is}. The version stands in the file
 * {@code version}; it is one higher in the middle if there is a new file.
 */
final class StagedToolchain implements Toolchain {
  private final List<VerificationRequest> verified = new ArrayList<>();

  List<VerificationRequest> verified() {
    return verified;
  }

  @Override
  public String houseRules() {
    return "Say good.";
  }

  @Override
  public String firstVersion() {
    return "1.0.0";
  }

  @Override
  public List<Finding> review(PackagePlan plan) {
    return List.of();
  }

  @Override
  public List<String> relevant(FileSet files, FailureDigest failure) {
    return List.of("code");
  }

  @Override
  public List<TestFile> tests(FileSet files) {
    return files.files().stream()
        .filter(file -> file.path().startsWith("test/"))
        .map(file -> new TestFile(file.path(), count(file, "test"), count(file, "is")))
        .toList();
  }

  private static int count(SourceFile file, String word) {
    return (int)
        Pattern.compile("^" + word + "\\b", Pattern.MULTILINE)
            .matcher(file.content())
            .results()
            .count();
  }

  @Override
  public String nextVersion(String version, FileSet before, FileSet after) {
    return after.count() > before.count() ? "1.1.0" : "1.0.1";
  }

  @Override
  public FileSet stamped(FileSet files, String version) {
    return files.with(List.of(new SourceFile("version", version + "\n")), Set.of());
  }

  @Override
  public Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation) {
    verified.add(request);
    String code = request.files().find("code").map(SourceFile::content).orElse("INSPECT 1 no-code");
    boolean refused = request.refusals().stream().anyMatch(Finding::isError);
    List<String> words = List.of(code.lines().findFirst().orElse("").split(" ", -1));
    if (words.get(0).equals("good") && !refused) {
      byte[] bytes = request.files().toBytes();
      Artifact artifact =
          new Artifact(request.id(), Sha512.of(bytes), bytes.length, "package.bin", List.of());
      return new Verification.Passed(
          new PackedArtifact(artifact, bytes), passed(), request.refusals());
    }
    Step at = refused || words.size() < 3 ? Step.INSPECT : Step.valueOf(words.get(0));
    int failures = words.size() < 3 ? 1 : Integer.parseInt(words.get(1));
    String signature = at + words.get(words.size() - 1);
    return new Verification.Failed(
        new FailureDigest(at, at + " failed", "evidence of " + code, signature, failures),
        steps(at),
        request.refusals());
  }

  private static List<StepReport> passed() {
    return Stream.of(Step.values())
        .map(step -> new StepReport(step, StepReport.State.PASSED, Duration.ZERO, ""))
        .toList();
  }

  private static List<StepReport> steps(Step failed) {
    List<StepReport> steps = new ArrayList<>();
    for (Step step : Step.values()) {
      StepReport.State state =
          step.compareTo(failed) < 0
              ? StepReport.State.PASSED
              : step == failed ? StepReport.State.FAILED : StepReport.State.SKIPPED;
      steps.add(new StepReport(step, state, Duration.ZERO, ""));
    }
    return steps;
  }

  @Override
  public String installCommand(Release release) {
    return "fetch " + release.location();
  }
}
