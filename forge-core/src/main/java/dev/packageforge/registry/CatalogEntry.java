package dev.packageforge.registry;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A package that exists.
 *
 * @param name its name
 * @param version of those in the range that was asked for, the one that would be installed, as a
 *     rule the newest; empty if none is in it
 * @param deprecated the owner's warning; empty if there is none
 * @param facts what else the catalog knows of it
 */
public record CatalogEntry(String name, String version, String deprecated, Facts facts) {
  /** Checks that all are there. */
  public CatalogEntry {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(deprecated, "deprecated");
    requireNonNull(facts, "facts");
  }

  /** An entry of a catalog that knows nothing else. */
  public CatalogEntry(String name, String version, String deprecated) {
    this(name, version, deprecated, Facts.UNKNOWN);
  }

  /**
   * What tells a package that many rely on from one that was made to be taken for it.
   *
   * @param created when the package was published first; empty if that is not known
   * @param published when {@link CatalogEntry#version} was published; empty if that is not known
   * @param earliest when the oldest version in the range was published; empty if that is not known
   * @param installScript whether it runs code of its own when it is installed
   * @param resembles the popular package that its name may be mistaken for; empty if there is none
   */
  public record Facts(
      Optional<Instant> created,
      Optional<Instant> published,
      Optional<Instant> earliest,
      boolean installScript,
      String resembles) {
    /** Nothing is known. */
    public static final Facts UNKNOWN =
        new Facts(Optional.empty(), Optional.empty(), Optional.empty(), false, "");

    /** Checks that all are there. */
    public Facts {
      requireNonNull(created, "created");
      requireNonNull(published, "published");
      requireNonNull(earliest, "earliest");
      requireNonNull(resembles, "resembles");
    }
  }
}
