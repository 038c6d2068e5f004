package dev.packageforge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and checks approvals with a key that approver and worker share (HMAC-SHA256, RFC 2104).
 * Safe for use by many threads.
 */
public final class ApprovalSigner {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int NONCE_BYTES = 16;
  private static final int MIN_KEY = 16;

  private final Secret key;

  /**
   * A signer.
   *
   * @param key at least 16 characters, the same wherever approvals are made and obeyed
   */
  public ApprovalSigner(Secret key) {
    if (key.reveal().length() < MIN_KEY) {
      throw new IllegalArgumentException("the approval key needs " + MIN_KEY + " characters");
    }
    this.key = key;
  }

  /** A signer whose key nobody else has, good for as long as this process lives. */
  public static ApprovalSigner ephemeral(RandomGenerator random) {
    return new ApprovalSigner(Secret.of(hex(random, 2 * NONCE_BYTES)));
  }

  /** A person's word, signed. */
  public Approval sign(
      Approval.Terms terms, String approver, Instant expires, RandomGenerator random) {
    Approval unsigned = new Approval(terms, approver, expires, hex(random, NONCE_BYTES), "");
    return new Approval(terms, approver, expires, unsigned.nonce(), signature(unsigned));
  }

  /**
   * Why this approval does not permit these terms, as a sentence; empty if it does.
   *
   * @param terms what is about to be done
   * @param now the time by which it must not have expired
   */
  public Optional<String> refusal(Approval approval, Approval.Terms terms, Instant now) {
    if (!MessageDigest.isEqual(bytes(approval.signature()), bytes(signature(approval)))) {
      return Optional.of("the approval's signature is not ours");
    }
    if (!approval.terms().equals(terms)) {
      return Optional.of(
          "the approval is for "
              + approval.terms().id()
              + " "
              + approval.terms().digest().abbreviated()
              + ", not for "
              + terms.id()
              + " "
              + terms.digest().abbreviated()
              + " in this run and mode");
    }
    if (!now.isBefore(approval.expires())) {
      return Optional.of("the approval expired at " + approval.expires());
    }
    return Optional.empty();
  }

  private String signature(Approval approval) {
    Approval.Terms terms = approval.terms();
    PublishOptions options = terms.options();
    StringBuilder canonical = new StringBuilder("package-forge approval 1\n");
    for (Object field :
        new Object[] {
          terms.run(),
          terms.id().name(),
          terms.id().version(),
          terms.digest(),
          terms.size(),
          options.mode(),
          options.tag(),
          options.access(),
          approval.approver(),
          approval.expires(),
          approval.nonce()
        }) {
      append(canonical, field.toString());
    }
    if (!options.place().isEmpty()) {
      // A word for any place is signed as it was before there were words for one.
      append(canonical, "place " + options.place());
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes(key.reveal()), ALGORITHM));
      return HexFormat.of().formatHex(mac.doFinal(bytes(canonical.toString())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** With its length before it, no field can run into the next. */
  private static void append(StringBuilder canonical, String field) {
    canonical.append(field.length()).append(':').append(field).append('\n');
  }

  private static String hex(RandomGenerator random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
