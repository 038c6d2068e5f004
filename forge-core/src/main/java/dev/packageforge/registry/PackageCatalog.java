package dev.packageforge.registry;

import dev.packageforge.PackagePlan.PlannedDependency;
import java.util.Optional;

/**
 * Where others' packages are looked up before anything is built on them. Safe for use by many
 * threads.
 */
@FunctionalInterface
public interface PackageCatalog {
  /**
   * Looks a dependency up.
   *
   * @return its entry; empty if no such package exists
   * @throws RegistryException if the catalog did not answer, so that nothing is known
   * @throws InterruptedException if this thread is interrupted
   */
  Optional<CatalogEntry> find(PlannedDependency dependency) throws InterruptedException;
}
