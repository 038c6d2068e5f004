package dev.packageforge.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What was said about recordings on the command line. */
final class TapeOptions {
  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "write down what the model answers, in a file of this run in DIR")
  @Nullable String record;

  @Option(
      names = "--replay",
      paramLabel = "DIR",
      description = "answer from the recordings in DIR, or in one file; no model is asked")
  @Nullable String replay;

  /**
   * What was said, ready for use.
   *
   * @throws CommandException if a folder cannot be used
   */
  Tape open(ForgeCommand forge) {
    if (record != null && replay != null) {
      throw new CommandException(
          Exit.USAGE, "--record and --replay contradict each other.", "Give one of them.");
    }
    if (record != null) {
      return Tape.recording(writable(forge.around(), record));
    }
    if (replay != null) {
      Path place = path(forge.around(), "--replay", replay);
      return Tape.replaying(place, FolderReplay.open(place, forge.settings().demoPace()));
    }
    return Tape.NONE;
  }

  private static Path writable(Surroundings around, String name) {
    Path folder = path(around, "--record", name);
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".probe", ""));
      return folder;
    } catch (IOException e) {
      throw new CommandException(
          Exit.USAGE,
          "Nothing can be recorded in " + folder + ": " + Words.reason(e) + ".",
          "Name a folder that you may write into.",
          e);
    }
  }

  private static Path path(Surroundings around, String flag, String name) {
    try {
      if (!name.isBlank()) {
        return around.folder().resolve(name).normalize();
      }
    } catch (InvalidPathException e) {
      throw nameless(flag, e);
    }
    throw nameless(flag, null);
  }

  private static CommandException nameless(String flag, @Nullable InvalidPathException cause) {
    return new CommandException(
        Exit.USAGE, "The folder of " + flag + " cannot be called that.", "Name a folder.", cause);
  }
}
