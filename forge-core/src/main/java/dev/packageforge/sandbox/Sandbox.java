package dev.packageforge.sandbox;

import dev.packageforge.SandboxReport;

/**
 * Opens places where code we do not know can do no harm; how much that is true says {@link #probe}.
 *
 * <p>Safe for use by many threads. Nothing is opened before the first call. An implementation that
 * holds connections is {@link AutoCloseable}; whoever built it closes it.
 */
public interface Sandbox {
  /**
   * Says what this sandbox holds against, now, on this machine. It may try a session of its own,
   * which is gone when this returns; it fetches nothing. An interrupt is kept, and told as an
   * exception that may be retried.
   *
   * @throws SandboxException if the place cannot be used at all
   */
  SandboxReport probe();

  /**
   * One that lets nothing run, for a machine that has no place for code we do not know.
   *
   * @param why a sentence
   * @param remedy what to do about it, a sentence
   */
  static Sandbox closed(String why, String remedy) {
    return new ClosedSandbox(why, remedy);
  }

  /**
   * Opens a fresh, empty session that shares nothing with any other.
   *
   * @throws SandboxException if it cannot be opened; nothing is left behind
   * @throws InterruptedException if this thread is interrupted; nothing is left behind
   */
  SandboxSession open(SandboxSpec spec) throws InterruptedException;
}
