package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an inspected tarball holds.
 *
 * @param id name and version as its own package.json has them
 * @param manifest that package.json
 * @param entries the files below the root, sorted by path
 */
record Tarball(PackageId id, Manifest manifest, List<Artifact.Entry> entries) {
  Set<String> paths() {
    return entries.stream().map(Artifact.Entry::path).collect(Collectors.toSet());
  }
}
