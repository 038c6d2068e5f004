package dev.packageforge.examples;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;

/**
 * Code that nobody here knows, from a live model, from recordings or from packages that were made
 * elsewhere, runs in plain processes only where somebody said that it may.
 */
final class StrangeCode {
  /** Said wherever it runs all the same. */
  static final String WARNING =
      "warning: code that nobody knows runs in plain processes, which hold against mistakes only"
          + " (sandbox is process).";

  private static final String REFUSED =
      "What a live model or a recording says, or a package from elsewhere holds, is code that nobody"
          + " knows, and no sandbox of this version holds against it.";
  private static final String REMEDY =
      "Set FORGE_SANDBOX=process, or "
          + Setting.SANDBOX.flag()
          + " process, to run it in plain processes all the same: they hold against mistakes only,"
          + " so best on a machine of its own. Without a key the demo answers, whose code is"
          + " known.";

  private StrangeCode() {}

  /**
   * Makes sure that such code may run.
   *
   * @throws CommandException if not
   */
  static void mustBeAllowed(Settings settings) {
    if (!settings.processesForAll()) {
      throw new CommandException(Exit.NOT_READY, REFUSED, REMEDY);
    }
  }

  /** The same sandbox, which opens no session. */
  static Sandbox keptOut(Sandbox sandbox) {
    return new Sandbox() {
      @Override
      public SandboxReport probe() {
        return sandbox.probe();
      }

      @Override
      public SandboxSession open(SandboxSpec spec) {
        throw new SandboxException(REFUSED, REMEDY, /* retryable= */ false, null);
      }
    };
  }

  /** Why such code may not run here. */
  static Check check(SandboxReport report) {
    return Check.missing("sandbox", report.name() + ": " + REFUSED, REMEDY)
        .with(report.degradations());
  }
}
