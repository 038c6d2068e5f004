package dev.packageforge.npm;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files of a package as they were packed. Of what could be read as code or as a document, the
 * bytes are kept; of the rest, the path. For one thread.
 */
final class PackedFiles {
  private static final Pattern KEPT =
      Pattern.compile(
          ".*(?:\\.(?:[cm]?[jt]s|[jt]sx|json|md|markdown)|/[^./]+|^[^./]+)",
          Pattern.CASE_INSENSITIVE);

  /** Beyond this, nobody wrote it by hand, and reading it would take longer than it is worth. */
  static final int MAX_READ = 1024 * 1024;

  private final SortedMap<String, byte[]> kept = new TreeMap<>();
  private final Set<String> paths = new TreeSet<>();

  /** Takes a file, once. */
  void add(String path, byte[] content) {
    paths.add(path);
    if (content.length <= MAX_READ && KEPT.matcher(path).matches()) {
      kept.put(path, content);
    }
  }

  /** All paths, sorted. */
  Set<String> paths() {
    return Collections.unmodifiableSet(paths);
  }

  /** The paths of what can be read, sorted. */
  List<String> readable() {
    return List.copyOf(kept.keySet());
  }

  /** The bytes of a file, if they were kept. */
  Optional<byte[]> bytes(String path) {
    return Optional.ofNullable(kept.get(path));
  }

  /** The text of a file, if it was kept. */
  Optional<String> text(String path) {
    return bytes(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
