package dev.packageforge.examples.hostile;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.util.List;

/** A sandbox that must not be needed. */
final class Untouched implements Sandbox {
  @Override
  public SandboxReport probe() {
    return new SandboxReport("untouched", SandboxReport.Level.CLOSED, List.of(), List.of());
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    throw new SandboxException(
        "It was to be run, though reading it is enough to refuse it.",
        "Refuse the package by reading it.",
        false,
        null);
  }
}
