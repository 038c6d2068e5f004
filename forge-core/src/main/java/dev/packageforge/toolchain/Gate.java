package dev.packageforge.toolchain;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Sandbox;

/**
 * Verifies what somebody packed elsewhere, as it is. Safe for use by many threads; opens nothing by
 * itself: what must run, runs in the sandbox it is given.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Verifies a package: reads it without running it, then, unless that found an error, installs and
   * tests exactly these bytes.
   *
   * @param packed the package; untrusted
   * @param listener hears steps and their output as they happen
   * @return the conclusion; if the package passed, with these very bytes
   * @throws dev.packageforge.sandbox.SandboxException if nothing was learned of the package
   * @throws dev.packageforge.registry.RegistryException if nothing was learned of the package
   *     because the ecosystem's registry did not answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; all sessions have then been closed
   */
  Verification check(
      byte[] packed, Sandbox sandbox, VerificationListener listener, Cancellation cancellation)
      throws InterruptedException;
}
