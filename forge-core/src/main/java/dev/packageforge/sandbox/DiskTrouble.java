package dev.packageforge.sandbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says what a disk refused, so that a person can act on it. */
final class DiskTrouble {
  private static final long FULL_BELOW = 64L * 1024;

  private DiskTrouble() {}

  /**
   * The exception for something that a disk refused.
   *
   * @param what was tried and did not happen, as the beginning of a sentence
   */
  static SandboxException of(String what, Path root, IOException cause) {
    if (full(root)) {
      return full(what, root, cause);
    }
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (cause instanceof FileAlreadyExistsException) {
      reason = "a file is where a folder should be";
    }
    return new SandboxException(
        what + ": " + reason + ".",
        "Make " + root + " a folder that this user may write, or choose another one.",
        false,
        cause);
  }

  /** As {@link #of}, known to be a lack of space. */
  static SandboxException full(String what, Path root, @Nullable IOException cause) {
    return new SandboxException(
        what + ": no space left on the disk of " + root + ".",
        "Free some space there, or choose a folder on another disk.",
        false,
        cause);
  }

  /** Whether next to nothing can be written below a folder. */
  static boolean full(Path root) {
    try {
      return Files.getFileStore(root).getUsableSpace() < FULL_BELOW;
    } catch (IOException e) {
      return false;
    }
  }
}
