package dev.packageforge.npm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import java.nio.file.Path;

/** The Node and npm of the machine that runs the tests. */
final class Machine {
  private Machine() {}

  /** A sandbox of processes, if this machine has what it takes to verify npm packages. */
  static Sandbox sandbox(Path root) throws InterruptedException {
    NpmEnvironment here = NpmEnvironment.probe();
    assumeTrue(here.problem().isEmpty(), () -> here.problem().orElse(""));
    return ProcessSandbox.builder(root, System.getenv("PATH")).build();
  }
}
