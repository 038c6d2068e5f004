package dev.packageforge.npm;

import dev.packageforge.Sha512;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a registry says of a package.
 *
 * @param name of the package
 * @param tags versions by tag
 * @param versions by their text, in the registry's order
 * @param created when the package came to be; only the full document says
 */
record Packument(
    String name,
    Map<String, String> tags,
    Map<String, Version> versions,
    Optional<Instant> created) {
  Packument {
    tags = Map.copyOf(tags);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * One version.
   *
   * @param version its text
   * @param published when; only the full document says
   * @param deprecated the owner's warning; empty if there is none
   * @param hasInstallScript whether something of it is run when it is installed
   * @param license as written; empty if it says none, and in the abbreviated document
   * @param maintainers their names; none in the abbreviated document
   * @param dist its tarball
   */
  record Version(
      String version,
      Optional<Instant> published,
      String deprecated,
      boolean hasInstallScript,
      String license,
      List<String> maintainers,
      Dist dist) {
    Version {
      maintainers = List.copyOf(maintainers);
    }
  }

  /**
   * A tarball.
   *
   * @param tarball where it is, as the registry writes it; empty if it does not say
   * @param digest what the registry says it is; older versions have none
   * @param shasum SHA-1, in hexadecimal digits; empty if there is none
   */
  record Dist(String tarball, Optional<Sha512> digest, String shasum) {}

  /** One of its versions. */
  Optional<Version> version(String text) {
    return Optional.ofNullable(versions.get(text));
  }

  /** The version that a tag points to. */
  Optional<Version> tagged(String tag) {
    return Optional.ofNullable(tags.get(tag)).flatMap(this::version);
  }
}
