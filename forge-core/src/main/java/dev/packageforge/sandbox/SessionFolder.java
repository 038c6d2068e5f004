package dev.packageforge.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one session: a folder for work, a home and a place for temporary files. Code we do
 * not trust has been at them, so no symbolic link is followed and nothing is taken for granted.
 */
final class SessionFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessSandbox.class);
  private static final String PREFIX = "session-";
  private static final String OWNER = "owner";
  private static final Duration ABANDONED = Duration.ofDays(1); // no session lasts that long
  private static final long ENTRY_BYTES = 512; // what a file costs at least, even an empty one

  /**
   * The sessions of this process. Its own are never probed: closing any channel to a locked file
   * gives up all of the process's locks on it.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final Path folder;
  private final WorkFolder inside;
  private final FileChannel owner;

  private SessionFolder(Path root, Path folder) throws IOException {
    this.root = root;
    this.folder = folder;
    this.owner = own(folder);
    Files.createDirectory(home());
    Files.createDirectory(temporary());
    Files.createDirectory(work());
    this.inside = new WorkFolder(work(), (what, e) -> DiskTrouble.of(what, root, e));
  }

  /**
   * A file that is locked for as long as this process lives, however it ends. It appears under its
   * name only when it is locked, so that nobody finds it free in between.
   */
  private static FileChannel own(Path folder) throws IOException {
    Path unnamed = folder.resolve("." + OWNER);
    FileChannel channel =
        FileChannel.open(unnamed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        Files.move(unnamed, folder.resolve(OWNER));
      }
    } catch (IOException e) {
      // A disk without locks: age alone tells.
      LOG.debug("The sandbox's folder {} cannot be locked: {}", folder, e.toString());
    }
    return channel;
  }

  /**
   * A fresh folder below the root, which is made if it is missing.
   *
   * @param layers folders to be seen in its work folder
   */
  static SessionFolder create(Path root, List<SandboxSpec.Layer> layers) {
    for (SandboxSpec.Layer layer : layers) {
      if (!Files.isDirectory(layer.folder())) {
        throw new SandboxException(
            "The folder " + layer.folder() + " cannot be shown in a sandbox: it is not there.",
            "Make it first, or leave it out.",
            false,
            null);
      }
    }
    @Nullable Path made = null;
    try {
      Files.createDirectories(root);
      Path real = root.toRealPath();
      made = Files.createTempDirectory(real, PREFIX);
      OURS.add(made);
      SessionFolder session = new SessionFolder(real, made);
      session.show(layers);
      session.removeAbandoned();
      return session;
    } catch (IOException e) {
      if (made != null) {
        discard(made);
        OURS.remove(made);
      }
      throw DiskTrouble.of("A sandbox's folder could not be made in " + root, root, e);
    }
  }

  private void show(List<SandboxSpec.Layer> layers) throws IOException {
    for (SandboxSpec.Layer layer : layers) {
      Path link = inside.locate(layer.path());
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, layer.folder());
    }
  }

  Path work() {
    return folder.resolve("work");
  }

  /** The work folder's files, as the session's user sees them. */
  WorkFolder inside() {
    return inside;
  }

  Path home() {
    return folder.resolve("home");
  }

  Path temporary() {
    return folder.resolve("tmp");
  }

  /**
   * Bytes that the session takes on disk, about.
   *
   * @param enough where to stop counting
   */
  long size(long enough) {
    long[] sum = new long[1];
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return add(0);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              return add(attributes.isRegularFile() ? attributes.size() : 0);
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
              return add(0);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) {
              return FileVisitResult.CONTINUE;
            }

            private FileVisitResult add(long bytes) {
              sum[0] += ENTRY_BYTES + bytes;
              return sum[0] > enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Files come and go while we count; what cannot be counted now is counted next time.
    }
    return sum[0];
  }

  /** Whether the disk below is so full that a command may have failed for that alone. */
  boolean diskIsFull() {
    return DiskTrouble.full(root);
  }

  /** How to tell people that it is. */
  SandboxException diskIsFull(String what) {
    return DiskTrouble.full(what, root, null);
  }

  /** Removes everything. Links are removed, never followed. */
  void remove() {
    discard(folder);
    try {
      owner.close();
    } catch (IOException e) {
      LOG.debug("The lock of {} could not be given back: {}", folder, e.toString());
    }
    OURS.remove(folder);
  }

  // A program that was killed could not remove its sessions.
  private void removeAbandoned() throws IOException {
    FileTime now = Files.getLastModifiedTime(folder);
    try (DirectoryStream<Path> sessions = Files.newDirectoryStream(root, PREFIX + "*")) {
      for (Path session : sessions) {
        if (!OURS.contains(session) && isAbandoned(session, now)) {
          discard(session);
        }
      }
    }
  }

  private static boolean isAbandoned(Path session, FileTime now) {
    try {
      BasicFileAttributes attributes = attributes(session);
      Duration age = Duration.between(attributes.lastModifiedTime().toInstant(), now.toInstant());
      return attributes.isDirectory() && (ownerIsGone(session) || age.compareTo(ABANDONED) > 0);
    } catch (IOException e) {
      return false; // somebody else is just removing it
    }
  }

  private static boolean ownerIsGone(Path session) {
    try (FileChannel channel =
        FileChannel.open(
            session.resolve(OWNER), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // no such file, or a disk without locks
    }
  }

  private static void discard(Path folder) {
    try {
      FolderRemoval.remove(folder);
    } catch (IOException e) {
      LOG.warn(
          "The sandbox's folder {} could not be removed; remove it by hand: {}",
          folder,
          e.toString());
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
