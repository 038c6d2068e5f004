package dev.packageforge.worker;

import java.time.Duration;

/** Waits for nothing in particular. */
@FunctionalInterface
interface Rests {
  /** Waits this long, or until the worker stops. */
  void rest(Duration length) throws InterruptedException;
}
