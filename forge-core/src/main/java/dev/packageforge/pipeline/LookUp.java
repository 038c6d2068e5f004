package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Asks the catalog for what a plan wants to build on, before any code is asked for. */
final class LookUp {
  private final PackageCatalog catalog;
  private final Cancellation cancellation;

  LookUp(PackageCatalog catalog, Cancellation cancellation) {
    this.catalog = catalog;
    this.cancellation = cancellation;
  }

  /** What is wrong with a plan's dependencies. */
  List<Finding> check(PackagePlan plan) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (PlannedDependency needed : plan.dependencies()) {
      check(needed).ifPresent(findings::add);
    }
    return findings;
  }

  private Optional<Finding> check(PlannedDependency needed) throws InterruptedException {
    Optional<CatalogEntry> entry = find(needed);
    if (entry.isEmpty()) {
      return Optional.of(
          Finding.error(
              "dependency-does-not-exist",
              needed.name(),
              "There is no package called " + needed.name() + ".",
              "Do without it, or use one that exists."));
    }
    if (entry.get().version().isEmpty()) {
      return Optional.of(
          Finding.error(
              "dependency-range-is-empty",
              needed.name(),
              "No version of " + needed.name() + " is in " + needed.range() + ".",
              "Use a range that has versions."));
    }
    if (!entry.get().deprecated().isEmpty()) {
      return Optional.of(
          Finding.warning(
              "dependency-is-deprecated",
              needed.name(),
              needed.name() + " is deprecated by its owner: " + entry.get().deprecated(),
              "Use what the owner recommends."));
    }
    return Optional.empty();
  }

  /** The catalog's one way to be stopped is an interrupt. */
  private Optional<CatalogEntry> find(PlannedDependency needed) throws InterruptedException {
    cancellation.throwIfCancelled();
    Thread asking = Thread.currentThread();
    Optional<CatalogEntry> entry;
    Cancellation.Registration stop = cancellation.onCancel(asking::interrupt);
    try {
      entry = catalog.find(needed);
    } catch (InterruptedException e) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("cancelled during a look-up");
      }
      throw e;
    } finally {
      stop.close();
    }
    if (cancellation.isCancelled()) {
      Thread.interrupted(); // ours, come too late
      throw new CancellationException("cancelled after a look-up");
    }
    return entry;
  }
}
