package dev.packageforge.testing;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.util.List;

/** A sandbox for tests in which nothing runs: opening it is an {@link AssertionError}. */
public final class NoSandbox implements Sandbox {
  /** One like any other. */
  public NoSandbox() {}

  @Override
  public SandboxReport probe() {
    return new SandboxReport("none", SandboxReport.Level.NONE, List.of(), List.of());
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    throw new AssertionError("nothing is to be opened");
  }
}
