package dev.packageforge.npm;

import dev.packageforge.Sha512;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What npm installed before, packed, in a folder of this machine: one file for each set of
 * dependencies. A file begins with the SHA-512 of the rest and is used only if that is right.
 *
 * <p>Files appear whole or not at all, and any number of processes may share the folder; when it
 * grows too large, what was not used for longest goes. A disk that fails is no accident: what is
 * not here is installed anew. Safe for use by many threads.
 */
final class LayerStore {
  private static final String KEPT = ".layer";
  private static final String UNFIT = ".unfit";
  private static final String MAKING = "making-";
  private static final int DIGEST = 64;
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path root;
  private final long most;
  private final Clock clock;

  /**
   * A store that may be empty.
   *
   * @param root made if it is missing
   * @param most bytes that all files together may take
   */
  LayerStore(Path root, long most, Clock clock) {
    this.root = root.toAbsolutePath();
    this.most = most;
    this.clock = clock;
  }

  /** What is kept under a key: a tar archive, compressed. */
  Optional<byte[]> find(String key) {
    Path file = root.resolve(key + KEPT);
    try {
      byte[] all = Files.readAllBytes(file);
      byte[] layer = Arrays.copyOfRange(all, Math.min(DIGEST, all.length), all.length);
      if (!Arrays.equals(digest(layer), 0, DIGEST, all, 0, Math.min(DIGEST, all.length))) {
        Files.deleteIfExists(file);
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(layer);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Keeps a tar archive, unless one was refused under this key. */
  void keep(String key, byte[] tar) {
    try {
      byte[] layer = compressed(tar);
      if (layer.length + DIGEST > most || Files.exists(root.resolve(key + UNFIT))) {
        return;
      }
      write(key + KEPT, digest(layer), layer);
      makeRoom();
    } catch (IOException | UncheckedIOException e) {
      // It is fetched again, as it would be without a store.
    }
  }

  /** What is kept under this key does not serve; nothing is to be kept under it again. */
  void refuse(String key) {
    try {
      write(key + UNFIT);
      Files.deleteIfExists(root.resolve(key + KEPT));
    } catch (IOException e) {
      // Whoever finds it again refuses it again.
    }
  }

  private void write(String name, byte[]... parts) throws IOException {
    Files.createDirectories(root);
    Path making = Files.createTempFile(root, MAKING, "");
    try {
      try (OutputStream out = Files.newOutputStream(making)) {
        for (byte[] part : parts) {
          out.write(part);
        }
      }
      Files.setLastModifiedTime(making, FileTime.from(clock.instant()));
      Files.move(making, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(making);
    }
  }

  /** One file, as it was when it was looked at. */
  private record Entry(Path path, long size, FileTime used) {}

  private void makeRoom() throws IOException {
    FileTime old = FileTime.from(clock.instant().minus(ABANDONED));
    long size = 0;
    for (Entry entry : newestFirst()) {
      boolean making = String.valueOf(entry.path().getFileName()).startsWith(MAKING);
      size += entry.size();
      if (making ? entry.used().compareTo(old) < 0 : size > most) {
        Files.deleteIfExists(entry.path());
      }
    }
  }

  private List<Entry> newestFirst() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files
          .flatMap(file -> entry(file).stream())
          .sorted(Comparator.comparing(Entry::used).reversed())
          .toList();
    }
  }

  /** Empty if another process just removed it. */
  private static Optional<Entry> entry(Path file) {
    try {
      return Optional.of(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] compressed(byte[] tar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(tar.length / 4);
    try (OutputStream out = new Quick(bytes)) {
      out.write(tar);
    }
    return bytes.toByteArray();
  }

  /** What is read again within minutes need not be small. */
  private static final class Quick extends GZIPOutputStream {
    Quick(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private static byte[] digest(byte[] bytes) {
    return HexFormat.of().parseHex(Sha512.of(bytes).hex());
  }
}
