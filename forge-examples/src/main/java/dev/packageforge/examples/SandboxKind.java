package dev.packageforge.examples;

import dev.packageforge.sandbox.Sandbox;
import java.util.function.Consumer;

/**
 * A kind of sandbox that this machine may have. Safe for use by many threads. Whoever made it
 * closes it.
 */
interface SandboxKind extends AutoCloseable {
  /** As the setting names it. */
  String name();

  /**
   * The sandbox of this kind: the same one each time, once it was found. Fetches nothing.
   *
   * @throws dev.packageforge.sandbox.SandboxException if it cannot be had here; says what was tried
   * @throws InterruptedException if this thread is interrupted
   */
  Sandbox find(Settings settings) throws InterruptedException;

  /**
   * Fetches what the sandbox needs and this machine does not have; by default that is nothing.
   *
   * @param progress hears how far it is, a line each time
   * @throws dev.packageforge.sandbox.SandboxException if it cannot be had
   * @throws InterruptedException if this thread is interrupted
   */
  default void fetch(Settings settings, Consumer<String> progress) throws InterruptedException {}

  /** Ends what it has open; by default nothing is. */
  @Override
  default void close() {}
}
