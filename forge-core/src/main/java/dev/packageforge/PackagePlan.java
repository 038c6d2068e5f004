package dev.packageforge;

import java.util.List;

/**
 * What the model means to write, settled before any code is asked for. The name is fixed from here
 * on. Immutable.
 *
 * @param name the package's name, not yet checked by the toolchain
 * @param summary one sentence
 * @param files the files it will have
 * @param behaviours what its tests must show
 * @param dependencies what it needs at run time
 */
public record PackagePlan(
    String name,
    String summary,
    List<PlannedFile> files,
    List<String> behaviours,
    List<PlannedDependency> dependencies) {

  /** Copies the lists. */
  public PackagePlan {
    files = List.copyOf(files);
    behaviours = List.copyOf(behaviours);
    dependencies = List.copyOf(dependencies);
  }

  /**
   * A file to come.
   *
   * @param path below the package's root
   * @param purpose in a few words
   */
  public record PlannedFile(String path, String purpose) {}

  /**
   * A package to build on.
   *
   * @param name in the same ecosystem
   * @param range the versions that do, in the ecosystem's own grammar
   * @param reason why it is worth having
   */
  public record PlannedDependency(String name, String range, String reason) {}
}
