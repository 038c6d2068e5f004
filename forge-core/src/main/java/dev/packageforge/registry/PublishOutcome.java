package dev.packageforge.registry;

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
   * The registry wants a one-time code.
   *
   * @param sentence for people, with what to do
   */
  record NeedsSecondFactor(String sentence) implements PublishOutcome {}

  /**
   * The registry does not want it, or this mode, and will not want it later.
   *
   * @param sentence for people
   * @param remedy for people
   */
  record Refused(String sentence, String remedy) implements PublishOutcome {}

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
