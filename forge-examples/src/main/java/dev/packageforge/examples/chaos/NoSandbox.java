package dev.packageforge.examples.chaos;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.util.List;

/** Nothing is run, so nothing is needed to run it in. */
final class NoSandbox implements Sandbox {
  @Override
  public SandboxReport probe() {
    return new SandboxReport(
        "chaos", SandboxReport.Level.ISOLATED, List.of("Nothing is run here."), List.of());
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    throw new UnsupportedOperationException("nothing runs here");
  }
}
