package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.registry.PackageCatalog;
import java.util.ArrayList;
import java.util.List;

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
      findings.addAll(
          guard.judge(
              needed.name(), needed, Interruptible.call(cancellation, () -> catalog.find(needed))));
    }
    return findings;
  }
}
