package dev.packageforge.registry;

import org.jspecify.annotations.Nullable;

/** What came of a publish. */
public sealed interface PublishOutcome {
  /**
   * The registry took it. Whether it holds it, {@code find} tells.
   *
   * @param message the registry's word, or where it is
   */
  record Accepted(String message) implements PublishOutcome {}

  /**
   * A dry run came to its end; nothing was sent.
   *
   * @param location where it would be
   */
  record NotSent(String location) implements PublishOutcome {}

  /** The name and version are taken; by what, {@code find} tells. */
  record Exists() implements PublishOutcome {}

  /**
   * The registry stored nothing, because it wants to know that a person agrees: by a one-time code,
   * or by a visit to a page.
   *
   * @param sentence for people: what the registry wants, or what was wrong with the code
   * @param proof the page, if the registry has one
   */
  record NeedsSecondFactor(String sentence, @Nullable WebProof proof) implements PublishOutcome {
    /** Only a code will do. */
    public NeedsSecondFactor(String sentence) {
      this(sentence, null);
    }
  }

  /**
   * The registry does not want it, or this mode, and will not want it later.
   *
   * @param cause the kind of trouble
   * @param sentence for people
   * @param remedy for people
   */
  record Refused(Cause cause, String sentence, String remedy) implements PublishOutcome {}

  /** Why a registry does not want a package. */
  enum Cause {
    /** No credential was sent, and one is needed. */
    CREDENTIAL_MISSING,
    /** The credential is expired, revoked or wrong. */
    CREDENTIAL_DEAD,
    /** The credential is good, but not for this: another package, scope or deed. */
    NOT_PERMITTED,
    /** The credential may not be used from this network. */
    ADDRESS_NOT_ALLOWED,
    /** It costs money that nobody paid. */
    PAYMENT_REQUIRED,
    /** The name is too much like another's. */
    NAME_TOO_SIMILAR,
    /** It is larger than the registry takes. */
    TOO_LARGE,
    /** The registry found something wrong with what was sent. */
    INVALID,
    /** The registry has no such mode, or not for this package. */
    MODE_NOT_SUPPORTED,
    /** Anything else. */
    OTHER
  }

  /**
   * Something on the way failed before anything was stored, such as a disk that is full.
   *
   * @param sentence for people
   * @param remedy for people
   */
  record NotStored(String sentence, String remedy) implements PublishOutcome {}

  /**
   * It was sent and the answer was lost or unclear.
   *
   * @param sentence for people
   */
  record Unknown(String sentence) implements PublishOutcome {}
}
