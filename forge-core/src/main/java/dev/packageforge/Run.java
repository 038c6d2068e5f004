package dev.packageforge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
   * @param planning on the way to a plan
   * @param drafts in order
   * @param attempts in order
   * @param publication on the way to the registry, once a person approved
   * @param setbacks what has been in its way since it last moved on
   * @param unfinished an answer that was cut off, if the next draft has begun with one
   */
  public record Work(
      Planning planning,
      List<Draft> drafts,
      List<Attempt> attempts,
      @Nullable Publication publication,
      Setbacks setbacks,
      @Nullable Unfinished unfinished) {
    /** Nothing yet. */
    public static final Work NONE =
        new Work(Planning.NONE, List.of(), List.of(), null, Setbacks.NONE, null);

    /** Copies the lists. */
    public Work {
      drafts = List.copyOf(drafts);
      attempts = List.copyOf(attempts);
    }

    /** With other planning. */
    public Work with(Planning next) {
      return new Work(next, drafts, attempts, publication, setbacks, unfinished);
    }

    /** With one more draft; a word given for another one's artifact is void. */
    public Work with(Draft draft) {
      return new Work(planning, append(drafts, draft), attempts, null, setbacks, null);
    }

    /** With one more attempt. */
    public Work with(Attempt attempt) {
      return new Work(
          planning, drafts, append(attempts, attempt), publication, setbacks, unfinished);
    }

    /** With another way to the registry. */
    public Work with(Publication next) {
      return new Work(planning, drafts, attempts, next, setbacks, unfinished);
    }

    /** With other setbacks. */
    public Work with(Setbacks next) {
      return new Work(planning, drafts, attempts, publication, next, unfinished);
    }

    /** With an answer that was cut off. */
    public Work with(Unfinished next) {
      return new Work(planning, drafts, attempts, publication, setbacks, next);
    }
  }

  /**
   * An answer that was cut off. The next question asks for what is missing.
   *
   * @param files the digest of {@link FileSet#toBytes()} of the draft as far as it came
   * @param refusals what its author wanted and was refused
   * @param cause what its author says was wrong with the parent; empty if nothing was said
   * @param answers how many answers it is made of
   */
  public record Unfinished(Sha512 files, List<Finding> refusals, String cause, int answers) {
    /** Copies the list. */
    public Unfinished {
      refusals = List.copyOf(refusals);
    }
  }

  /**
   * What has been in the run's way since it last moved on.
   *
   * @param rests how often in a row the work had to rest because something outside did not answer
   * @param deliveries how often its job had been delivered when the run last moved on; 0 if it has
   *     not, since the job was enqueued
   */
  public record Setbacks(int rests, int deliveries) {
    /** Nothing was in the way. */
    public static final Setbacks NONE = new Setbacks(0, 0);

    /** With one more rest. */
    public Setbacks rest() {
      return new Setbacks(rests + 1, deliveries);
    }

    /**
     * How many deliveries were lost without bringing the run on.
     *
     * @param delivered how often the job was delivered, this time included
     */
    public int lost(int delivered) {
      return Math.max(0, delivered - Math.max(1, deliveries));
    }
  }

  /**
   * On the way to a plan.
   *
   * @param proposed what the model proposed and nobody has checked yet, if there is such a thing
   * @param refused plans that were no good, in order
   * @param settled the plan, once there is a good one; the name is fixed from then on
   */
  public record Planning(
      @Nullable PackagePlan proposed, List<RefusedPlan> refused, @Nullable PackagePlan settled) {
    /** Nothing yet. */
    public static final Planning NONE = new Planning(null, List.of(), null);

    /** Copies the list. */
    public Planning {
      refused = List.copyOf(refused);
    }

    /** With an answer of the model's, to be checked. */
    public Planning propose(PackagePlan plan) {
      return new Planning(plan, refused, null);
    }

    /** With an answer that is no good. */
    public Planning refuse(RefusedPlan plan) {
      return new Planning(null, append(refused, plan), null);
    }

    /** With a plan that is good. */
    public Planning settle(PackagePlan plan) {
      return new Planning(null, refused, plan);
    }
  }

  /**
   * A plan that was no good.
   *
   * @param name what it would have been called; empty if the answer could not be read
   * @param findings why
   */
  public record RefusedPlan(String name, List<Finding> findings) {
    /** Copies the list. */
    public RefusedPlan {
      findings = List.copyOf(findings);
    }
  }

  /**
   * On the way to the registry.
   *
   * @param approval the person's word
   * @param uploads how often an upload was begun; stored before each
   * @param absences how often the registry has answered since the latest news that it does not hold
   *     the package
   * @param reached how far the latest upload has come; null before the first
   * @param release what became of it, at the end
   * @param refusal why it came to nothing and waits for another word, if so; then nothing of it is
   *     at the registry
   */
  public record Publication(
      Approval approval,
      int uploads,
      int absences,
      @Nullable UploadState reached,
      @Nullable Release release,
      @Nullable Ending refusal) {
    /** Nothing sent yet. */
    public static Publication of(Approval approval) {
      return new Publication(approval, 0, 0, null, null, null);
    }

    /** With one more upload begun. */
    public Publication uploading() {
      return new Publication(approval, uploads + 1, 0, UploadState.SENT, release, refusal);
    }

    /** With news of the latest upload. */
    public Publication reaching(UploadState state) {
      return new Publication(approval, uploads, 0, state, release, refusal);
    }

    /** With one more look that found nothing. */
    public Publication absent() {
      return new Publication(approval, uploads, absences + 1, reached, release, refusal);
    }

    /** With what became of it. */
    public Publication released(Release what) {
      return new Publication(approval, uploads, absences, reached, what, refusal);
    }

    /** With why it came to nothing, which is certain. */
    public Publication refused(Ending why) {
      return new Publication(approval, 0, 0, null, null, why);
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

  /** Whether this is a run that was just accepted, and nothing else is claimed of it. */
  public boolean isJustAccepted() {
    return equals(accepted(id, request, createdAt));
  }

  /**
   * Whether a person may turn {@code before} into this run by one decision: approve, reject or edit
   * what waits for them, or cancel what is not over. What workers do, drafts that passed, money
   * spent, a release, is never a decision. Whether an approval's signature is good is not asked
   * here.
   */
  public boolean isDecisionOn(Run before) {
    // Whatever was in the way before is not in the way of what a person wants next.
    Run clear = with(work.with(Setbacks.NONE));
    return clear.sameButDecided(before.with(before.work.with(Setbacks.NONE)));
  }

  private boolean sameButDecided(Run before) {
    boolean sameRun =
        id.equals(before.id)
            && request.equals(before.request)
            && createdAt.equals(before.createdAt)
            && spending.equals(before.spending)
            && revision == before.revision + 1
            && !before.state.isFinal();
    if (!sameRun) {
      return false;
    }
    return switch (state) {
      case CANCELLED -> endedBy(Ending.Reason.CANCELLED) && work.equals(before.work);
      case REJECTED ->
          before.state.waitsForPerson()
              && endedBy(Ending.Reason.REJECTED)
              && work.equals(before.work);
      case PUBLISHING -> ending == null && before.state.waitsForPerson() && approves(before);
      case VERIFYING ->
          ending == null
              && before.state.waitsForPerson()
              && request.brought() == null
              && edits(before);
      default -> false;
    };
  }

  private boolean endedBy(Ending.Reason reason) {
    return ending != null && ending.reason() == reason;
  }

  private boolean approves(Run before) {
    Publication publication = work.publication();
    return publication != null
        && work.equals(before.work.with(Publication.of(publication.approval())))
        && before
            .artifact()
            .map(
                artifact ->
                    Approval.Terms.of(id, artifact, publication.approval().terms().options()))
            .equals(Optional.of(publication.approval().terms()));
  }

  private boolean edits(Run before) {
    return lastDraft()
        .filter(draft -> draft.origin() == Draft.Origin.PERSON)
        .filter(draft -> draft.parent() == before.work.drafts().size())
        .filter(draft -> draft.number() == draft.parent() + 1)
        .map(draft -> work.equals(before.work.with(draft)))
        .orElse(false);
  }

  /** The newest draft, if there is one. */
  public Optional<Draft> lastDraft() {
    return last(work.drafts());
  }

  /** The newest attempt, if there is one. */
  public Optional<Attempt> lastAttempt() {
    return last(work.attempts());
  }

  /** The artifact of the newest draft, or what was brought, if that was verified and passed. */
  public Optional<Artifact> artifact() {
    return lastAttempt()
        .filter(attempt -> attempt.draft() == work.drafts().size())
        .flatMap(Attempt::artifact);
  }

  /** Everything kept elsewhere that this run needs: drafts, artifacts, and what it began from. */
  public Set<Sha512> contents() {
    Set<Sha512> contents = new HashSet<>();
    work.drafts().forEach(draft -> contents.add(draft.files()));
    for (Attempt attempt : work.attempts()) {
      attempt.artifact().map(Artifact::digest).ifPresent(contents::add);
    }
    Optional.ofNullable(work.unfinished()).map(Unfinished::files).ifPresent(contents::add);
    Optional.ofNullable(request.base()).map(RunRequest.Base::files).ifPresent(contents::add);
    Optional.ofNullable(request.brought()).map(RunRequest.Brought::digest).ifPresent(contents::add);
    return Set.copyOf(contents);
  }

  /** The plan, once it is settled. */
  public Optional<PackagePlan> plan() {
    return Optional.ofNullable(work.planning().settled());
  }

  /** What was published, or dry-run last. */
  public Optional<Release> release() {
    return Optional.ofNullable(work.publication()).map(Publication::release);
  }

  /**
   * Why there was no success: why the run ended, or why the last word that a person gave came to
   * nothing, so that another one is needed.
   */
  public Optional<Ending> trouble() {
    return Optional.ofNullable(ending)
        .or(() -> Optional.ofNullable(work.publication()).map(Publication::refusal));
  }

  /**
   * The draft that came furthest: of those that passed most steps, the one in which least failed,
   * and of several, the newest; if none was verified yet, the newest of all.
   */
  public Optional<Draft> bestDraft() {
    return best(work.attempts())
        .filter(best -> best.draft() > 0) // what was brought has none
        .map(best -> work.drafts().get(best.draft() - 1))
        .or(this::lastDraft);
  }

  /** Of these attempts the one that came furthest, as {@link #bestDraft} has it. */
  public static Optional<Attempt> best(List<Attempt> attempts) {
    return attempts.stream()
        .max(
            Comparator.comparingLong(Run::stepsPassed)
                .thenComparing(Comparator.comparingInt(Run::failures).reversed())
                .thenComparing(Attempt::number));
  }

  private static int failures(Attempt attempt) {
    return attempt.verdict() instanceof Verdict.Failed failed && failed.failure().failures() > 0
        ? failed.failure().failures()
        : Integer.MAX_VALUE;
  }

  private static long stepsPassed(Attempt attempt) {
    return attempt.verdict().passed()
        ? Long.MAX_VALUE
        : attempt.steps().stream().filter(s -> s.state() == StepReport.State.PASSED).count();
  }

  private static <T> List<T> append(List<T> list, T last) {
    List<T> all = new ArrayList<>(list);
    all.add(last);
    return all;
  }

  private static <T> Optional<T> last(List<T> list) {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
  }
}
