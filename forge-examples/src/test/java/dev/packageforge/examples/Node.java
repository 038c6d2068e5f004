package dev.packageforge.examples;

import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.testing.Requirement;
import java.util.Optional;

/** The Node and npm of the machine that runs the tests. */
final class Node {
  private Node() {}

  /** Goes on only if they will do; else the test is skipped and says so. */
  static void need() throws InterruptedException {
    NpmEnvironment environment = NpmEnvironment.probe();
    Optional<String> problem = environment.problem();
    Requirement.need("node", problem.isEmpty(), problem.orElse("") + " " + environment.remedy());
  }
}
