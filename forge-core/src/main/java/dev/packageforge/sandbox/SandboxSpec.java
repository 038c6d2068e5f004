package dev.packageforge.sandbox;

import java.time.Duration;

/**
 * What a session may do.
 *
 * @param network whom its commands may reach until {@link SandboxSession#cutNetwork}
 * @param limits the ceilings
 */
public record SandboxSpec(Network network, Limits limits) {
  /** Whom commands may reach. */
  public enum Network {
    /** Nobody. */
    NONE,
    /** The package registry. */
    REGISTRY_ONLY
  }

  /**
   * Ceilings of one session.
   *
   * @param command wall-clock time of one command
   * @param memoryBytes memory of all its processes together
   * @param diskBytes what it may write
   * @param outputBytes what one command may print before it is stopped
   */
  public record Limits(Duration command, long memoryBytes, long diskBytes, long outputBytes) {
    private static final long MIB = 1024L * 1024;

    /** Two minutes, 512 MiB of memory, 512 MiB of disk, 1 MiB of output. */
    public static Limits ofDefaults() {
      return new Limits(Duration.ofMinutes(2), 512 * MIB, 512 * MIB, MIB);
    }
  }

  /** No network, default ceilings. */
  public static SandboxSpec ofDefaults() {
    return new SandboxSpec(Network.NONE, Limits.ofDefaults());
  }
}
