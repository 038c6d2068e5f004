package dev.packageforge.sandbox;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a session may do, and what it sees from the beginning.
 *
 * @param network whom its commands may reach until {@link SandboxSession#cutNetwork}
 * @param limits the ceilings
 * @param layers folders of this machine that its commands may read; none inside another
 */
public record SandboxSpec(Network network, Limits limits, List<Layer> layers) {
  /** Whom commands may reach. */
  public enum Network {
    /** Nobody. */
    NONE,
    /**
     * The package registry: through a {@link SandboxSession#companion companion} where the sandbox
     * has no network of its own, else directly.
     */
    REGISTRY_ONLY
  }

  /**
   * Ceilings of one session.
   *
   * @param command wall-clock time of one command
   * @param memoryBytes memory of all its processes together
   * @param diskBytes what it may write
   * @param outputBytes what one command may print before it is stopped
   * @param processes how many processes, their threads counted, may be there at once
   * @param processors how many processors' time they may use together; may be a fraction
   */
  public record Limits(
      Duration command,
      long memoryBytes,
      long diskBytes,
      long outputBytes,
      int processes,
      double processors) {
    private static final long MIB = 1024L * 1024;
    private static final int PROCESSES = 128; // a runtime has a dozen threads of its own
    private static final double PROCESSORS = 1;

    /** Refuses what would let nothing run. */
    public Limits {
      if (command.isNegative() || command.isZero()) {
        throw new IllegalArgumentException("a command needs time, was given " + command);
      }
      if (memoryBytes < 1 || diskBytes < 1 || outputBytes < 0) {
        throw new IllegalArgumentException("a command needs memory and disk");
      }
      if (processes < 1 || !(processors > 0)) {
        throw new IllegalArgumentException("a command needs a process and a processor");
      }
    }

    /** As many processes and processors as by default. */
    public Limits(Duration command, long memoryBytes, long diskBytes, long outputBytes) {
      this(command, memoryBytes, diskBytes, outputBytes, PROCESSES, PROCESSORS);
    }

    /**
     * Two minutes, 512 MiB of memory, 512 MiB of disk, 1 MiB of output, 128 processes and threads,
     * one processor.
     */
    public static Limits ofDefaults() {
      return new Limits(Duration.ofMinutes(2), 512 * MIB, 512 * MIB, MIB);
    }
  }

  /**
   * A folder of this machine that is seen in a session: tools, which would take long to put there
   * file by file. It is there to be read; how far a command is kept from changing it, the sandbox
   * says. Closing the session leaves it as it is. Its bytes do not count as written.
   *
   * @param path where it is seen below the work folder, with forward slashes
   * @param folder the folder itself; it must be there, and stay, while the session is open
   */
  public record Layer(String path, Path folder) {
    private static final Set<String> ODD = Set.of("", ".", "..");

    /** Refuses a path that leaves the work folder, and makes the folder absolute. */
    public Layer {
      requireNonNull(folder, "folder");
      boolean odd = path.contains("\\") || path.contains(":") || path.indexOf('\0') >= 0;
      if (odd || Stream.of(path.split("/", -1)).anyMatch(ODD::contains)) {
        throw new IllegalArgumentException(
            "not a path inside the work folder: \"" + Text.visible(path, 200) + "\"");
      }
      folder = folder.toAbsolutePath().normalize();
    }

    /** Whether a path of the session is this layer or something in it. */
    boolean covers(String other) {
      return other.equals(path) || other.startsWith(path + "/");
    }
  }

  /** Copies the layers, and refuses one inside another. */
  public SandboxSpec {
    layers = List.copyOf(layers);
    for (Layer layer : layers) {
      if (layers.stream().filter(other -> layer.covers(other.path())).count() > 1) {
        throw new IllegalArgumentException("two layers at \"" + layer.path() + "\"");
      }
    }
  }

  /**
   * Makes sure that a path may be written, as far as layers go; for those who implement sessions.
   *
   * @param path below the work folder
   * @throws SandboxException if it is in a layer
   */
  public void requireOutsideLayers(String path) {
    if (layers.stream().anyMatch(layer -> layer.covers(path))) {
      throw new SandboxException(
          "\"" + Text.visible(path, 200) + "\" cannot be written: it is in a layer.",
          "Put it elsewhere; a layer is there to be read.",
          /* retryable= */ false,
          /* cause= */ null);
    }
  }

  /** One without layers. */
  public SandboxSpec(Network network, Limits limits) {
    this(network, limits, List.of());
  }

  /** No network, default ceilings. */
  public static SandboxSpec ofDefaults() {
    return new SandboxSpec(Network.NONE, Limits.ofDefaults());
  }
}
