package dev.packageforge.docker;

import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.SandboxContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class DockerSandboxTest extends SandboxContract {
  private @Nullable DockerSandbox sandbox;

  @BeforeAll
  void find() throws InterruptedException {
    sandbox = DockerHere.sandbox().build();
  }

  @AfterAll
  void end() throws InterruptedException {
    if (sandbox != null) {
      sandbox.close();
      DockerHere.tidy();
    }
  }

  @Override
  protected Sandbox sandbox() {
    if (sandbox == null) {
      throw new IllegalStateException("no sandbox was made");
    }
    return sandbox;
  }
}
