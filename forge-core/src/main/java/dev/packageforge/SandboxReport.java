package dev.packageforge;

import java.util.List;

/**
 * What a sandbox holds against. Shown to whoever approves.
 *
 * @param name of the kind: {@code docker}, {@code process}
 * @param level how much it holds
 * @param enforced what it holds a command to, a sentence each
 * @param degradations what it cannot do here, a sentence each
 */
public record SandboxReport(
    String name, Level level, List<String> enforced, List<String> degradations) {
  /** From nothing to most. */
  public enum Level {
    /** Lets nothing run: what is to be told of a package is told by reading it. */
    CLOSED,
    /** Holds against mistakes only: not for code from a live model. */
    NONE,
    /** Keeps files, network and secrets; cannot bound every resource. */
    CONTAINED,
    /** Holds against everything but a fault in the kernel or the container runtime. */
    ISOLATED,
    /** Has a kernel of its own: one fault in ours or in the runtime is not enough to leave it. */
    DOUBLY_ISOLATED
  }

  /** Copies the lists. */
  public SandboxReport {
    enforced = List.copyOf(enforced);
    degradations = List.copyOf(degradations);
  }
}
