package dev.packageforge.queue;

import dev.packageforge.Sha512;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Bytes on disk, each in a file named by its digest. A file under its own name is complete. Not
 * safe for use by many threads.
 */
final class JournalContents {
  private final Path folder;
  private final JournalFile.Opener opener;

  /** Kept by this process, and not yet named by a run. */
  private final Set<Sha512> unnamed = new HashSet<>();

  JournalContents(Path folder, JournalFile.Opener opener) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.opener = opener;
  }

  boolean has(Sha512 digest) {
    return Files.exists(place(digest));
  }

  /** Keeps bytes; comes back when the disk has them. */
  void keep(Sha512 digest, byte[] content) throws IOException {
    if (!has(digest)) {
      Path next = folder.resolve("next");
      Files.deleteIfExists(next);
      try (JournalFile.Disk disk = opener.open(next)) {
        disk.write(0, content);
        disk.force();
      }
      Files.move(
          next, place(digest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      JournalFile.force(folder);
    }
    unnamed.add(digest);
  }

  /** A run names them: they stay for as long as it does. */
  void named(Set<Sha512> digests) {
    unnamed.removeAll(digests);
  }

  /** The bytes, if they are there and are still what they were. */
  Optional<byte[]> fetch(Sha512 digest) throws IOException {
    if (!has(digest)) {
      return Optional.empty();
    }
    try (InputStream in = new FileInputStream(place(digest).toFile())) {
      byte[] content = in.readAllBytes();
      return Sha512.of(content).equals(digest) ? Optional.of(content) : Optional.empty();
    }
  }

  /** Deletes what no run needs and nobody is about to name. */
  void keepOnly(Set<Sha512> needed) throws IOException {
    Set<String> names = new HashSet<>();
    needed.forEach(digest -> names.add(digest.hex()));
    unnamed.forEach(digest -> names.add(digest.hex()));
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.toList();
    }
    for (Path file : all) {
      if (!names.contains(String.valueOf(file.getFileName()))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path place(Sha512 digest) {
    return folder.resolve(digest.hex());
  }
}
