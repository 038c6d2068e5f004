package dev.packageforge;

import java.util.List;

/**
 * The packed package, named by its digest: what is tested, approved and published is this and
 * nothing else. Immutable.
 *
 * @param id the name and version that its own manifest states
 * @param digest of the bytes
 * @param size bytes
 * @param fileName as it should be called on disk, without a folder
 * @param entries what is inside, sorted by path
 */
public record Artifact(
    PackageId id, Sha512 digest, long size, String fileName, List<Entry> entries) {
  /**
   * A file inside.
   *
   * @param path below the package's root
   * @param size bytes, unpacked
   */
  public record Entry(String path, long size) {}

  /** Copies the list. */
  public Artifact {
    if (SourceFile.pathProblem(fileName).isPresent() || fileName.contains("/")) {
      throw new IllegalArgumentException("not a file's name: \"" + Text.visible(fileName) + "\"");
    }
    entries = List.copyOf(entries);
  }
}
