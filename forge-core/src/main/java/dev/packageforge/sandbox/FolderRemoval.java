package dev.packageforge.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes a folder that untrusted code has filled: links, folders without permissions, trees deeper
 * than a path may be long. Where the system can, every removal is relative to an open folder, so
 * that nobody can put a link in its way (CWE-367).
 */
final class FolderRemoval {
  private static final int MAX_DEPTH = 32;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final SecureDirectoryStream<Path> top;
  private int moved;

  private FolderRemoval(SecureDirectoryStream<Path> top) {
    this.top = top;
  }

  /** Removes the folder, if it is there. */
  static void remove(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    Path name = folder.getFileName();
    if (parent == null || name == null) {
      throw new IOException("a whole disk is not removed: " + folder);
    }
    try (DirectoryStream<Path> above = Files.newDirectoryStream(parent)) {
      if (!(above instanceof SecureDirectoryStream<Path> secure)) {
        Files.walkFileTree(folder, new ByPath());
      } else if (isDirectory(secure, name)) {
        int left = 1;
        while (left > 0) {
          try (SecureDirectoryStream<Path> inside = open(secure, name, folder)) {
            FolderRemoval pass = new FolderRemoval(inside);
            pass.empty(inside, folder, 0);
            left = pass.moved;
          }
        }
        secure.deleteDirectory(name);
      } else {
        secure.deleteFile(name);
      }
    } catch (NoSuchFileException e) {
      // Gone is gone, whoever did it.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void empty(SecureDirectoryStream<Path> folder, Path path, int depth) throws IOException {
    for (Path entry : folder) {
      Path name = entry.getFileName();
      if (!isDirectory(folder, name)) {
        folder.deleteFile(name);
      } else if (depth < MAX_DEPTH) {
        try (SecureDirectoryStream<Path> inside = open(folder, name, path.resolve(name))) {
          empty(inside, path.resolve(name), depth + 1);
        }
        folder.deleteDirectory(name);
      } else {
        // Deeper folders come up and wait for the next pass: no path grows, few folders are open.
        allowOwner(folder, name, path.resolve(name));
        folder.move(name, top, Path.of(".deep-" + System.nanoTime() + "-" + moved));
        moved++;
      }
    }
  }

  private static SecureDirectoryStream<Path> open(
      SecureDirectoryStream<Path> folder, Path name, Path path) throws IOException {
    allowOwner(folder, name, path);
    return folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static void allowOwner(SecureDirectoryStream<Path> folder, Path name, Path path)
      throws IOException {
    PosixFileAttributeView view =
        folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null && !view.readAttributes().permissions().containsAll(OWNER)) {
      Files.setPosixFilePermissions(path, OWNER);
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  /** Where folders cannot be held open. */
  private static final class ByPath extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
