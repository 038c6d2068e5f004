package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What reading a draft tells, without running any of it.
 *
 * @param findings all of them, errors first
 * @param manifest the package.json; empty if it could not be read, which is then an error
 * @param files what may be put before npm: the draft without what was dropped
 */
record Inspection(List<Finding> findings, Optional<Manifest> manifest, FileSet files) {
  /** Errors, and warnings, that are told one by one. */
  static final int MAX = 50;

  /** Before anything was read. */
  static final Inspection NOTHING = new Inspection(List.of(), Optional.empty(), FileSet.empty());

  static Inspection of(VerificationRequest request) {
    FileSet files = request.files();
    Set<String> dropped =
        files.files().stream()
            .map(SourceFile::path)
            .filter(ContentRules::isDropped)
            .collect(Collectors.toSet());
    FileSet kept = files.with(List.of(), dropped);
    List<Finding> findings = new ArrayList<>(request.refusals());
    Optional<Manifest> manifest = manifest(kept, findings);
    manifest.ifPresent(
        read -> {
          Set<String> paths =
              kept.files().stream().map(SourceFile::path).collect(Collectors.toSet());
          findings.addAll(ManifestRules.check(read, request.id()));
          findings.addAll(DependencyRules.check(read, request.plan()));
          findings.addAll(EntryPointRules.check(read, kept, paths));
          Set<String> imported = new HashSet<>();
          findings.addAll(ImportRules.check(read, kept, paths, imported::add));
          findings.addAll(DependencyRules.unused(request.plan(), imported));
          findings.addAll(TypeScriptRules.check(read, kept));
          findings.addAll(ReadmeExamples.check(read, kept, paths));
        });
    findings.addAll(ContentRules.check(files));
    return new Inspection(few(findings), manifest, kept);
  }

  /** The first of these findings, errors first, and how many more there are. */
  static List<Finding> few(List<Finding> all) {
    List<Finding> few = new ArrayList<>();
    for (Finding.Severity severity : Finding.Severity.values()) {
      List<Finding> alike = all.stream().filter(each -> each.severity() == severity).toList();
      few.addAll(alike.subList(0, Math.min(MAX, alike.size())));
      if (alike.size() > MAX) {
        String sentence = "There are " + (alike.size() - MAX) + " more of this kind.";
        few.add(new Finding(severity, "and-more", "", sentence, "Correct those above first."));
      }
    }
    return List.copyOf(few);
  }

  private static Optional<Manifest> manifest(FileSet files, List<Finding> findings) {
    Optional<SourceFile> file = files.find(Manifest.FILE);
    if (file.isEmpty()) {
      findings.add(Finding.error("manifest-missing", "", "There is no package.json.", "Write it."));
      return Optional.empty();
    }
    try {
      return Optional.of(Manifest.parse(file.get().content()));
    } catch (UnreadableManifestException e) {
      findings.add(unreadable(e));
      return Optional.empty();
    }
  }

  static Finding unreadable(UnreadableManifestException e) {
    String where = Manifest.FILE + (e.line() > 0 ? ":" + e.line() : "");
    return Finding.error(
        "manifest-unreadable",
        where,
        e.getMessage() + ".",
        "Write one plain JSON object, no key twice, no comments.");
  }

  /** The paths of the files. */
  Set<String> paths() {
    return files.files().stream().map(SourceFile::path).collect(Collectors.toSet());
  }

  /** How reading the draft went. */
  StepOutcome outcome() {
    List<Finding> errors = errors();
    if (errors.isEmpty()) {
      return StepOutcome.passed(files.count() + " files");
    }
    String summary = errors.size() == 1 ? "1 error" : errors.size() + " errors";
    return StepOutcome.failed(summary, Failure.of(errors));
  }

  List<Finding> errors() {
    return findings.stream().filter(Finding::isError).toList();
  }
}
