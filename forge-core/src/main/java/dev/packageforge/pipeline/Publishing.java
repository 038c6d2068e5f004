package dev.packageforge.pipeline;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.Run.Publication;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings approved bytes to the registry at most once, and says so only when the registry has been
 * read back. The registry's immutable versions are the lock; each upload is in the record before it
 * begins, and after one that was begun the registry is asked before anything else is done. What
 * certainly did not arrive goes back to the person, who may give another word.
 */
final class Publishing {
  private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

  /** Uploads at most; the second only when the registry was seen not to hold the first. */
  private static final int MAX_UPLOADS = 2;

  /** Answered looks, with a rest after each, until an upload counts as lost. */
  private static final int PATIENCE = 3;

  /** The first of these rests at least; each is twice as long as the one before. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final RunShift shift;
  private final Run run;
  private final Artifact artifact;
  private final Publication publication;
  private final Approval approval;

  Publishing(RunShift shift) {
    this.shift = shift;
    this.run = shift.run();
    this.artifact = run.artifact().orElseThrow();
    this.publication = Objects.requireNonNull(run.work().publication());
    this.approval = publication.approval();
  }

  void advance() throws InterruptedException {
    boolean begun = publication.uploads() > 0;
    // Instant.MIN: whose word it is and what for; whether it still holds is asked before an upload.
    Optional<String> refusal = refusal(Instant.MIN);
    if (!begun && refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    Optional<StoredVersion> stored = shift.ports.tools().registry().find(artifact.id());
    if (stored.isPresent()) {
      settle(stored.get());
    } else if (begun && publication.absences() < PATIENCE) {
      shift.rest(
          run.with(run.work().with(publication.absent())),
          "The registry does not show the upload yet.",
          LOOK_AGAIN.multipliedBy(1L << publication.absences()));
    } else if (publication.uploads() >= (mode() == Mode.STAGE ? 1 : MAX_UPLOADS)) {
      shift.end(
          new Ending(
              Reason.REGISTRY_UNAVAILABLE,
              "It is not known whether "
                  + artifact.id()
                  + " was published: the registry did not answer clearly and does not show it.",
              "Look at the registry before trying again; the artifact is kept."));
    } else {
      upload();
    }
  }

  private Mode mode() {
    return approval.terms().options().mode();
  }

  private void upload() throws InterruptedException {
    Optional<String> refusal = refusal(shift.ports.timing().clock().instant());
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    Optional<PackedArtifact> packed = packed();
    if (packed.isEmpty()) {
      shift.end(
          new Ending(
              Reason.ARTIFACT_CHANGED,
              "What is stored is not what was approved; " + soFar() + ".",
              "Run it again; look for who can write to the store."));
      return;
    }
    shift.hold.renew();
    if (publication.uploads() == 0) {
      shift.hold.cancellation().throwIfCancelled();
    }
    shift.hold.guard(longest());
    if (mode() != Mode.DRY_RUN) {
      shift.checkpoint(RunShift.next(run.with(run.work().with(publication.uploading()))));
      shift.hold.guard(longest()); // the store may have taken its time
    }
    answer(send(new PublishRequest(packed.get(), approval.terms().options())));
  }

  private Duration longest() {
    return shift.ports.timing().lengths().upload();
  }

  private PublishOutcome send(PublishRequest request) throws InterruptedException {
    try {
      return shift.ports.tools().registry().publish(request);
    } catch (RuntimeException e) {
      // An adapter should know better; whatever it was, the bytes may have arrived.
      LOG.warn("the answer to the upload of {} was lost", artifact.id(), e);
      return new PublishOutcome.Unknown(String.valueOf(e.getMessage()));
    }
  }

  private Optional<PackedArtifact> packed() {
    return shift
        .ports
        .store()
        .fetch(artifact.digest())
        .flatMap(
            bytes -> {
              try {
                return Optional.of(new PackedArtifact(artifact, bytes));
              } catch (IllegalArgumentException other) {
                return Optional.empty();
              }
            });
  }

  private void answer(PublishOutcome outcome) {
    if (outcome instanceof PublishOutcome.NotSent dry) {
      released(dry.location(), RunState.AWAITING_APPROVAL);
    } else if (outcome instanceof PublishOutcome.Accepted accepted && mode() == Mode.STAGE) {
      released(accepted.message(), RunState.STAGED);
    } else if (outcome instanceof PublishOutcome.NeedsSecondFactor factor) {
      fail(
          new Ending(
              Reason.REGISTRY_SECOND_FACTOR,
              factor.sentence(),
              "Approve again with a one-time code."));
    } else if (outcome instanceof PublishOutcome.Refused refused) {
      fail(new Ending(Reason.REGISTRY_REFUSED, refused.sentence(), refused.remedy()));
    } else if (outcome instanceof PublishOutcome.NotStored failed) {
      fail(new Ending(Reason.REGISTRY_UNAVAILABLE, failed.sentence(), failed.remedy()));
    } else if (mode() == Mode.DRY_RUN) {
      dryRunWithoutResult(outcome);
    }
    // Accepted, there already, or unknown: the next turn reads back.
  }

  /** The word came to nothing; and so did those before it, unless an upload may still arrive. */
  private void fail(Ending why) {
    if (publication.uploads() == 0) {
      shift.sendBack(why);
    } else {
      shift.end(why);
    }
  }

  private void dryRunWithoutResult(PublishOutcome outcome) {
    String sentence =
        outcome instanceof PublishOutcome.Unknown unknown
            ? "The dry run came to no result: " + unknown.sentence()
            : "The dry run came to no result.";
    if (run.work().setbacks().rests() + 1 >= RunShift.MAX_SETBACKS) {
      fail(
          new Ending(
              Reason.REGISTRY_UNAVAILABLE, sentence, "Nothing was published; try again later."));
    } else {
      shift.rest(sentence, Duration.ZERO);
    }
  }

  private void settle(StoredVersion stored) {
    if (stored.digest().equals(artifact.digest())) {
      released(
          stored.location(),
          mode() == Mode.DRY_RUN ? RunState.AWAITING_APPROVAL : RunState.PUBLISHED);
    } else {
      shift.end(
          new Ending(
              Reason.VERSION_EXISTS,
              "The registry holds other bytes as " + artifact.id() + "; ours were not published.",
              "Ask for the package under another name."));
    }
  }

  private void released(String location, RunState state) {
    Release release =
        new Release(
            artifact.id(),
            artifact.digest(),
            mode(),
            location,
            shift.ports.timing().clock().instant());
    Run now = shift.run();
    Publication latest = Objects.requireNonNull(now.work().publication());
    shift.checkpoint(
        now.with(now.work().with(latest.released(release))).in(state),
        new RunEvent.Released(release));
  }

  private Optional<String> refusal(Instant now) {
    Approval.Terms terms = Approval.Terms.of(run.id(), artifact, approval.terms().options());
    return shift.ports.signer().refusal(approval, terms, now);
  }

  private void refuse(String sentence) {
    fail(
        new Ending(
            Reason.APPROVAL_REFUSED,
            Character.toUpperCase(soFar().charAt(0)) + soFar().substring(1) + ": " + sentence + ".",
            "Approve the artifact as it is now."));
  }

  private String soFar() {
    return publication.uploads() == 0
        ? "nothing was published"
        : "the registry does not show the upload that was begun, and it was not repeated";
  }
}
