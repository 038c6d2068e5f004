package dev.packageforge.examples;

import dev.packageforge.RunRequest;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a package from a sentence. */
@Command(
    name = "new",
    description = {
      "Makes a package from a sentence: writes it, tests it, asks you, publishes it.",
      "Without a terminal and without --yes nothing is published; what was made is kept.",
      "Whatever stops it, resume goes on from the last finished step.",
      "With --replay the prompt may be left out if only one was recorded."
    })
final class NewCommand implements Callable<Integer> {
  /** A little more than a prompt may have, so that one that is too long is seen to be. */
  private static final int ENOUGH = 1024 * 1024;

  private final ForgeCommand forge;

  @Parameters(arity = "0..*", paramLabel = "PROMPT", description = "what the package should do")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "read the prompt from a file; - is the standard input")
  @Nullable String promptFile;

  @Mixin WishOptions options = new WishOptions();

  @Mixin TapeOptions tapes = new TapeOptions();

  NewCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Path folder = options.folder(around);
    Tape tape = tapes.open(forge);
    Settings settings = forge.settings(tape.needed());
    RunRequest request = request(settings, prompt(around, tape), tape);
    tape.replay().ifPresent(replay -> replay.mustKnow(request.prompt(), Purpose.PLAN));
    forge.mustBeReadyToWrite(settings, tape.wraps(settings));
    Errand.Wishes wishes = options.wishes(folder, tape);
    try (Shelf shelf = forge.openToWork(settings);
        Workshop workshop = forge.workshop(settings, shelf, tape.wraps(settings))) {
      return new Errand(
              heard(around), settings, workshop, forge.interrupts(), forge.atHand(), wishes)
          .run(request)
          .code();
    }
  }

  /** Where the prompt came from the standard input, no answer can. */
  private Surroundings heard(Surroundings around) {
    return "-".equals(promptFile) ? around.withoutPerson() : around;
  }

  private RunRequest request(Settings settings, String prompt, Tape tape) {
    try {
      return new RunRequest(prompt, settings.maxAttempts(), settings.budget(), tape.key());
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Exit.USAGE,
          sentence(String.valueOf(e.getMessage())),
          "Say in a sentence or two what the package should do: "
              + forge.around().command()
              + " new \"a slug maker\"",
          e);
    }
  }

  private String prompt(Surroundings around, Tape tape) {
    String file = promptFile;
    if (file == null) {
      List<String> recorded = tape.replay().map(FolderReplay::prompts).orElse(List.of());
      boolean obvious = words.isEmpty() && recorded.size() == 1;
      return obvious ? recorded.get(0) : String.join(" ", words);
    }
    if (!words.isEmpty()) {
      throw new CommandException(
          Exit.USAGE,
          "There is a prompt on the command line and one in " + file + ".",
          "Give one of them.");
    }
    try (InputStream in =
        file.equals("-") ? around.streams().in() : open(around.folder().resolve(file))) {
      byte[] bytes = in.readNBytes(ENOUGH);
      if (bytes.length == ENOUGH) {
        throw new CommandException(
            Exit.USAGE,
            "The prompt in " + file + " is far too long; it may have 16384 bytes.",
            "Say in a sentence or two what the package should do.");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8 text", e);
    } catch (InvalidPathException e) {
      throw unreadable(file, "that is no name of a file", e);
    } catch (IOException e) {
      throw unreadable(file, Words.reason(e), e);
    }
  }

  private static InputStream open(Path path) throws IOException {
    return Files.newInputStream(path);
  }

  private static CommandException unreadable(String file, String why, Exception cause) {
    return new CommandException(
        Exit.USAGE,
        "The prompt cannot be read from " + file + ": " + why + ".",
        "Name a text file, or - for the standard input.",
        cause);
  }

  private static String sentence(String message) {
    return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".";
  }
}
