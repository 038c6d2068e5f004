package dev.packageforge.sandbox;

import dev.packageforge.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A session's folder for work, as this program reads and writes it. Code we do not trust has been
 * at it, so no symbolic link is followed and nothing is taken for granted.
 */
final class WorkFolder {
  private static final int MAX_PATH = 4096;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final Path work;
  private final BiFunction<String, IOException, SandboxException> trouble;
  private final @Nullable Object key;

  /**
   * Starts with the folder as it is.
   *
   * @param trouble makes the exception for what did not happen and why
   */
  WorkFolder(Path work, BiFunction<String, IOException, SandboxException> trouble)
      throws IOException {
    this.work = work;
    this.trouble = trouble;
    this.key = attributes(work).fileKey();
  }

  /** Makes sure that the work folder is still the one that was made. */
  void requireIntact() {
    try {
      BasicFileAttributes now = attributes(work);
      if (now.isDirectory() && Objects.equals(now.fileKey(), key)) {
        return;
      }
    } catch (IOException e) {
      // Told below: it is not there.
    }
    throw new SandboxException(
        "The sandbox's work folder was removed or replaced by what ran in it.",
        "Look at what the package's scripts do; nothing else of this session can be trusted.",
        false,
        null);
  }

  /** Takes away what commands left where a file is to be written, and lets its owner get there. */
  void makeRoom(String path) {
    Path target = locate(path);
    requireIntact();
    try {
      Path parent = work;
      allowOwner(parent);
      for (Path name : work.relativize(target.getParent())) {
        parent = parent.resolve(name);
        if (Files.notExists(parent, LinkOption.NOFOLLOW_LINKS)) {
          return;
        }
        if (!attributes(parent).isDirectory()) {
          Files.delete(parent);
          return;
        }
        allowOwner(parent);
      }
      if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        FolderRemoval.remove(target);
      }
    } catch (IOException e) {
      throw trouble.apply(
          "No room could be made for \"" + Text.visible(path, 200) + "\" in the sandbox", e);
    }
  }

  // Of what is known to be a folder: this follows links.
  private static void allowOwner(Path folder) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (permissions.addAll(OWNER)) {
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  void write(String path, byte[] content) {
    Path target = locate(path);
    requireIntact();
    try {
      Path parent = work;
      for (Path name : work.relativize(target.getParent())) {
        parent = parent.resolve(name);
        if (name.toString().isEmpty()) {
          continue;
        }
        if (Files.notExists(parent, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(parent);
        } else if (!attributes(parent).isDirectory()) {
          throw refusal(
              "\""
                  + Text.visible(path, 200)
                  + "\" cannot be written: a folder above it is a link or a file.");
        }
      }
      // What stands there may be a link to, or another name of, a file outside: never write into
      // it.
      Files.deleteIfExists(target);
      try (OutputStream out =
          Files.newOutputStream(
              target,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        out.write(content);
      }
    } catch (IOException e) {
      throw trouble.apply(
          "\"" + Text.visible(path, 200) + "\" could not be written in the sandbox", e);
    }
  }

  byte[] read(String path, long maxBytes) {
    Path target = locate(path);
    requireIntact();
    String shown = "\"" + Text.visible(path, 200) + "\"";
    try {
      Path parent = work;
      for (Path name : work.relativize(target.getParent())) {
        parent = parent.resolve(name);
        if (!attributes(parent).isDirectory()) {
          throw refusal(shown + " cannot be taken out: a folder above it is a link or a file.");
        }
      }
      if (!attributes(target).isRegularFile()) {
        throw refusal(shown + " cannot be taken out: it is not a regular file.");
      }
      int most = (int) Math.max(0, Math.min(maxBytes, Integer.MAX_VALUE - 16));
      try (InputStream in = Files.newInputStream(target, LinkOption.NOFOLLOW_LINKS)) {
        byte[] content = in.readNBytes(most);
        if (in.read() >= 0) {
          throw refusal(shown + " cannot be taken out: it has more than " + most + " bytes.");
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw refusal(shown + " cannot be taken out: there is no such file.");
    } catch (IOException e) {
      throw trouble.apply(shown + " could not be read in the sandbox", e);
    }
  }

  /** Where a path of the session is; refuses one that leaves it. */
  Path locate(String path) {
    boolean odd =
        path.isEmpty()
            || path.length() > MAX_PATH
            || path.indexOf('\\') >= 0
            || path.indexOf('\0') >= 0;
    for (String segment : path.split("/", -1)) {
      odd |= segment.isEmpty() || segment.equals(".") || segment.equals("..");
    }
    if (!odd) {
      try {
        Path target = work.resolve(path);
        if (target.startsWith(work) && target.normalize().equals(target)) {
          return target;
        }
      } catch (InvalidPathException e) {
        // Told below, like every other path that cannot be.
      }
    }
    throw new IllegalArgumentException(
        "not a path inside the sandbox's work folder: \"" + Text.visible(path, 200) + "\"");
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static SandboxException refusal(String sentence) {
    return new SandboxException(
        sentence, "Look at what the commands of this session did.", false, null);
  }
}
