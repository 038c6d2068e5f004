package dev.packageforge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and everything that followed, as of its last checkpoint. Immutable: each {@code
 * with…} method yields the next revision's content, and the store counts the revisions.
 *
 * @param id its name
 * @param request what was asked
 * @param revision how often it was stored; what is written must be exactly one above what is stored
 * @param state where it is
 * @param work what has been made so far
 * @param spending what has been used so far
 * @param ending why it ended without success, if it did
 * @param createdAt when it was accepted
 */
public record Run(
    RunId id,
    RunRequest request,
    long revision,
    RunState state,
    Work work,
    Spending spending,
    @Nullable Ending ending,
    Instant createdAt) {

  /**
   * What a run has made so far. What is here is never made again.
   *
   * @param plan the settled plan, if there is one
   * @param lessons what was wrong with earlier plans, for the next one
   * @param drafts in order
   * @param attempts in order
   * @param approval a person's word, if it was given
   * @param release what was published, if it was
   */
  public record Work(
      @Nullable PackagePlan plan,
      List<Finding> lessons,
      List<Draft> drafts,
      List<Attempt> attempts,
      @Nullable Approval approval,
      @Nullable Release release) {
    /** Nothing yet. */
    public static final Work NONE = new Work(null, List.of(), List.of(), List.of(), null, null);

    /** Copies the lists. */
    public Work {
      lessons = List.copyOf(lessons);
      drafts = List.copyOf(drafts);
      attempts = List.copyOf(attempts);
    }

    /** With a settled plan. */
    public Work withPlan(PackagePlan settled) {
      return new Work(settled, lessons, drafts, attempts, approval, release);
    }

    /** With what was wrong with a plan. */
    public Work withLessons(List<Finding> more) {
      return new Work(plan, concat(lessons, more), drafts, attempts, approval, release);
    }

    /** With one more draft. */
    public Work withDraft(Draft draft) {
      return new Work(plan, lessons, concat(drafts, List.of(draft)), attempts, approval, release);
    }

    /** With one more attempt. */
    public Work withAttempt(Attempt attempt) {
      return new Work(plan, lessons, drafts, concat(attempts, List.of(attempt)), approval, release);
    }

    /** With a person's word. */
    public Work withApproval(Approval given) {
      return new Work(plan, lessons, drafts, attempts, given, release);
    }

    /** With what was published. */
    public Work withRelease(Release published) {
      return new Work(plan, lessons, drafts, attempts, approval, published);
    }

    private static <T> List<T> concat(List<T> list, List<T> more) {
      List<T> all = new ArrayList<>(list);
      all.addAll(more);
      return all;
    }
  }

  /** A run just accepted. */
  public static Run accepted(RunId id, RunRequest request, Instant now) {
    return new Run(id, request, 1, RunState.QUEUED, Work.NONE, Spending.NONE, null, now);
  }

  /** The next revision, in another state. */
  public Run in(RunState next) {
    return new Run(id, request, revision + 1, next, work, spending, ending, createdAt);
  }

  /** This revision with other work. */
  public Run with(Work next) {
    return new Run(id, request, revision, state, next, spending, ending, createdAt);
  }

  /** This revision with other spending. */
  public Run with(Spending next) {
    return new Run(id, request, revision, state, work, next, ending, createdAt);
  }

  /** The next revision, ended without success. */
  public Run ended(RunState end, Ending why) {
    return new Run(id, request, revision + 1, end, work, spending, why, createdAt);
  }

  /** The newest draft, if there is one. */
  public Optional<Draft> lastDraft() {
    return last(work.drafts());
  }

  /** The newest attempt, if there is one. */
  public Optional<Attempt> lastAttempt() {
    return last(work.attempts());
  }

  /** The artifact of the newest attempt, if that attempt passed. */
  public Optional<Artifact> artifact() {
    return lastAttempt().flatMap(Attempt::artifact);
  }

  private static <T> Optional<T> last(List<T> list) {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
  }
}
