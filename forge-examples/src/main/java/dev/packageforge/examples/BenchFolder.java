package dev.packageforge.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder for the time of a bench, among those that may be deleted.
 *
 * @param path of the folder
 */
record BenchFolder(Path path) implements AutoCloseable {
  static BenchFolder open() {
    try {
      return new BenchFolder(Files.createTempDirectory("forge-bench"));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** An empty folder in it. */
  Path folder(String name) {
    try {
      return Files.createDirectory(path.resolve(name));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  static CommandException unusable(IOException e) {
    return new CommandException(
        Exit.NOT_READY,
        "The files of the bench cannot be written: " + Words.reason(e) + ".",
        "Free or fix the system's folder for temporary files.",
        e);
  }

  @Override
  public void close() {
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      // It is in the system's folder for what may be deleted, and named after what it was for.
      return;
    }
  }
}
