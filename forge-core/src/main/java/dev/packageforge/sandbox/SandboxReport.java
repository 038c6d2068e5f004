package dev.packageforge.sandbox;

import java.util.List;

/**
 * What a sandbox holds against. Shown to whoever approves.
 *
 * @param name of the kind: {@code process}
 * @param level how much it holds
 * @param degradations what it cannot do here, a sentence each
 */
public record SandboxReport(String name, Level level, List<String> degradations) {
  /** From nothing to most. */
  public enum Level {
    /** Holds against mistakes only: not for code from a live model. */
    NONE,
    /** Keeps files, network and secrets; cannot bound every resource. */
    CONTAINED,
    /** Holds against everything but a fault in the kernel or the container runtime. */
    ISOLATED
  }

  /** Copies the list. */
  public SandboxReport {
    degradations = List.copyOf(degradations);
  }
}
