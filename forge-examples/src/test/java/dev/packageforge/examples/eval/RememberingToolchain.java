package dev.packageforge.examples.eval;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.Release;
import dev.packageforge.Sha512;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.TestFile;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Another toolchain, which verifies the same files only once. Safe for use by many threads. */
final class RememberingToolchain implements Toolchain {
  private final Toolchain toolchain;
  private final Map<String, Verification> known;

  private RememberingToolchain(Toolchain toolchain, Map<String, Verification> known) {
    this.toolchain = toolchain;
    this.known = known;
  }

  RememberingToolchain(Toolchain toolchain) {
    this(toolchain, new ConcurrentHashMap<>());
  }

  /** One that verifies with another toolchain and remembers the same. */
  RememberingToolchain with(Toolchain other) {
    return new RememberingToolchain(other, known);
  }

  @Override
  public Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation)
      throws InterruptedException {
    String key = request.id() + " " + Sha512.of(request.files().toBytes()).hex();
    Verification before = known.get(key);
    if (before != null && request.refusals().isEmpty()) {
      return before;
    }
    Verification verification = toolchain.verify(request, sandbox, listener, cancellation);
    if (request.refusals().isEmpty()) {
      known.put(key, verification);
    }
    return verification;
  }

  @Override
  public String houseRules() {
    return toolchain.houseRules();
  }

  @Override
  public String firstVersion() {
    return toolchain.firstVersion();
  }

  @Override
  public String nextVersion(String version, FileSet before, FileSet after) {
    return toolchain.nextVersion(version, before, after);
  }

  @Override
  public FileSet stamped(FileSet files, String version) {
    return toolchain.stamped(files, version);
  }

  @Override
  public List<Finding> review(PackagePlan plan) {
    return toolchain.review(plan);
  }

  @Override
  public List<String> relevant(FileSet files, FailureDigest failure) {
    return toolchain.relevant(files, failure);
  }

  @Override
  public List<TestFile> tests(FileSet files) {
    return toolchain.tests(files);
  }

  @Override
  public String installCommand(Release release) {
    return toolchain.installCommand(release);
  }
}
