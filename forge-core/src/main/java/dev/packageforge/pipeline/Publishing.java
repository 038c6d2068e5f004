package dev.packageforge.pipeline;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.Ending;
import dev.packageforge.Ending.Reason;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.Run.Publication;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.UploadState;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.registry.WebProof;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
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

  /** Answered looks, with a rest after each, until an upload without an answer counts as lost. */
  private static final int PATIENCE = 3;

  /** The first rest after an upload without an answer; each is twice as long as the one before. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  /**
   * Answered looks for what the registry said it has: three days of them. A registry was seen to
   * show a version two hours after it had accepted it.
   */
  private static final int LONG_PATIENCE = 80;

  /** The first rest after the registry's word, each twice as long as the one before. */
  private static final Duration LOOK_SOON = Duration.ofSeconds(2);

  private static final Duration LONGEST_REST = Duration.ofHours(1);

  /** How often a person is asked for a code: they may mistype it, and it is good for seconds. */
  private static final int MAX_CODES = 3;

  private static final Duration LONGEST_VISIT = Duration.ofMinutes(10);

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
    PackageRegistry registry = shift.ports.tools().registry();
    Optional<String> elsewhere = elsewhere(registry);
    if (elsewhere.isPresent() && begun) {
      // Another registry's answers tell nothing of an upload; somebody else may ask the right one.
      throw new RegistryException(
          elsewhere.get(), "Set the registry that was approved.", /* retryable= */ true, null);
    }
    if (elsewhere.isPresent()) {
      refuse(elsewhere.get());
      return;
    }
    Optional<StoredVersion> stored = registry.find(artifact.id());
    Optional<StoredVersion> staged =
        stored.isEmpty() && mode() == Mode.STAGE
            ? registry.findStaged(artifact.id())
            : Optional.empty();
    if (stored.isPresent()) {
      settle(stored.get());
    } else if (staged.isPresent()) {
      settleStaged(staged.get());
    } else if (begun && publication.absences() < patience()) {
      lookAgain();
    } else if (reached(UploadState.ACCEPTED) && mode() == Mode.STAGE) {
      // Its word is all there is: not every registry shows what is staged.
      released(registry.description(), RunState.STAGED);
    } else if (reached(UploadState.TAKEN) && publication.uploads() == 1) {
      shift.end(
          new Ending(
              Reason.VERSION_EXISTS,
              "The registry says that "
                  + artifact.id()
                  + " is taken, and shows no such version; ours was not published.",
              "It may have been withdrawn, which blocks its number: ask for another version."));
    } else if (publication.uploads() >= (mode() == Mode.STAGE ? 1 : MAX_UPLOADS) || toldOfIt()) {
      shift.end(
          new Ending(
              Reason.REGISTRY_UNAVAILABLE,
              "It is not known whether "
                  + artifact.id()
                  + " was published: the registry "
                  + (toldOfIt() ? "said so" : "did not answer clearly")
                  + " and does not show it.",
              "Look at the registry before trying again; the artifact is kept."));
    } else {
      upload();
    }
  }

  /** That this worker's registry is not the place that was approved, as a sentence. */
  private Optional<String> elsewhere(PackageRegistry registry) {
    String approved = approval.terms().options().place();
    String here = registry.place(artifact.id());
    return approved.isEmpty() || approved.equals(here)
        ? Optional.empty()
        : Optional.of(
            "it was approved for " + approved + ", and this worker's registry is " + here);
  }

  /** Whether the registry has said of the latest upload that it has it, or has something there. */
  private boolean toldOfIt() {
    return publication.reached() != null && publication.reached() != UploadState.SENT;
  }

  private boolean reached(UploadState state) {
    return publication.reached() == state;
  }

  /** How many looks may find nothing. */
  private int patience() {
    boolean ours = !reached(UploadState.TAKEN) || publication.uploads() > 1;
    return toldOfIt() && ours && mode() == Mode.PUBLISH ? LONG_PATIENCE : PATIENCE;
  }

  private void lookAgain() {
    shift.pause(
        run.with(run.work().with(publication.absent())),
        reached(UploadState.ACCEPTED)
            ? "The registry has accepted the upload and does not show it yet."
            : "The registry does not show the upload yet.",
        rest(toldOfIt() ? LOOK_SOON : LOOK_AGAIN, publication.absences()));
  }

  /** Twice as long after each look that found nothing, within reason. */
  private static Duration rest(Duration first, int looks) {
    Duration rest = first.multipliedBy(1L << Math.min(looks, 20));
    return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
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
      shift.checkpoint(
          RunShift.next(run.with(run.work().with(publication.uploading()))),
          new RunEvent.Uploaded(UploadState.SENT, shift.ports.tools().registry().description()));
      shift.hold.guard(longest()); // the store may have taken its time
    }
    answer(send(packed.get()));
  }

  /** Sends it; again, with a person's agreement, where the registry took nothing without one. */
  private PublishOutcome send(PackedArtifact packed) throws InterruptedException {
    PublishOutcome outcome = send(new PublishRequest(packed, approval.terms().options()));
    for (int asked = 0; asked < MAX_CODES; asked++) {
      if (!(outcome instanceof PublishOutcome.NeedsSecondFactor factor)) {
        return outcome;
      }
      Optional<Secret> code = agreement(factor);
      if (code.isEmpty() || refusal(shift.ports.timing().clock().instant()).isPresent()) {
        return outcome;
      }
      shift.hold.guard(longest());
      outcome = send(new PublishRequest(packed, approval.terms().options(), code.get()));
    }
    return outcome;
  }

  /** What stands for the agreement of whoever is at hand; empty if nobody agreed. */
  private Optional<Secret> agreement(PublishOutcome.NeedsSecondFactor factor)
      throws InterruptedException {
    SecondFactor person = shift.ports.tools().person();
    Cancellation cancellation = shift.hold.cancellation();
    WebProof proof = factor.proof();
    try {
      if (proof == null) {
        return Interruptible.call(cancellation, () -> person.code(factor.sentence()));
      }
      return person.visit(proof.page())
          ? proof.await(LONGEST_VISIT, cancellation)
          : Optional.empty();
    } catch (RegistryException e) {
      LOG.warn("the registry did not say whether anybody agreed to {}", artifact.id(), e);
      return Optional.empty();
    } catch (CancellationException e) {
      if (publication.uploads() == 0 || shift.hold.lost()) {
        throw e;
      }
      return Optional.empty(); // an earlier upload may still arrive
    }
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
    } else if (outcome instanceof PublishOutcome.Accepted accepted) {
      heard(UploadState.ACCEPTED, accepted.message());
    } else if (outcome instanceof PublishOutcome.Exists) {
      heard(UploadState.TAKEN, "");
    }
    // Or unknown; in each case the next turn reads back.
  }

  private void heard(UploadState state, String detail) {
    Run now = shift.run();
    Publication latest = Objects.requireNonNull(now.work().publication());
    shift.checkpoint(
        RunShift.next(now.with(now.work().with(latest.reaching(state)))),
        new RunEvent.Uploaded(state, detail));
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

  private void settle(StoredVersion stored) throws InterruptedException {
    if (!stored.digest().equals(artifact.digest())) {
      shift.end(
          new Ending(
              Reason.VERSION_EXISTS,
              "The registry holds other bytes as " + artifact.id() + "; ours were not published.",
              "Ask for the package under another name."));
    } else if (mode() == Mode.DRY_RUN) {
      released(stored.location(), RunState.AWAITING_APPROVAL);
    } else {
      readBack(stored);
    }
  }

  /** What a registry says it holds is one thing, and what it serves is what people get. */
  private void readBack(StoredVersion stored) throws InterruptedException {
    Optional<Sha512> served = shift.ports.tools().registry().served(stored);
    RunEvent visible = new RunEvent.Uploaded(UploadState.VISIBLE, stored.location());
    if (served.isEmpty() && publication.absences() >= LONG_PATIENCE) {
      shift.end(
          new Ending(
              Reason.REGISTRY_UNAVAILABLE,
              "The registry shows " + artifact.id() + " and does not serve it.",
              "Look at the registry; the artifact is kept."));
    } else if (served.isEmpty()) {
      boolean news = !reached(UploadState.VISIBLE);
      Publication next = news ? publication.reaching(UploadState.VISIBLE) : publication.absent();
      shift.pause(
          run.with(run.work().with(next)),
          "The registry shows the package and does not serve it yet.",
          rest(LOOK_SOON, next.absences()),
          news ? new RunEvent[] {visible} : new RunEvent[0]);
    } else if (served.get().equals(artifact.digest())) {
      RunEvent verified = new RunEvent.Uploaded(UploadState.VERIFIED, stored.location());
      released(
          stored.location(),
          RunState.PUBLISHED,
          reached(UploadState.VISIBLE)
              ? new RunEvent[] {verified}
              : new RunEvent[] {visible, verified});
    } else {
      shift.end(
          new Ending(
              Reason.ARTIFACT_CHANGED,
              "The registry serves other bytes as "
                  + artifact.id()
                  + " than it says it holds: "
                  + served.get().abbreviated()
                  + ", not "
                  + artifact.digest().abbreviated()
                  + ".",
              "Withdraw the version and look for who changed it on the way."));
    }
  }

  private void settleStaged(StoredVersion staged) {
    if (staged.digest().equals(artifact.digest())) {
      released(
          staged.location(),
          RunState.STAGED,
          new RunEvent.Uploaded(UploadState.VERIFIED, staged.location()));
    } else {
      shift.end(
          new Ending(
              Reason.VERSION_EXISTS,
              "Other bytes are staged as " + artifact.id() + "; ours were not.",
              "Release or reject what is staged at the registry, then try again."));
    }
  }

  private void released(String location, RunState state, RunEvent... events) {
    Release release =
        new Release(
            artifact.id(),
            artifact.digest(),
            mode(),
            location,
            shift.ports.timing().clock().instant());
    Run now = shift.run();
    Publication latest = Objects.requireNonNull(now.work().publication());
    List<RunEvent> all = new ArrayList<>(List.of(events));
    all.add(new RunEvent.Released(release));
    shift.checkpoint(
        now.with(now.work().with(latest.released(release))).in(state),
        all.toArray(RunEvent[]::new));
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
