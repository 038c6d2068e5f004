package dev.packageforge.registry;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A registry that is a folder: for trying things out, for tests, and for teams that share a disk.
 * It keeps a registry's word: a version, once stored, never changes, and {@link #find} digests the
 * file that is really there.
 *
 * <p>A version is the folder {@code NAME/VERSION} with the artifact and {@code .version.json}; a
 * tag is the file {@code NAME/.tags/TAG} that holds a version. A version appears all at once, by
 * the renaming of a finished folder, so that whatever is killed, and whenever, it is there as a
 * whole or not at all. Access is that of the folder.
 *
 * <p>Safe for use by many threads and processes. Stages nothing.
 */
public final class FolderRegistry implements PackageRegistry {
  private static final String RECORD = ".version.json";
  private static final String TAGS = ".tags";
  private static final String UNFINISHED = ".publishing-";
  private static final Duration ABANDONED = Duration.ofHours(1); // no publish takes that long
  private static final long FULL_BELOW = 64L * 1024;
  private static final int MAX_RECORD = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("[^@./][^/]*|@[^./][^/]*/[^./][^/]*");
  private static final Pattern VERSION = Pattern.compile("[^./][^/]*");

  private final Path folder;

  private FolderRegistry(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * The registry in a folder.
   *
   * @param folder made by the first publish; until then the registry is empty
   */
  public static FolderRegistry at(Path folder) {
    return new FolderRegistry(folder);
  }

  @Override
  public String description() {
    return "the folder " + folder;
  }

  @Override
  public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    refuseInterrupted();
    if (problem(id).isPresent()) {
      return Optional.empty();
    }
    Path version = versionFolder(id);
    try {
      VersionRecord record;
      try (InputStream in = Files.newInputStream(version.resolve(RECORD))) {
        record = VersionRecord.read(in.readNBytes(MAX_RECORD));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
      if (!record.id().equals(id)) {
        return Optional.empty(); // another name, which this disk takes for the same
      }
      Path file = version.resolve(record.file());
      return Optional.of(new StoredVersion(id, FileDigest.of(file), file.toString()));
    } catch (ClosedByInterruptException e) {
      refuseInterrupted();
      throw unreadable(id, e);
    } catch (IOException e) {
      throw unreadable(id, e);
    }
  }

  @Override
  public PublishOutcome publish(PublishRequest request) throws InterruptedException {
    refuseInterrupted();
    Artifact artifact = request.packed().artifact();
    PackageId id = artifact.id();
    Optional<String> problem = problem(id).or(() -> fileProblem(artifact.fileName()));
    if (problem.isPresent()) {
      return new PublishOutcome.Refused(
          PublishOutcome.Cause.INVALID,
          problem.get(),
          "Give the package a name and version that can be folders.");
    }
    if (request.options().mode() == PublishOptions.Mode.STAGE) {
      return new PublishOutcome.Refused(
          PublishOutcome.Cause.MODE_NOT_SUPPORTED,
          "A folder cannot stage a release: " + folder + ".",
          "Publish to the folder, or stage at a registry that can.");
    }
    Path target = versionFolder(id);
    if (Files.exists(target.resolve(RECORD))) {
      return new PublishOutcome.Exists();
    }
    Path file = target.resolve(artifact.fileName());
    if (request.options().mode() == PublishOptions.Mode.DRY_RUN) {
      return new PublishOutcome.NotSent(file.toString());
    }
    Optional<PublishOutcome> trouble = store(request, target);
    if (trouble.isPresent()) {
      return trouble.get();
    }
    String tag = request.options().tag();
    try {
      point(packageFolder(id).resolve(TAGS), tag, id.version());
      return new PublishOutcome.Accepted("stored as " + file);
    } catch (IOException e) {
      // The version is there for good, and that is what was asked; the tag can be set by hand.
      return new PublishOutcome.Accepted(
          "stored as " + file + ", but the tag " + tag + " could not be set: " + reason(e));
    }
  }

  /**
   * The version a tag points to; empty if there is no such tag, or it cannot be read.
   *
   * @param name of the package
   */
  public Optional<String> tagged(String name, String tag) {
    if (!NAME.matcher(name).matches() || SourceFile.pathProblem(name + "/" + tag).isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(folder.resolve(name).resolve(TAGS).resolve(tag)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Why it was not stored; empty if it was. */
  private Optional<PublishOutcome> store(PublishRequest request, Path target) {
    PackageId id = request.packed().artifact().id();
    Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      Files.createDirectories(packageFolder(id));
      Files.createDirectory(unfinished);
      removeAbandoned(unfinished);
      fill(unfinished, request);
      boolean stored = move(unfinished, target);
      for (Path above = target.getParent(); above != null && above.startsWith(folder); ) {
        keep(above);
        above = above.getParent();
      }
      return stored ? Optional.empty() : Optional.of(new PublishOutcome.Exists());
    } catch (IOException e) {
      return Optional.of(
          notStored(id, e)); // before the clearing up, which may make room on a full disk
    } finally {
      removeQuietly(unfinished);
    }
  }

  private static void fill(Path unfinished, PublishRequest request) throws IOException {
    Artifact artifact = request.packed().artifact();
    write(unfinished.resolve(artifact.fileName()), request.packed().bytes());
    write(unfinished.resolve(RECORD), VersionRecord.of(artifact, request.options()).bytes());
    keep(unfinished);
  }

  // Renaming a folder never replaces one that holds something: that is the lock.
  private static boolean move(Path unfinished, Path target) throws IOException {
    try {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.exists(target.resolve(RECORD))) {
        return false;
      }
      throw e;
    }
    return true;
  }

  private static void point(Path tags, String tag, String version) throws IOException {
    Files.createDirectories(tags);
    Path next = tags.resolve("." + tag + "-" + UUID.randomUUID());
    try {
      write(next, (version + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(
          next,
          tags.resolve(tag),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  // Not through a channel: an interrupt would close it half-way.
  private static void write(Path file, byte[] content) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
      out.getFD().sync();
    }
  }

  /** Makes what was done in a folder outlast a power cut, where folders can be asked that. */
  private static void keep(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders. The files themselves were synced.
    }
  }

  private void removeAbandoned(Path fresh) throws IOException {
    Instant now = Files.getLastModifiedTime(fresh).toInstant();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
      for (Path one : all) {
        try {
          Instant then = Files.getLastModifiedTime(one).toInstant();
          if (Duration.between(then, now).compareTo(ABANDONED) > 0) {
            removeQuietly(one);
          }
        } catch (NoSuchFileException e) {
          // Finished, or removed by another publish.
        }
      }
    }
  }

  private static void removeQuietly(Path unfinished) {
    try (Stream<Path> files = Files.walk(unfinished)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // It is not there, or a later publish removes it.
    }
  }

  private Path packageFolder(PackageId id) {
    return folder.resolve(id.name());
  }

  private Path versionFolder(PackageId id) {
    return packageFolder(id).resolve(id.version());
  }

  /** Why a package cannot be kept here, as a sentence. */
  private static Optional<String> problem(PackageId id) {
    boolean fits =
        NAME.matcher(id.name()).matches()
            && VERSION.matcher(id.version()).matches()
            && SourceFile.pathProblem(id.name() + "/" + id.version()).isEmpty();
    return fits
        ? Optional.empty()
        : Optional.of("A folder cannot be named after " + Text.visible(id.toString(), 120) + ".");
  }

  private static Optional<String> fileProblem(String fileName) {
    return fileName.startsWith(".")
        ? Optional.of("An artifact's file cannot be hidden: " + Text.visible(fileName, 120) + ".")
        : Optional.empty();
  }

  private static void refuseInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the registry had answered");
    }
  }

  private RegistryException unreadable(PackageId id, IOException cause) {
    return new RegistryException(
        "The record of "
            + id
            + " in the folder "
            + folder
            + " cannot be read: "
            + reason(cause)
            + ".",
        "See that this user may read the folder, and restore or remove " + versionFolder(id) + ".",
        false,
        cause);
  }

  private PublishOutcome notStored(PackageId id, IOException cause) {
    boolean full = false;
    try {
      full = Files.getFileStore(folder).getUsableSpace() < FULL_BELOW;
    } catch (IOException e) {
      // Then the first trouble alone is told.
    }
    return new PublishOutcome.NotStored(
        id
            + " could not be written to the folder "
            + folder
            + ": "
            + (full ? "no space left" : reason(cause))
            + "; nothing was published.",
        full
            ? "Free some space on that disk, or choose a folder on another one."
            : "Make it a folder that this user may write, or choose another one.");
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is where a folder should be";
    }
    return Text.visible(String.valueOf(e.getMessage()), 300);
  }
}
