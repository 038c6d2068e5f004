package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether what was packed may be handed on. A build can write anything, so nothing that was said of
 * the draft is taken to hold for the tarball: the same rules judge what it really holds.
 */
final class PackedRules {
  private final PackageId id;
  private final PackagePlan plan;
  private final Manifest draft;
  private final FileSet files;

  /**
   * Knows what was inspected.
   *
   * @param draft the manifest of the draft
   * @param files the draft, already found sound
   */
  PackedRules(PackageId id, PackagePlan plan, Manifest draft, FileSet files) {
    this.id = id;
    this.plan = plan;
    this.draft = draft;
    this.files = files;
  }

  /**
   * A tarball with what is wrong with it.
   *
   * @param tarball what it holds
   * @param errors why it is not good enough; none if it is
   */
  record Judged(Tarball tarball, List<Finding> errors) {}

  /**
   * Reads and judges a tarball.
   *
   * @throws BadTarballException if it is not one that we would hand to anybody
   */
  Judged judge(byte[] bytes) throws BadTarballException {
    ContentRules contents = new ContentRules();
    PackedFiles held = new PackedFiles();
    Tarball tarball =
        TarballInspector.inspect(
            bytes,
            id,
            (path, content) -> {
              held.add(path, content);
              if (!isInspected(path, content)) {
                contents.packed(path, content);
              }
            });
    List<Finding> findings = new ArrayList<>(manifest(tarball.manifest()));
    findings.addAll(contents.findings());
    findings.addAll(ContentRules.documents(tarball.paths()));
    findings.addAll(TarballRules.held(House.OURS, tarball, held));
    return new Judged(tarball, Inspection.few(findings).stream().filter(Finding::isError).toList());
  }

  private boolean isInspected(String path, byte[] content) {
    return files.find(path).filter(file -> Arrays.equals(file.bytes(), content)).isPresent();
  }

  private List<Finding> manifest(Manifest packed) {
    List<Finding> findings = new ArrayList<>();
    for (String field : draft.differences(packed)) {
      findings.add(
          Finding.error(
              "manifest-changed",
              Manifest.FILE,
              "The build changed \"" + Text.visible(field, 80) + "\" in package.json.",
              "Write package.json as it is to be packed; let no script change it."));
    }
    findings.addAll(ManifestRules.check(packed, id));
    findings.addAll(DependencyRules.check(packed, plan));
    return findings;
  }
}
