package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Finding;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.SandboxReport;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;

/** What a person sees before they approve: exactly what would be published. */
final class ApprovalPanel {
  private ApprovalPanel() {}

  /**
   * The lines.
   *
   * @param run one with an artifact
   * @param registry where it would go
   * @param options how it would go there
   */
  static List<String> lines(Run run, String registry, PublishOptions options) {
    Artifact artifact = run.artifact().orElseThrow();
    List<String> lines = new ArrayList<>();
    lines.add(Text.visible(artifact.id().toString()) + " is ready for approval");
    lines.addAll(NextVersion.lines(run).stream().map(line -> "  " + line).toList());
    lines.addAll(contents(artifact));
    run.lastAttempt().map(Attempt::sandbox).ifPresent(sandbox -> lines.addAll(place(sandbox)));
    lines.add("  goes to   " + Text.visible(registry) + manner(artifact, options));
    for (Finding finding : run.lastAttempt().map(Attempt::findings).orElse(List.of())) {
      lines.add("  ! " + sentence(finding));
    }
    return lines;
  }

  /** Where it was tested, as that held then. */
  private static List<String> place(SandboxReport sandbox) {
    List<String> lines = new ArrayList<>();
    lines.add("  tested in " + SandboxWords.name(sandbox));
    SandboxWords.details(sandbox).forEach(line -> lines.add("            " + line));
    return lines;
  }

  /** What is not as usual: the mode, the tag, and who may install it. */
  private static String manner(Artifact artifact, PublishOptions options) {
    String mode =
        switch (options.mode()) {
          case PUBLISH -> "";
          case STAGE -> ", staged for a maintainer to release";
          case DRY_RUN -> ", but for the last request";
        };
    String tag =
        options.tag().equals(PublishOptions.publish().tag())
            ? ""
            : ", with the tag " + options.tag();
    boolean scoped = artifact.id().name().startsWith("@");
    String access =
        options.access() == PublishOptions.Access.RESTRICTED
            ? ", for whom its owner lets in"
            : scoped ? ", for everybody" : "";
    return mode + tag + access;
  }

  /** What is in the tarball, and its digest. */
  static List<String> contents(Artifact artifact) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  "
            + Words.count(artifact.entries().size(), "file", "files")
            + " in the tarball, "
            + Words.size(artifact.size())
            + " packed, "
            + Words.size(Words.unpacked(artifact.entries()))
            + " unpacked");
    for (Artifact.Entry entry : artifact.entries()) {
      lines.add(String.format("    %8s  %s", Words.size(entry.size()), Text.visible(entry.path())));
    }
    lines.add("  digest    " + artifact.digest().integrity());
    return lines;
  }

  /** What a check says, and where. */
  static String sentence(Finding finding) {
    String where = finding.where().isEmpty() ? "" : Text.visible(finding.where()) + ": ";
    return where + Text.visible(finding.sentence());
  }
}
