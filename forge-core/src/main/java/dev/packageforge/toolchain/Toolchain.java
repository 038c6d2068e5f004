package dev.packageforge.toolchain;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.Release;
import dev.packageforge.SourceFile;
import dev.packageforge.sandbox.Sandbox;
import java.util.List;

/**
 * What one package ecosystem knows. Safe for use by many threads; opens nothing by itself: what
 * must run, runs in the sandbox it is given.
 */
public interface Toolchain {
  /** What a model must know to write a package that passes: plain sentences for the prompt. */
  String houseRules();

  /** The version a new package starts with. */
  String firstVersion();

  /**
   * Checks a plan before anything is written: the name, the paths, how dependencies are stated.
   *
   * @return what is wrong; empty if nothing is
   */
  List<Finding> review(PackagePlan plan);

  /**
   * What a repair needs to see of a draft that failed: the files that the failure names, and those
   * that they build on, most telling first. Default: all.
   *
   * @return paths of {@code files}; the rest is only named
   */
  default List<String> relevant(FileSet files, FailureDigest failure) {
    return files.files().stream().map(SourceFile::path).toList();
  }

  /**
   * Which of these files are tests, and what they hold as far as it can be counted by reading.
   * Default: none, so that repairs may change every file.
   */
  default List<TestFile> tests(FileSet files) {
    return List.of();
  }

  /**
   * The version that follows, told from what users can see: higher in its first part if something
   * they may rely on is gone, in its second if something is new, else in its third.
   *
   * @param version the version of {@code before}
   */
  String nextVersion(String version, FileSet before, FileSet after);

  /**
   * The files with this version stated where the ecosystem states it; unchanged if there is no such
   * place. Default: unchanged.
   */
  default FileSet stamped(FileSet files, String version) {
    return files;
  }

  /**
   * Verifies a draft: reads it without running it, then, unless that found an error, installs,
   * builds, packs and tests it in fresh sessions.
   *
   * @param listener hears steps and their output as they happen
   * @return the conclusion; a draft that fails is an answer, not an exception
   * @throws dev.packageforge.sandbox.SandboxException if nothing was learned of the draft
   * @throws dev.packageforge.registry.RegistryException if nothing was learned of the draft because
   *     the ecosystem's registry did not answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; all sessions have then been closed
   */
  Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation)
      throws InterruptedException;

  /**
   * Reads a draft without running anything of it, where there is no sandbox to run it in. Default:
   * says of every draft that nothing is known.
   *
   * @param listener hears steps as they happen
   * @return {@link Verification.Failed} if reading found an error, else {@link
   *     Verification.Unverified}
   * @throws InterruptedException if this thread is interrupted
   */
  default Verification inspect(VerificationRequest request, VerificationListener listener)
      throws InterruptedException {
    return new Verification.Unverified(List.of(), List.of());
  }

  /** What a person types to use a release. */
  String installCommand(Release release);
}
