package dev.packageforge.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Approval;
import dev.packageforge.ApprovalSigner;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * What somebody writes into the store who can write there but does not have the approval key. Where
 * a signature is good, a person gave it once, for something else.
 */
enum Forgery {
  /** Signed with another key. */
  SIGNATURE {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      return approved(run, forger().sign(terms(run), "ann", now.plus(HOUR), random()), 0);
    }
  },
  /** Signed by the person, for a time that is over. */
  EXPIRY {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      return approved(run, real.sign(terms(run), "ann", now.minus(HOUR), random()), 0);
    }
  },
  /** Signed by the person, for other bytes. */
  DIGEST {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      Artifact other = other(run);
      return approved(
          run,
          real.sign(
              Approval.Terms.of(run.id(), other, PublishOptions.publish()),
              "ann",
              now.plus(HOUR),
              random()),
          0);
    }
  },
  /** Signed by the person, for another run. */
  RUN {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      Approval.Terms terms =
          Approval.Terms.of(
              RunId.random(random()), run.artifact().orElseThrow(), PublishOptions.publish());
      return approved(run, real.sign(terms, "ann", now.plus(HOUR), random()), 0);
    }
  },
  /** Signed by the person; then the artifact in the record is swapped. */
  ARTIFACT {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      Approval approval = real.sign(terms(run), "ann", now.plus(HOUR), random());
      Attempt last = run.lastAttempt().orElseThrow();
      Attempt swapped =
          new Attempt(
              last.number() + 1,
              last.draft(),
              new Verdict.Passed(other(run)),
              last.steps(),
              last.findings());
      return approved(run.with(run.work().with(swapped)), approval, 0);
    }
  },
  /** Signed with another key, and as if the upload had begun and had been looked for. */
  UPLOAD {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      Run looked = run.with(run.work().with(new Run.Setbacks(4, 0)));
      return approved(looked, forger().sign(terms(run), "ann", now.plus(HOUR), random()), 1);
    }
  },
  /** Not signed, not even said. */
  STATE {
    @Override
    Run of(Run run, ApprovalSigner real, Instant now) {
      return run.in(RunState.PUBLISHING);
    }
  };

  private static final Duration HOUR = Duration.ofHours(1);

  /** The run as the forger would have it. */
  abstract Run of(Run run, ApprovalSigner real, Instant now);

  /** The key of whoever has no key. */
  static ApprovalSigner forger() {
    return new ApprovalSigner(Secret.of("the forger's own guess"));
  }

  private static Run approved(Run run, Approval approval, int uploads) {
    Run.Publication publication = new Run.Publication(approval, uploads, 0, null, null, null);
    return run.with(run.work().with(publication)).in(RunState.PUBLISHING);
  }

  private static Approval.Terms terms(Run run) {
    return Approval.Terms.of(run.id(), run.artifact().orElseThrow(), PublishOptions.publish());
  }

  private static Artifact other(Run run) {
    Artifact real = run.artifact().orElseThrow();
    byte[] bytes = otherBytes();
    return new Artifact(real.id(), Sha512.of(bytes), bytes.length, real.fileName(), real.entries());
  }

  /** What the forger would like to be published. */
  static byte[] otherBytes() {
    return "packed: something else".getBytes(UTF_8);
  }

  private static SplittableRandom random() {
    return new SplittableRandom(13);
  }
}
