package dev.packageforge;

import java.time.Instant;

/**
 * A person's signed word that one artifact may be published in one way. {@link ApprovalSigner}
 * makes and checks it; nothing else counts.
 *
 * @param terms what was approved
 * @param approver who
 * @param expires when the word is no longer good
 * @param nonce random; no two approvals share one
 * @param signature HMAC-SHA256 over all of the above, in hexadecimal digits
 */
public record Approval(
    Terms terms, String approver, Instant expires, String nonce, String signature) {
  /**
   * What exactly may be published, and how.
   *
   * @param run the run that made it
   * @param id the name and version
   * @param digest of the artifact
   * @param size bytes of the artifact
   * @param options mode, tag and access
   */
  public record Terms(RunId run, PackageId id, Sha512 digest, long size, PublishOptions options) {
    /** The terms under which a run's artifact would be published. */
    public static Terms of(RunId run, Artifact artifact, PublishOptions options) {
      return new Terms(run, artifact.id(), artifact.digest(), artifact.size(), options);
    }
  }
}
