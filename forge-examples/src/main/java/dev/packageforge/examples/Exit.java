package dev.packageforge.examples;

import dev.packageforge.Ending;
import dev.packageforge.ForgeException;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.npm.UnreadablePackageException;
import dev.packageforge.pipeline.ConflictException;
import dev.packageforge.queue.QueueException;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.sandbox.SandboxException;

/** How the command ends, for scripts. */
enum Exit {
  /** What was asked for is done. */
  DONE(0),
  /** The run failed. */
  FAILED(1),
  /** The command was used wrongly. */
  USAGE(2),
  /** Something this machine needs is missing. */
  NOT_READY(3),
  /** Somebody said no, or something else is already there. */
  REFUSED(4),
  /** A service outside this machine did not do its part. */
  OUTSIDE(5),
  /** A person or the system stopped it; 128 and SIGINT, as shells have it. */
  INTERRUPTED(130);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Exit of(Ending.Reason reason) {
    return switch (reason) {
      case ATTEMPTS_EXHAUSTED,
          STUCK,
          BUDGET_EXHAUSTED,
          MODEL_DECLINED,
          MODEL_UNREADABLE,
          WORKER_LOST,
          INTERNAL ->
          FAILED;
      case SANDBOX_UNAVAILABLE, MODEL_UNAUTHORIZED -> NOT_READY;
      case REGISTRY_REFUSED,
          REGISTRY_SECOND_FACTOR,
          VERSION_EXISTS,
          APPROVAL_REFUSED,
          ARTIFACT_CHANGED,
          REJECTED ->
          REFUSED;
      case MODEL_UNAVAILABLE, MODEL_QUOTA, REGISTRY_UNAVAILABLE -> OUTSIDE;
      case CANCELLED -> INTERRUPTED;
    };
  }

  static Exit of(ForgeException accident) {
    if (accident instanceof CommandException ours) {
      return ours.exit();
    }
    if (accident instanceof UnreadablePackageException) {
      return USAGE;
    }
    if (accident instanceof SandboxException) {
      return NOT_READY;
    }
    if (accident instanceof LanguageModelException model) {
      return model.reason() == LanguageModelException.Reason.AUTH ? NOT_READY : OUTSIDE;
    }
    if (accident instanceof QueueException store) {
      return store.retryable() ? OUTSIDE : NOT_READY;
    }
    if (accident instanceof ConflictException) {
      return REFUSED;
    }
    return accident instanceof RegistryException ? OUTSIDE : FAILED;
  }
}
