package dev.packageforge;

import java.util.Locale;

/** Where a run is. */
public enum RunState {
  /** Accepted, not begun. */
  QUEUED,
  /** The model plans and writes. */
  GENERATING,
  /** A draft is being verified. */
  VERIFYING,
  /** The model mends what failed. */
  REPAIRING,
  /** A verified artifact waits for a person; after a dry run, again. */
  AWAITING_APPROVAL,
  /** An approved artifact is on its way to the registry. */
  PUBLISHING,
  /** The registry has been read back and holds the approved bytes. */
  PUBLISHED,
  /** The registry said that it took the approved bytes, for a person to release there. */
  STAGED,
  /** Ended without success; the reason is told. */
  FAILED,
  /** Ended by a person. */
  CANCELLED,
  /** A person said no to the artifact. */
  REJECTED;

  /** Whether nothing will ever change again. */
  public boolean isFinal() {
    return switch (this) {
      case PUBLISHED, STAGED, FAILED, CANCELLED, REJECTED -> true;
      default -> false;
    };
  }

  /** Whether only a person can move the run on. */
  public boolean waitsForPerson() {
    return this == AWAITING_APPROVAL;
  }

  /** Whether some worker must move the run on. */
  public boolean needsWorker() {
    return !isFinal() && !waitsForPerson();
  }

  /** The name people see: {@code awaiting approval}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
