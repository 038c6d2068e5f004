package dev.packageforge.pipeline;

import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.ForgeException;
import dev.packageforge.Verdict;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.queue.QueueException;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.sandbox.SandboxException;

/** Says why a run ended, from what stopped it. */
final class Endings {
  private Endings() {}

  static Ending of(ForgeException e) {
    return new Ending(reason(e), String.valueOf(e.getMessage()), e.remedy());
  }

  /** After an upload was begun, an accident leaves it open whether the registry took it. */
  static Ending unknown(String why) {
    return new Ending(
        Reason.REGISTRY_UNAVAILABLE,
        "It is not known whether the upload arrived. " + why,
        "Look at the registry before trying again; the artifact is kept.");
  }

  /** What was never run was not even packed: there is nothing that could be approved. */
  static Ending unverified(Verdict.Unverified verdict) {
    return new Ending(
        Reason.SANDBOX_UNAVAILABLE,
        "Reading the draft found nothing wrong, but it was not run. " + verdict.why(),
        "Give the worker a sandbox, then ask again; the draft is kept.");
  }

  static Ending internal(Throwable e) {
    return new Ending(
        Reason.INTERNAL,
        "A fault of Package Forge stopped the run: " + e.getClass().getSimpleName() + ".",
        "Please report it with the log; the drafts are kept.");
  }

  static Ending cancelled(String who) {
    return new Ending(
        Reason.CANCELLED, "Cancelled " + who + ".", "The drafts are kept; run it again.");
  }

  static Ending rejected(String who) {
    return new Ending(
        Reason.REJECTED,
        "Rejected by " + who + "; nothing was published.",
        "The drafts are kept; run it again with what was missing in the prompt.");
  }

  private static Reason reason(ForgeException e) {
    if (e instanceof BudgetException) {
      return Reason.BUDGET_EXHAUSTED;
    }
    if (e instanceof SandboxException) {
      return Reason.SANDBOX_UNAVAILABLE;
    }
    if (e instanceof RegistryException) {
      return Reason.REGISTRY_UNAVAILABLE;
    }
    if (e instanceof QueueException) {
      return Reason.INTERNAL;
    }
    return e instanceof LanguageModelException model ? reason(model) : Reason.INTERNAL;
  }

  private static Reason reason(LanguageModelException e) {
    return switch (e.reason()) {
      case AUTH -> Reason.MODEL_UNAUTHORIZED;
      case BLOCKED -> Reason.MODEL_DECLINED;
      case TRUNCATED, EMPTY, MALFORMED, INVALID_REQUEST, TOO_LARGE -> Reason.MODEL_UNREADABLE;
      case QUOTA_EXHAUSTED -> Reason.MODEL_QUOTA;
      case MODEL_UNAVAILABLE, RATE_LIMITED, OVERLOADED, SERVER, NETWORK, TIMEOUT ->
          Reason.MODEL_UNAVAILABLE;
    };
  }
}
