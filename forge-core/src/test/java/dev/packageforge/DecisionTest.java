package dev.packageforge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a person may make of a run, told from what only a worker may. */
class DecisionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Sha512 FILES = Sha512.of(new byte[] {1});

  private final SplittableRandom random = new SplittableRandom(7);
  private final ApprovalSigner signer = ApprovalSigner.ephemeral(random);
  private final Artifact artifact =
      new Artifact(
          new PackageId("slug-maker", "1.0.0"),
          Sha512.of(new byte[] {2}),
          1,
          "slug-maker-1.0.0.tgz",
          List.of());
  private final Run accepted =
      Run.accepted(
          RunId.random(random), new RunRequest("a slug maker", 3, Budget.ofDefaults(), ""), NOW);
  private final Run waiting = waiting();

  private Run waiting() {
    Draft draft = new Draft(1, Draft.Origin.MODEL, 0, FILES, List.of(), "");
    Attempt attempt = new Attempt(1, 1, new Verdict.Passed(artifact), List.of(), List.of());
    Run.Work work = accepted.work().with(draft).with(attempt);
    return accepted.with(work).in(RunState.AWAITING_APPROVAL);
  }

  private Approval approval(Artifact of) {
    return signer.sign(
        Approval.Terms.of(waiting.id(), of, PublishOptions.publish()), "ann", NOW, random);
  }

  private Run approved(Artifact of) {
    return waiting
        .with(waiting.work().with(Run.Publication.of(approval(of))))
        .in(RunState.PUBLISHING);
  }

  private Run ended(Run run, RunState state, Ending.Reason reason) {
    return run.ended(state, new Ending(reason, "It ended.", "Nothing."));
  }

  private Draft edit(int parent, Draft.Origin origin) {
    return new Draft(2, origin, parent, FILES, List.of(), "");
  }

  @Test
  void peopleApproveRejectEditAndCancelWhatWaitsForThem() {
    assertThat(approved(artifact).isDecisionOn(waiting)).isTrue();
    assertThat(ended(waiting, RunState.REJECTED, Ending.Reason.REJECTED).isDecisionOn(waiting))
        .isTrue();
    assertThat(ended(waiting, RunState.CANCELLED, Ending.Reason.CANCELLED).isDecisionOn(waiting))
        .isTrue();
    assertThat(
            waiting
                .with(waiting.work().with(edit(1, Draft.Origin.PERSON)))
                .in(RunState.VERIFYING)
                .isDecisionOn(waiting))
        .isTrue();
  }

  @Test
  void decisionMayForgetWhatWasInTheWay() {
    Run hindered = waiting.with(waiting.work().with(Run.Setbacks.NONE.rest()));

    assertThat(approved(artifact).isDecisionOn(hindered)).isTrue();
  }

  @Test
  void whatIsInWorkCanOnlyBeCancelled() {
    Run working = accepted.in(RunState.GENERATING);

    assertThat(ended(working, RunState.CANCELLED, Ending.Reason.CANCELLED).isDecisionOn(working))
        .isTrue();
    assertThat(ended(working, RunState.REJECTED, Ending.Reason.REJECTED).isDecisionOn(working))
        .isFalse();
    assertThat(working.in(RunState.VERIFYING).isDecisionOn(working)).isFalse();
    assertThat(working.in(RunState.AWAITING_APPROVAL).isDecisionOn(working)).isFalse();
  }

  @Test
  void noDecisionApprovesOtherBytes() {
    Artifact other =
        new Artifact(
            artifact.id(),
            Sha512.of(new byte[] {3}),
            artifact.size(),
            artifact.fileName(),
            List.of());

    assertThat(approved(other).isDecisionOn(waiting)).isFalse();
  }

  @Test
  void noDecisionClaimsWhatOnlyAWorkerDoes() {
    Run.Publication publication = Run.Publication.of(approval(artifact));

    assertThat(waiting.in(RunState.PUBLISHED).isDecisionOn(waiting)).isFalse();
    assertThat(
            waiting
                .with(waiting.work().with(publication.uploading()))
                .in(RunState.PUBLISHING)
                .isDecisionOn(waiting))
        .isFalse();
    assertThat(
            waiting
                .with(waiting.work().with(edit(1, Draft.Origin.REPAIR)))
                .in(RunState.VERIFYING)
                .isDecisionOn(waiting))
        .isFalse();
    assertThat(
            waiting
                .with(waiting.work().with(edit(0, Draft.Origin.PERSON)))
                .in(RunState.VERIFYING)
                .isDecisionOn(waiting))
        .isFalse();
    Run richer = approved(artifact).with(waiting.spending().reserve(-5, -5));
    assertThat(richer.isDecisionOn(waiting)).isFalse();
  }

  @Test
  void noDecisionIsMadeOnAnotherRevisionOrRunOrOnWhatIsOver() {
    Run over = ended(waiting, RunState.REJECTED, Ending.Reason.REJECTED);

    assertThat(ended(over, RunState.CANCELLED, Ending.Reason.CANCELLED).isDecisionOn(over))
        .isFalse();
    assertThat(approved(artifact).isDecisionOn(waiting.in(RunState.AWAITING_APPROVAL))).isFalse();
    assertThat(approved(artifact).isDecisionOn(accepted.in(RunState.AWAITING_APPROVAL))).isFalse();
  }

  @Test
  void justAcceptedClaimsNothing() {
    assertThat(accepted.isJustAccepted()).isTrue();
    assertThat(accepted.in(RunState.QUEUED).isJustAccepted()).isFalse();
    assertThat(accepted.with(waiting.work()).isJustAccepted()).isFalse();
    assertThat(accepted.with(accepted.spending().reserve(1, 1)).isJustAccepted()).isFalse();
  }
}
