package dev.packageforge.examples.hostile;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A sandbox that must not be needed. */
final class Untouched implements Sandbox {
  private final AtomicInteger opened = new AtomicInteger();

  @Override
  public SandboxReport probe() {
    return new SandboxReport("untouched", SandboxReport.Level.CLOSED, List.of(), List.of());
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    opened.incrementAndGet();
    throw new SandboxException(
        "A session was asked for.", "Refuse the package by reading it.", false, null);
  }

  List<String> complaints() {
    return opened.get() == 0
        ? List.of()
        : List.of("It was to be run, though reading it is enough to refuse it.");
  }
}
