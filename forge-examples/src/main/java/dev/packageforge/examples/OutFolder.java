package dev.packageforge.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A folder that a person names for files to be written to; nothing is ever overwritten there. */
final class OutFolder {
  private OutFolder() {}

  /**
   * The folder: empty, or not there yet.
   *
   * @param flag for sentences: {@code --out}
   * @throws CommandException if it cannot be used
   */
  static Path of(Surroundings around, String flag, String name) {
    if (name.isBlank()) {
      throw new CommandException(
          Exit.USAGE,
          "The folder of " + flag + " has no name.",
          "Name a folder, or . for this one.");
    }
    try {
      Path folder = around.folder().resolve(name).normalize();
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new CommandException(
            Exit.USAGE, name + ", the folder of " + flag + ", is a file.", "Name another folder.");
      }
      if (!Kept.occupied(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      throw new CommandException(
          Exit.USAGE,
          "The folder of " + flag + " cannot be called that.",
          "Name another folder.",
          e);
    } catch (IOException e) {
      throw new CommandException(
          Exit.USAGE,
          "The folder of " + flag + " cannot be looked at: " + Words.reason(e) + ".",
          "Name another folder.",
          e);
    }
    throw new CommandException(
        Exit.USAGE,
        "The folder of " + flag + ", " + name + ", is not empty.",
        "Name an empty folder, or one that does not exist; nothing is overwritten.");
  }
}
