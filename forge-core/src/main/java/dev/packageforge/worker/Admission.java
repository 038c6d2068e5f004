package dev.packageforge.worker;

import java.util.Optional;

/**
 * Whether this machine can take more work: there is room on its disk, its sandbox answers. Asked
 * before each look for work; should be quick. Used by one thread at a time.
 */
@FunctionalInterface
public interface Admission {
  /** Why no more work can be taken now, as a sentence; empty if it can. */
  Optional<String> refusal();

  /** Admits everything. */
  static Admission always() {
    return Optional::empty;
  }
}
