package dev.packageforge.sandbox;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command of ours that runs in a session beside the others, to which this program talks: the only
 * way out of a sandbox that has no network. It ends with {@link SandboxSession#cutNetwork}, with
 * its session, or when it is closed.
 *
 * <p>The two streams may be used by two threads. When the companion has ended, reading finds the
 * end or throws, and writing throws; neither waits.
 */
public interface Companion extends AutoCloseable {
  /** What it prints, as bytes; its errors are not among them. Untrusted. */
  InputStream output();

  /** What it reads. */
  OutputStream input();

  /** Ends it. Calling it again does nothing. */
  @Override
  void close();
}
