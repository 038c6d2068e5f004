package dev.packageforge.examples;

import dev.packageforge.FileSet;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Hands out what a run made, as files. */
final class Kept {
  private Kept() {}

  /**
   * Writes a draft's files below a folder, which is made if need be.
   *
   * @throws IOException if one cannot be written; nothing that was there before is changed
   */
  static void sources(Path folder, FileSet files) throws IOException {
    for (SourceFile file : files) {
      Path path = folder.resolve(file.path());
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(path, file.bytes(), StandardOpenOption.CREATE_NEW);
    }
  }

  /** Writes the artifact into a folder, which is made if need be, and says where. */
  static Path artifact(Path folder, PackedArtifact packed) throws IOException {
    Files.createDirectories(folder);
    return Files.write(
        folder.resolve(packed.artifact().fileName()),
        packed.bytes(),
        StandardOpenOption.CREATE_NEW);
  }

  /** Whether something is in the way of writing a whole tree here. */
  static boolean occupied(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return false;
    }
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    }
  }
}
