package dev.packageforge.sandbox;

import static java.util.Objects.requireNonNull;

import dev.packageforge.SandboxReport;
import java.util.List;

/** A sandbox that opens no session. */
final class ClosedSandbox implements Sandbox {
  private final String why;
  private final String remedy;

  ClosedSandbox(String why, String remedy) {
    this.why = requireNonNull(why, "why");
    this.remedy = requireNonNull(remedy, "remedy");
  }

  @Override
  public SandboxReport probe() {
    return new SandboxReport(
        "none", SandboxReport.Level.CLOSED, List.of("Nothing is run."), List.of(why));
  }

  @Override
  public SandboxSession open(SandboxSpec spec) {
    throw new SandboxException(why, remedy, /* retryable= */ false, null);
  }
}
