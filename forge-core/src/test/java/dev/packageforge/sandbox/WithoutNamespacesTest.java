package dev.packageforge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.testing.SandboxContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process sandbox where the system permits no namespaces, as in many containers. */
class WithoutNamespacesTest extends SandboxContract {
  private static final String PATH = System.getenv("PATH");

  private final ProcessSandbox sandbox;

  WithoutNamespacesTest(@TempDir Path root) throws InterruptedException {
    Confinement poorer = Confinement.find(PATH).withoutNamespaces();
    this.sandbox = new ProcessSandbox(ProcessSandbox.builder(root, PATH), poorer);
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }

  @Test
  void admitsThatTheNetworkStaysOpen() {
    assertThat(sandbox.probe().degradations()).contains("The network cannot be cut here.");
  }
}
