package dev.packageforge.pipeline;

import static dev.packageforge.PublishOptions.Mode.STAGE;

import dev.packageforge.Budget;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a person asks for and says, and how the run may end whatever goes wrong on the way. */
enum Scenario {
  /** The first draft fails, the second passes, the person says yes. */
  PUBLISHED(2, RunState.PUBLISHED),
  /** The first draft passes; the person tries it dry, then says yes. */
  DRY_RUN_FIRST(1, RunState.PUBLISHED),
  /** The person wants the upload held for another person's word at the registry. */
  STAGED(1, RunState.STAGED),
  /** The person edits the draft, has it verified again, and says yes. */
  EDITED(1, RunState.PUBLISHED),
  /** The person says no. */
  REJECTED(1, RunState.REJECTED),
  /** The first draft's answer is cut off, and so is the one that should complete it. */
  CUT_OFF(1, RunState.PUBLISHED),
  /** No draft ever passes. */
  NEVER_GOOD(99, RunState.FAILED),
  /** There is money for the calls that are needed, and for no other; the person says no. */
  NO_SPARE_CALLS(1, RunState.REJECTED),
  /** The registry does not show an upload at the first two looks. */
  SLOW_REGISTRY(1, RunState.PUBLISHED),
  /** The registry wants a one-time code first; the person approves again. */
  REFUSED_ONCE(1, RunState.PUBLISHED),
  /** The registry wants a one-time code first, and whoever is at hand gives one. */
  CODE_AT_HAND(1, RunState.PUBLISHED),
  /** The registry wants a one-time code first; the person has none and says no. */
  REFUSED_THEN_REJECTED(1, RunState.REJECTED),
  /** No worker comes before the person's word has expired; the person approves again. */
  WORD_EXPIRED(1, RunState.PUBLISHED),
  /** Somebody writes approvals into the store that nobody gave. */
  FORGED_SIGNATURE(1, RunState.AWAITING_APPROVAL, Forgery.SIGNATURE),
  /** Somebody writes an approval into the store that was once good. */
  FORGED_EXPIRY(1, RunState.AWAITING_APPROVAL, Forgery.EXPIRY),
  /** Somebody writes a good approval of other bytes into the store. */
  FORGED_DIGEST(1, RunState.AWAITING_APPROVAL, Forgery.DIGEST),
  /** Somebody writes a good approval of the same bytes for another run into the store. */
  FORGED_RUN(1, RunState.AWAITING_APPROVAL, Forgery.RUN),
  /** Somebody swaps the artifact in the record under a good approval. */
  FORGED_ARTIFACT(1, RunState.AWAITING_APPROVAL, Forgery.ARTIFACT),
  /** Somebody writes into the store that the upload was begun. */
  FORGED_UPLOAD(1, RunState.FAILED, Forgery.UPLOAD),
  /** Somebody sends the run to the registry without any approval. */
  FORGED_STATE(1, RunState.FAILED, Forgery.STATE),
  /** The store hands out other bytes than it was given. */
  TAMPERED_BYTES(1, RunState.FAILED);

  private static final int NEEDED_CALLS = 2;
  private static final int LAG = 2;
  private static final int CUT_OFF_ANSWERS = 2;

  private final int goodDraft;
  private final RunState end;
  private final @Nullable Forgery forgery;

  Scenario(int goodDraft, RunState end) {
    this.goodDraft = goodDraft;
    this.end = end;
    this.forgery = null;
  }

  Scenario(int goodDraft, RunState end, Forgery forgery) {
    this.goodDraft = goodDraft;
    this.end = end;
    this.forgery = forgery;
  }

  /** The number of the first draft that passes. */
  int goodDraft() {
    return goodDraft;
  }

  /** How the person says yes, each time they are asked. Empty: they say no. */
  List<PublishOptions> words() {
    return switch (this) {
      case REJECTED, NO_SPARE_CALLS -> List.of();
      case DRY_RUN_FIRST -> List.of(PublishOptions.dryRun(), PublishOptions.publish());
      case STAGED -> List.of(new PublishOptions(STAGE, "latest", Access.PUBLIC));
      default -> List.of(PublishOptions.publish());
    };
  }

  /** How often the registry wants a one-time code. */
  int refusals() {
    return this == REFUSED_ONCE || this == REFUSED_THEN_REJECTED ? 1 : hasCode() ? 2 : 0;
  }

  /** Whether somebody with a one-time code is at hand. */
  boolean hasCode() {
    return this == CODE_AT_HAND;
  }

  /** Whether the person says no when a word of theirs came to nothing. */
  boolean givesUp() {
    return this == REFUSED_THEN_REJECTED;
  }

  /** Whether the first word expires before anybody obeys it. */
  boolean expires() {
    return this == WORD_EXPIRED;
  }

  /** Whether the person edits the first draft. */
  boolean edits() {
    return this == EDITED;
  }

  /** What somebody who can write to the store does instead of the person. */
  @Nullable Forgery forgery() {
    return forgery;
  }

  /** How often the registry does not show what it holds. */
  int registryLag() {
    return this == SLOW_REGISTRY ? LAG : 0;
  }

  /** How many answers are cut off before one is whole. */
  int cutOff() {
    return this == CUT_OFF ? CUT_OFF_ANSWERS : 0;
  }

  boolean tampersWithBytes() {
    return this == TAMPERED_BYTES;
  }

  RunRequest request() {
    Budget usual = Budget.ofDefaults();
    int calls = this == NO_SPARE_CALLS ? NEEDED_CALLS : usual.calls();
    return new RunRequest(
        "a slug maker",
        3,
        new Budget(calls, usual.tokens(), usual.microDollars(), usual.wall()),
        "request-1");
  }

  /**
   * Whether a run may end so.
   *
   * @param cancel what became of the person's wish to cancel
   * @param faults how many things went wrong while it was published
   */
  boolean mayEnd(Run run, Cancel cancel, int faults) {
    if (run.state() == RunState.CANCELLED) {
      return cancel != Cancel.NOT_WANTED;
    }
    // Who was told that the run will stop finds it stopped, unless it was too late for that.
    boolean onItsOwn = run.state() == RunState.FAILED || sent(run);
    return mayEndUncancelled(run, faults) && (cancel != Cancel.ACCEPTED || onItsOwn);
  }

  /** What became of a wish to cancel. */
  enum Cancel {
    /** There was none. */
    NOT_WANTED,
    /** It was uttered, and the answer was that it is too late, or none. */
    UTTERED,
    /** It was accepted. */
    ACCEPTED
  }

  private boolean mayEndUncancelled(Run run, int faults) {
    boolean forged = forgery != null;
    boolean unsuccessful = end == RunState.FAILED || forged;
    if (run.state() == end && (!unsuccessful || reasons().contains(reason(run)))) {
      return true;
    }
    boolean unclear = reason(run) == Reason.REGISTRY_UNAVAILABLE && sent(run);
    return switch (this) {
      case NO_SPARE_CALLS -> reason(run) == Reason.BUDGET_EXHAUSTED;
      // What is staged cannot be read back: one lost answer is enough not to know.
      case STAGED -> unclear && faults > 0;
      // After an upload that may have arrived, a refusal of the next one is the end.
      case REFUSED_ONCE, REFUSED_THEN_REJECTED, CODE_AT_HAND ->
          (unclear && faults > 1)
              || (reason(run) == Reason.REGISTRY_SECOND_FACTOR && sent(run) && faults > 0)
              || (this == REFUSED_THEN_REJECTED && run.state() == RunState.PUBLISHED && faults > 0);
      default -> unclear && faults > 1;
    };
  }

  private Set<Reason> reasons() {
    return switch (this) {
      case NEVER_GOOD -> EnumSet.of(Reason.ATTEMPTS_EXHAUSTED, Reason.STUCK);
      case TAMPERED_BYTES -> EnumSet.of(Reason.ARTIFACT_CHANGED);
      case FORGED_STATE -> EnumSet.of(Reason.INTERNAL);
      case FORGED_UPLOAD -> EnumSet.of(Reason.APPROVAL_REFUSED, Reason.REGISTRY_UNAVAILABLE);
      default -> EnumSet.of(Reason.APPROVAL_REFUSED);
    };
  }

  private static @Nullable Reason reason(Run run) {
    return run.trouble().map(Ending::reason).orElse(null);
  }

  private static boolean sent(Run run) {
    Run.Publication publication = run.work().publication();
    return publication != null && publication.uploads() > 0;
  }
}
