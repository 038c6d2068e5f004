package dev.packageforge;

import java.util.regex.Pattern;

/**
 * How an artifact is to be published.
 *
 * @param mode for real, for a second person's word, or not at all
 * @param tag the registry's name for this line of versions: {@code latest}
 * @param access who may install it
 * @param place where it may go, in the registry's own words; empty if anywhere
 */
public record PublishOptions(Mode mode, String tag, Access access, String place) {
  private static final Pattern TAG = Pattern.compile("[a-z][a-z0-9._-]{0,49}");

  /** What the last request does. */
  public enum Mode {
    /** Publishes. */
    PUBLISH,
    /** Uploads, to be released by a person at the registry. */
    STAGE,
    /** Does everything but the last request, and says so. */
    DRY_RUN
  }

  /** Who may install it. */
  public enum Access {
    /** Everybody. */
    PUBLIC,
    /** Whom the registry's owner lets in. */
    RESTRICTED
  }

  /** Checks the tag. */
  public PublishOptions {
    if (!TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException("not a tag: \"" + Text.visible(tag, 60) + "\"");
    }
  }

  /** Options for any registry. */
  public PublishOptions(Mode mode, String tag, Access access) {
    this(mode, tag, access, "");
  }

  /**
   * The same for one place: a worker whose registry is another one refuses.
   *
   * @param where {@code PackageRegistry.place} of what is approved
   */
  public PublishOptions at(String where) {
    return new PublishOptions(mode, tag, access, where);
  }

  /** Publishes for everybody, as {@code latest}. */
  public static PublishOptions publish() {
    return new PublishOptions(Mode.PUBLISH, "latest", Access.PUBLIC);
  }

  /** As {@link #publish()}, without the last request. */
  public static PublishOptions dryRun() {
    return new PublishOptions(Mode.DRY_RUN, "latest", Access.PUBLIC);
  }
}
