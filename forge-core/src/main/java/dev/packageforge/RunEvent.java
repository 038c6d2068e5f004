package dev.packageforge;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run, for those who watch. Applying one twice changes nothing: an
 * event says how things are, not how they changed; the exceptions are {@link FileText} and {@link
 * Log}, which carry their own offset and number.
 */
public sealed interface RunEvent {
  /**
   * The run as a whole.
   *
   * @param state where it is now
   * @param attempt the attempt at hand, 0 before the first
   * @param maxAttempts how many there may be
   * @param packageName what it is called, once that is settled
   * @param spending what has been used so far
   * @param ending why it ended without success, or why the last approval came to nothing, if so
   */
  record State(
      RunState state,
      int attempt,
      int maxAttempts,
      @Nullable String packageName,
      Spending spending,
      @Nullable Ending ending)
      implements RunEvent {
    /** The state of a run. */
    public static State of(Run run) {
      int attempts = run.work().attempts().size();
      boolean begun = run.state() == RunState.VERIFYING || run.state() == RunState.REPAIRING;
      return new State(
          run.state(),
          begun ? attempts + 1 : attempts,
          run.request().maxAttempts(),
          run.plan()
              .map(PackagePlan::name)
              .or(() -> run.artifact().map(artifact -> artifact.id().name()))
              .orElse(null),
          run.spending(),
          run.trouble().orElse(null));
    }
  }

  /**
   * The plan was settled.
   *
   * @param plan what will be written
   */
  record Planned(PackagePlan plan) implements RunEvent {}

  /**
   * A plan was no good; the model is asked for another one.
   *
   * @param plan what and why
   */
  record PlanRefused(Run.RefusedPlan plan) implements RunEvent {}

  /**
   * The model writes a file.
   *
   * @param draft the number the draft will have
   * @param path the file
   * @param offset characters of the file already told; 0 opens it
   * @param text what comes next; may be empty
   * @param done whether the file is complete
   */
  record FileText(int draft, String path, int offset, String text, boolean done)
      implements RunEvent {}

  /**
   * A draft is complete.
   *
   * @param draft the draft
   * @param paths its files, sorted
   */
  record Drafted(Draft draft, List<String> paths) implements RunEvent {
    /** Copies the list. */
    public Drafted {
      paths = List.copyOf(paths);
    }
  }

  /**
   * A step of an attempt began.
   *
   * @param attempt the attempt
   * @param step the step
   * @param at when
   */
  record StepBegan(int attempt, Step step, Instant at) implements RunEvent {}

  /**
   * A step of an attempt ended.
   *
   * @param attempt the attempt
   * @param report how it went
   */
  record StepEnded(int attempt, StepReport report) implements RunEvent {}

  /**
   * Lines a step printed.
   *
   * @param attempt the attempt
   * @param step the step
   * @param first the number of the first line within the attempt, from 1
   * @param lines without their ends; not made harmless: see {@link Text#visible(String)}
   */
  record Log(int attempt, Step step, long first, List<String> lines) implements RunEvent {
    /** Copies the list. */
    public Log {
      lines = List.copyOf(lines);
    }
  }

  /**
   * An attempt was concluded.
   *
   * @param attempt the attempt
   */
  record Attempted(Attempt attempt) implements RunEvent {}

  /**
   * The work stopped and will be taken up again.
   *
   * @param why what happened
   * @param after how long the run rests
   */
  record Postponed(String why, Duration after) implements RunEvent {}

  /**
   * A person approved.
   *
   * @param approval what and who
   */
  record Approved(Approval approval) implements RunEvent {}

  /**
   * An upload came a step further.
   *
   * @param state how far
   * @param detail the registry's own words, or where it is; untrusted, may be empty
   */
  record Uploaded(UploadState state, String detail) implements RunEvent {}

  /**
   * The artifact came to where it was approved to go.
   *
   * @param release what became of it
   */
  record Released(Release release) implements RunEvent {}
}
