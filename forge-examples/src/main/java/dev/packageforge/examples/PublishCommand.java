package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings what a run made, or what was packed elsewhere, to the registry. */
@Command(
    name = "publish",
    description = {
      "Publishes what a run made, or a tarball that was packed elsewhere and is verified first:",
      "asks for your approval if there is none, uploads, reads back.",
      "Says published only when the registry answers with the approved digest.",
      "If it is killed, the same command goes on where it was, and uploads nothing twice."
    })
final class PublishCommand implements Callable<Integer> {
  private static final int LOOKED_AT = 1_000;
  private static final long LARGEST = 128L * 1024 * 1024;

  private final ForgeCommand forge;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN|FILE.tgz",
      description = RunFinder.MEANING + "; or a tarball")
  @Nullable String what;

  @Option(names = "--yes", description = "approve without being asked")
  boolean yes;

  @Mixin Manner manner = new Manner();

  @Option(names = "--json", description = "print events, one JSON object a line")
  boolean json;

  PublishCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    manner.options();
    Surroundings around = forge.around();
    Optional<Path> file = file(around);
    byte[] packed = file.isPresent() ? read(file.get()) : new byte[0];
    Settings settings = forge.settings();
    forge.mustBeReady(settings);
    if (file.isPresent()) {
      forge.mustHaveASandbox(settings);
    }
    Errand.Wishes wishes = new Errand.Wishes(yes, manner, json, null, Tape.NONE);
    try (Shelf shelf = forge.openToWork(settings)) {
      Optional<Run> found =
          file.isPresent()
              ? goingOn(shelf, Sha512.of(packed))
              : Optional.of(new RunFinder(shelf.runs(), around.command()).find(what));
      if (file.isEmpty()) {
        mustHaveAnArtifact(found.orElseThrow());
      }
      try (Workshop workshop = forge.workshop(settings, shelf, Workshop.Wraps.NONE)) {
        Errand errand =
            new Errand(around, settings, workshop, forge.interrupts(), forge.atHand(), wishes);
        Exit exit =
            found.isPresent()
                ? errand.publish(found.get())
                : errand.bring(
                    request(settings, file.orElseThrow()), name(file.orElseThrow()), packed);
        return exit.code();
      }
    }
  }

  /** A word that names a file is a file; runs have no dots in their names. */
  private Optional<Path> file(Surroundings around) {
    String word = what;
    if (word == null || word.equals("-")) {
      return Optional.empty();
    }
    String lower = word.toLowerCase(Locale.ROOT);
    boolean tarball = lower.endsWith(".tgz") || lower.endsWith(".tar.gz");
    try {
      Path path = around.folder().resolve(word).normalize();
      if (Files.isDirectory(path)) {
        throw new CommandException(
            Exit.USAGE,
            word + " is a folder; what is published is a tarball.",
            "Pack it with npm pack, look at it with "
                + around.command()
                + " verify, and publish that file.");
      }
      return tarball || Files.isRegularFile(path)
          ? Optional.of(VerifyCommand.existing(around.folder(), word))
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new CommandException(
            Exit.USAGE,
            file + " has more than " + Words.size(LARGEST) + ".",
            "Pack less into it; no registry takes so much.");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandException(
          Exit.USAGE,
          file + " cannot be read: " + Words.reason(e) + ".",
          "Name a tarball that you may read.",
          e);
    }
  }

  /** The run that these bytes were brought for before, if it is not over. */
  private static Optional<Run> goingOn(Shelf shelf, Sha512 digest) {
    List<Run> newest = shelf.runs().newest(LOOKED_AT);
    return newest.stream()
        .filter(run -> !run.state().isFinal())
        .filter(
            run ->
                Optional.ofNullable(run.request().brought())
                    .filter(brought -> brought.digest().equals(digest))
                    .isPresent())
        .findFirst();
  }

  private static RunRequest request(Settings settings, Path file) {
    return new RunRequest(
        "publish " + name(file) + " as it is",
        settings.maxAttempts(),
        settings.budget(),
        "forge publish " + UUID.randomUUID());
  }

  private static String name(Path file) {
    return Text.visible(String.valueOf(file.getFileName()), 200);
  }

  private void mustHaveAnArtifact(Run found) {
    String id = RunFinder.shortened(found.id());
    String command = forge.around().command();
    boolean onItsWay =
        found.state() == RunState.AWAITING_APPROVAL
            || found.state() == RunState.PUBLISHING
            || found.state() == RunState.PUBLISHED
            || found.state() == RunState.STAGED;
    if (!onItsWay) {
      throw new CommandException(
          Exit.REFUSED,
          "Run " + id + " is " + found.state().label() + " and has nothing to publish.",
          found.state().isFinal()
              ? "See how it ended: " + command + " show " + id
              : "Let it be finished first: " + command + " resume " + id);
    }
  }
}
