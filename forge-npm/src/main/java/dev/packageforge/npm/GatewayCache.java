package dev.packageforge.npm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A folder of what was fetched. Any number of programs may share it: a file appears there whole or
 * not at all, and its content never changes. When there is too much, what nobody has used for
 * longest goes first. A folder that cannot be written makes things slower, and nothing else.
 */
final class GatewayCache {
  /** A new form of what is kept gets a folder of its own. */
  private static final String FORM = "1";

  private static final Duration TOUCH_EACH = Duration.ofMinutes(10);
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path folder;
  private final long most;
  private final Clock clock;
  private final ReentrantLock trimming = new ReentrantLock();

  /** How much is there, as far as this program knows; negative until it has looked. */
  private final AtomicLong size = new AtomicLong(-1);

  GatewayCache(Path folder, long most, Clock clock) {
    this.folder = folder.resolve(FORM);
    this.most = most;
    this.clock = clock;
  }

  /** What writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path draft) throws IOException, GatewayRefusal, InterruptedException;
  }

  /** The file for a key, if there is one. */
  Optional<Path> find(String key) {
    Path file = file(key);
    try {
      FileTime used = Files.getLastModifiedTime(file);
      Instant now = clock.instant();
      if (Duration.between(used.toInstant(), now).compareTo(TOUCH_EACH) > 0) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes a new file, whole, and puts it in the place of the one that the key had.
   *
   * @throws IOException if it cannot be written, or the writing says so
   */
  Path keep(String key, Writing writing) throws IOException, GatewayRefusal, InterruptedException {
    Path file = file(key);
    Files.createDirectories(file.getParent());
    Path draft = Files.createTempFile(file.getParent(), "new", ".part");
    try {
      writing.to(draft);
      Files.setLastModifiedTime(draft, FileTime.from(clock.instant()));
      long length = Files.size(draft);
      move(draft, file);
      grow(length);
      return file;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the folder of a cache must be able to rename files", e);
    }
  }

  /** Takes away what turned out to be unreadable. */
  void forget(String key) {
    try {
      Files.deleteIfExists(file(key));
    } catch (IOException e) {
      // It is read again, and found unreadable again.
    }
  }

  private Path file(String key) {
    String name = digest(key);
    return folder.resolve(name.substring(0, 2)).resolve(name.substring(2));
  }

  private static String digest(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 20);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  // ---- size ------------------------------------------------------------------------------------

  private void grow(long length) {
    long known = size.get();
    if (known >= 0 && size.addAndGet(length) <= most) {
      return;
    }
    if (trimming.tryLock()) {
      try {
        size.set(trim());
      } finally {
        trimming.unlock();
      }
    }
  }

  private record Kept(Path file, long length, Instant used) {}

  /** Looks at all that is there, and if it is too much removes the least used, a tenth at least. */
  private long trim() {
    List<Kept> all = new ArrayList<>();
    Instant now = clock.instant();
    try (Stream<Path> tree = Files.walk(folder, 2)) {
      for (Path file : (Iterable<Path>) tree::iterator) {
        kept(file, now).ifPresent(all::add);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      return all.stream().mapToLong(Kept::length).sum();
    }
    long sum = all.stream().mapToLong(Kept::length).sum();
    if (sum <= most) {
      return sum;
    }
    all.sort(Comparator.comparing(Kept::used));
    for (Kept one : all) {
      if (sum <= most - most / 10) {
        break;
      }
      try {
        Files.deleteIfExists(one.file());
        sum -= one.length();
      } catch (IOException e) {
        // Somebody reads it, and the system does not let it go: another time.
      }
    }
    return sum;
  }

  /** What a program left that was ended while it wrote is taken away. */
  private static Optional<Kept> kept(Path file, Instant now) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      if (!found.isRegularFile()) {
        return Optional.empty();
      }
      Instant used = found.lastModifiedTime().toInstant();
      if (file.toString().endsWith(".part")) {
        if (Duration.between(used, now).compareTo(ABANDONED) > 0) {
          Files.deleteIfExists(file);
        }
        return Optional.empty();
      }
      return Optional.of(new Kept(file, found.size(), used));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // another program was here first
    }
  }
}
