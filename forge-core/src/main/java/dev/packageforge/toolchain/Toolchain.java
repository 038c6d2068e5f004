package dev.packageforge.toolchain;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.Release;
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

  /** What a person types to use a release. */
  String installCommand(Release release);
}
