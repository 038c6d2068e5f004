package dev.packageforge.examples.chaos;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;

/** Nothing is run, so nothing is needed to run it in. */
final class NoSandbox implements Sandbox {
  @Override
  public SandboxReport probe() {
    throw new UnsupportedOperationException("nothing runs here");
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    throw new UnsupportedOperationException("nothing runs here");
  }
}
