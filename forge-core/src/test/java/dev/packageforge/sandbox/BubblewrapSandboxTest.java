package dev.packageforge.sandbox;

import dev.packageforge.testing.Requirement;
import dev.packageforge.testing.SandboxContract;

class BubblewrapSandboxTest extends SandboxContract {
  private static final String PATH = System.getenv("PATH");

  private final BubblewrapSandbox sandbox = BubblewrapSandbox.builder(PATH).build();

  BubblewrapSandboxTest() {
    String missing = "";
    try {
      sandbox.probe();
    } catch (SandboxException e) {
      missing = e.getMessage() + " " + e.remedy();
    }
    Requirement.need("bubblewrap", missing.isEmpty(), missing);
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }
}
