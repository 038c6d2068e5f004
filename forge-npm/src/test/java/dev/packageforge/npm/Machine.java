package dev.packageforge.npm;

import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.Requirement;
import java.nio.file.Path;

/** The Node and npm of the machine that runs the tests. */
final class Machine {
  private Machine() {}

  /** A sandbox of processes, if this machine has what it takes to verify npm packages. */
  static Sandbox sandbox(Path root) throws InterruptedException {
    needNode();
    return ProcessSandbox.builder(root, System.getenv("PATH")).build();
  }

  /** Goes on only if this machine has what it takes to verify npm packages. */
  static void needNode() throws InterruptedException {
    NpmEnvironment here = NpmEnvironment.probe();
    Requirement.need(
        "node", here.problem().isEmpty(), here.problem().orElse("") + " " + here.remedy());
  }
}
