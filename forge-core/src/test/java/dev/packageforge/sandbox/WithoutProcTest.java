package dev.packageforge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.testing.SandboxContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process sandbox where processes cannot be looked at, as on macOS. */
class WithoutProcTest extends SandboxContract {
  private static final String PATH = System.getenv("PATH");

  private final ProcessSandbox sandbox;

  WithoutProcTest(@TempDir Path root) throws InterruptedException {
    Confinement poorer = Confinement.find(PATH).withoutProc(PATH);
    assumeTrue(poorer.leadsGroup(), "the program perl is missing");
    this.sandbox = new ProcessSandbox(ProcessSandbox.builder(root, PATH), poorer);
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }

  @Test
  void admitsThatMemoryIsNotBounded() {
    assertThat(sandbox.probe().degradations()).contains("Memory is not bounded.");
  }
}
