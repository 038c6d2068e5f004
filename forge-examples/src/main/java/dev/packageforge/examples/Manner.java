package dev.packageforge.examples;

import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Text;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What was said on the command line of how an artifact goes to its registry. */
final class Manner {
  @Option(
      names = "--dry-run",
      description = "do everything but the last request; nothing is published")
  boolean dryRun;

  @Option(names = "--stage", description = "upload it for a maintainer to release at the registry")
  boolean stage;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "the registry's name for this line of versions; default: latest")
  @Nullable String tag;

  @Option(
      names = "--access",
      paramLabel = "WHO",
      description = "who may install it: public, which is the default, or restricted")
  @Nullable String access;

  /** Only whether it is a dry run. */
  static Manner of(boolean dryRun) {
    Manner manner = new Manner();
    manner.dryRun = dryRun;
    return manner;
  }

  /**
   * What was said, checked.
   *
   * @throws CommandException if that contradicts itself, or is no tag
   */
  PublishOptions options() {
    if (dryRun && stage) {
      throw new CommandException(
          Exit.USAGE, "--dry-run and --stage contradict each other.", "Give one of them.");
    }
    Mode mode = dryRun ? Mode.DRY_RUN : stage ? Mode.STAGE : Mode.PUBLISH;
    PublishOptions usual = PublishOptions.publish();
    try {
      return new PublishOptions(mode, tag == null ? usual.tag() : tag, access(usual.access()));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Exit.USAGE,
          "\"" + Text.visible(String.valueOf(tag), 60) + "\" is no tag.",
          "A tag has 1 to 50 of a-z, 0-9, dot, _ and -, and begins with a letter.",
          e);
    }
  }

  private Access access(Access usual) {
    if (access == null) {
      return usual;
    }
    return switch (access.toLowerCase(Locale.ROOT)) {
      case "public" -> Access.PUBLIC;
      case "restricted" -> Access.RESTRICTED;
      default ->
          throw new CommandException(
              Exit.USAGE,
              "--access is \"" + Text.visible(access, 60) + "\", which nobody knows.",
              "Say public or restricted.");
    };
  }

  /** Whether it goes under a tag that somebody chose. */
  boolean tagged() {
    return tag != null;
  }
}
