package dev.packageforge;

import java.util.Locale;

/**
 * Why a run ended without success, or why an approval came to nothing.
 *
 * @param reason one of a fixed list
 * @param sentence for people: what happened
 * @param nextStep for people: what to do next
 */
public record Ending(Reason reason, String sentence, String nextStep) {
  /** The reasons a run can end for. */
  public enum Reason {
    /** The drafts kept failing, or what was brought did not pass. */
    ATTEMPTS_EXHAUSTED,
    /** Three drafts failed alike, in a row or by turns with others. */
    STUCK,
    /** The next call did not fit the budget. */
    BUDGET_EXHAUSTED,
    /** The model said that it cannot do this. */
    MODEL_DECLINED,
    /** The model does not accept our credential. */
    MODEL_UNAUTHORIZED,
    /** The model could not be asked, and asking again did not help. */
    MODEL_UNAVAILABLE,
    /** No calls are left until the model's quota is renewed or raised. */
    MODEL_QUOTA,
    /** The model's answers could not be read. */
    MODEL_UNREADABLE,
    /** The sandbox could not be opened, and trying again did not help. */
    SANDBOX_UNAVAILABLE,
    /** The registry could not be asked, and asking again did not help. */
    REGISTRY_UNAVAILABLE,
    /** The registry does not accept our credential or our package. */
    REGISTRY_REFUSED,
    /** The registry wants the approver's one-time code. */
    REGISTRY_SECOND_FACTOR,
    /** The registry holds other bytes under this name and version. */
    VERSION_EXISTS,
    /** The approval does not permit what was about to be done. */
    APPROVAL_REFUSED,
    /** What was approved is not what is stored. */
    ARTIFACT_CHANGED,
    /** The run's worker died too often at the same place. */
    WORKER_LOST,
    /** A person stopped it. */
    CANCELLED,
    /** A person said no. */
    REJECTED,
    /** A fault of ours. */
    INTERNAL;

    /** In kebab case, as addresses and JSON have it. */
    public String slug() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
