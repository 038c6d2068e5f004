package dev.packageforge.queue;

/** What a renewal learned. */
public enum LeaseState {
  /** The job is still ours. */
  HELD,
  /** The job is still ours, and a person wants the run to stop. */
  CANCEL_REQUESTED,
  /** The job is no longer ours: stop, and change nothing. */
  LOST
}
