package dev.packageforge.examples;

import dev.packageforge.FileSet;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Hands out what a run made, as files: a folder appears as a whole or not at all. */
final class Kept {
  private Kept() {}

  /**
   * Keeps a draft and, if there is one, its artifact; what was kept before under the same name
   * stays as it is.
   *
   * @return where
   * @throws IOException if not all of it can be written; then nothing is left
   */
  static Path keep(Path place, String name, FileSet files, Optional<PackedArtifact> packed)
      throws IOException {
    Path folder = place.resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(place);
    Path unfinished = Files.createTempDirectory(place, "." + name + "-");
    try {
      write(unfinished.resolve("source"), files);
      if (packed.isPresent()) {
        Path file = unfinished.resolve(packed.get().artifact().fileName());
        Files.write(file, packed.get().bytes(), StandardOpenOption.CREATE_NEW);
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      return folder;
    } catch (IOException e) {
      remove(unfinished);
      if (Files.isDirectory(folder)) {
        return folder; // another thread was faster
      }
      throw e;
    }
  }

  /**
   * Writes a draft's files into a folder that is empty, or that does not exist yet.
   *
   * @throws IOException if not all of it can be written; then nothing is left
   */
  static void handOut(Path folder, FileSet files) throws IOException {
    Path parent = folder.getParent();
    if (parent == null || Files.isDirectory(folder)) {
      // Not replaced by another: somebody may be in it.
      try {
        write(folder, files);
      } catch (IOException e) {
        for (Path entry : entries(folder)) {
          remove(entry);
        }
        throw e;
      }
      return;
    }
    Files.createDirectories(parent);
    Path unfinished = Files.createTempDirectory(parent, ".forge-");
    try {
      // Not the temporary folder itself, which nobody else may read.
      Path whole = unfinished.resolve("whole");
      write(whole, files);
      Files.move(whole, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      remove(unfinished);
    }
  }

  private static void write(Path folder, FileSet files) throws IOException {
    for (SourceFile file : files) {
      Path path = folder.resolve(file.path());
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(path, file.bytes(), StandardOpenOption.CREATE_NEW);
    }
  }

  private static void remove(Path unfinished) {
    try (Stream<Path> tree = Files.walk(unfinished)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // The accident before is what people must know of.
      return;
    }
  }

  /** Whether something is in the way of writing a whole tree here. */
  static boolean occupied(Path folder) throws IOException {
    return Files.exists(folder) && !entries(folder).isEmpty();
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
