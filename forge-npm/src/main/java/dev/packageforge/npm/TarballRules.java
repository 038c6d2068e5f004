package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What reading a tarball tells of the package in it, without running any of it. */
final class TarballRules {
  private TarballRules() {}

  /**
   * A tarball with what is to be said of it.
   *
   * @param tarball what it holds
   * @param files its files
   * @param findings as the house says them
   */
  record Judged(Tarball tarball, PackedFiles files, List<Finding> findings) {}

  /**
   * Reads and judges a tarball that somebody made.
   *
   * @throws BadTarballException if it is not one that we would hand to anybody
   * @throws UnreadableManifestException if its package.json cannot be read
   */
  static Judged judge(House house, byte[] bytes)
      throws BadTarballException, UnreadableManifestException {
    PackedFiles files = new PackedFiles();
    List<Artifact.Entry> entries = new ArrayList<>();
    PackedContents contents = new PackedContents(house);
    String text =
        TarballInspector.readAnybodys(
            bytes,
            (path, content) -> {
              files.add(path, content);
              entries.add(new Artifact.Entry(path, content.length));
              contents.file(path, content);
            });
    Manifest manifest = Manifest.parse(text);
    PackageId id;
    try {
      id = new PackageId(manifest.name(), manifest.version());
    } catch (IllegalArgumentException e) {
      throw new UnreadableManifestException(
          "package.json has no name and version that npm would take", 1);
    }
    entries.sort(Comparator.comparing(Artifact.Entry::path));
    Tarball tarball = new Tarball(id, manifest, List.copyOf(entries));
    List<Finding> findings = new ArrayList<>(ManifestRules.anybodys(manifest));
    findings.addAll(DependencyRules.anybodys(manifest));
    findings.addAll(ContentRules.documents(files.paths()));
    findings.addAll(contents.findings());
    return new Judged(tarball, files, house.judge(findings));
  }
}
