package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.registry.PackageCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Asks the catalog for what a plan wants to build on, before any code is asked for. */
final class LookUp {
  private final PackageCatalog catalog;
  private final DependencyGuard guard;
  private final Cancellation cancellation;

  LookUp(PackageCatalog catalog, DependencyGuard guard, Cancellation cancellation) {
    this.catalog = catalog;
    this.guard = guard;
    this.cancellation = cancellation;
  }

  /** What is wrong with a plan's dependencies. */
  List<Finding> check(PackagePlan plan) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (PlannedDependency needed : plan.dependencies()) {
      findings.addAll(guard.judge(needed.name(), needed, find(needed)));
    }
    return findings;
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
