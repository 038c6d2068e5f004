package dev.packageforge.docker;

import java.util.List;
import java.util.Set;

/**
 * What an engine says of itself.
 *
 * @param address where it was found
 * @param product {@code Docker} or {@code Podman}
 * @param version of the product
 * @param api the version of its protocol that is spoken
 * @param platform {@code linux/amd64}
 * @param cgroups 1 or 2; 0 if it does not say
 * @param security its security options, as it writes them
 * @param runtimes names of what may run containers
 * @param defaultRuntime the one that does if none is named
 * @param missing limits that its kernel does not hold
 */
record EngineFacts(
    EngineAddress address,
    String product,
    String version,
    String api,
    String platform,
    int cgroups,
    List<String> security,
    Set<String> runtimes,
    String defaultRuntime,
    Set<Missing> missing) {
  /** What a kernel can lack. */
  enum Missing {
    MEMORY,
    SWAP,
    PROCESSES,
    PROCESSORS
  }

  EngineFacts {
    security = List.copyOf(security);
    runtimes = Set.copyOf(runtimes);
    missing = Set.copyOf(missing);
  }

  boolean podman() {
    return product.equals("Podman");
  }

  /** Whether a security option is on, as {@code rootless}, {@code seccomp}, {@code userns}. */
  boolean has(String option) {
    return security.stream()
        .anyMatch(line -> line.equals("name=" + option) || line.startsWith("name=" + option + ","));
  }
}
