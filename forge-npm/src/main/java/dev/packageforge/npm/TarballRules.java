package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** What reading a tarball tells of the package in it, without running any of it. */
final class TarballRules {
  private static final Pattern GLOB = Pattern.compile("[*?\\[\\]{}]");
  private static final long MIB = 1024L * 1024;
  private static final long LARGE = 20 * MIB;
  private static final long LARGE_DRAFT = 2 * MIB;
  private static final int MANY = 2_000;
  private static final int MANY_OF_DRAFT = 300;

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
    findings.addAll(held(house, tarball, files));
    return new Judged(tarball, files, house.judge(findings));
  }

  /** What is wrong with what is packed, taken together. */
  static List<Finding> held(House house, Tarball tarball, PackedFiles files) {
    Manifest manifest = tarball.manifest();
    PackedEntryRules.Ways ways = PackedEntryRules.in(house, manifest, files);
    List<Finding> findings = new ArrayList<>(ways.findings());
    findings.addAll(ClosureRules.check(house, manifest, files, ways.roots()));
    findings.addAll(FormRules.tools(manifest, files));
    findings.addAll(listed(manifest, files));
    findings.addAll(size(house, tarball));
    return findings;
  }

  /** A warning for each entry of "files" that packed nothing. */
  private static List<Finding> listed(Manifest manifest, PackedFiles files) {
    List<Finding> findings = new ArrayList<>();
    for (var each : manifest.field("files")) {
      String entry = each.asText("").replaceFirst("^[./]+", "").replaceFirst("/+$", "");
      boolean plain = !entry.isEmpty() && !entry.startsWith("!") && !GLOB.matcher(entry).find();
      boolean packed =
          files.paths().stream()
              .anyMatch(path -> path.equals(entry) || path.startsWith(entry + "/"));
      if (plain && !packed) {
        findings.add(
            Finding.warning(
                "files-entry-missing",
                Manifest.FILE,
                "\"files\" lists \"" + Text.visible(entry, 80) + "\", of which nothing is packed.",
                "Build or add it before packing, or take it off the list."));
      }
    }
    return findings;
  }

  private static List<Finding> size(House house, Tarball tarball) {
    List<Finding> findings = new ArrayList<>();
    long bytes = tarball.entries().stream().mapToLong(Artifact.Entry::size).sum();
    int files = tarball.entries().size();
    if (bytes > (house == House.OURS ? LARGE_DRAFT : LARGE)) {
      findings.add(
          Finding.warning(
              "package-large",
              "",
              "It unpacks to " + bytes / MIB + " MiB in everybody's folder.",
              "List in \"files\" what users need."));
    }
    if (files > (house == House.OURS ? MANY_OF_DRAFT : MANY)) {
      findings.add(
          Finding.warning(
              "package-many-files",
              "",
              "It has " + files + " files.",
              "List in \"files\" what users need."));
    }
    return findings;
  }
}
