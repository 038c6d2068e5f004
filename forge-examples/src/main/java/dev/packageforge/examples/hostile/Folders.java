package dev.packageforge.examples.hostile;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folders of this machine that a case needs. */
final class Folders {
  private Folders() {}

  /** Writes files below a folder. */
  static void write(Path folder, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> each : files.entrySet()) {
      Path file = folder.resolve(each.getKey()).normalize();
      if (!file.startsWith(folder)) {
        throw new IllegalArgumentException("not below the folder: " + each.getKey());
      }
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, each.getValue());
    }
  }

  /** Removes a folder with all that is in it; follows no link. */
  static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure)
              throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
