package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the next version of a package. */
@Command(
    name = "refine",
    description = {
      "Makes the next version of what a run made: changes, tests, asks you, publishes.",
      "The first run stays as it is; which version follows is told from what changed.",
      "RUN is a run, or the beginning of its name; - or nothing is the newest with a package."
    },
    customSynopsis = "forge refine [OPTIONS] [RUN] CHANGE")
final class RefineCommand implements Callable<Integer> {
  private static final int LOOKED_AT = 1_000;
  private static final Pattern NAME = Pattern.compile("-|r[0-9a-z]*[0-9][0-9a-z]*");

  private final ForgeCommand forge;

  @Parameters(
      arity = "0..*",
      paramLabel = "CHANGE",
      description = "what should change: \"add a --json flag\"; the first word may be a run")
  List<String> words = new ArrayList<>();

  @Mixin WishOptions options = new WishOptions();

  @Mixin TapeOptions tapes = new TapeOptions();

  RefineCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  /** A run, and what should change about its package. */
  private record Wish(Run base, String change) {}

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Path folder = options.folder(around);
    Tape tape = tapes.open(forge);
    Settings settings = forge.settings(tape.needed());
    mustSaySomething();
    forge.mustBeReadyToWrite(settings, tape.wraps(settings));
    Errand.Wishes wishes = options.wishes(folder, tape);
    try (Shelf shelf = forge.openToWork(settings)) {
      Wish wish = wish(shelf);
      String subject = NextVersion.base(wish.base()) + ": " + wish.change();
      tape.replay().ifPresent(replay -> replay.mustKnow(subject, Purpose.REFINE));
      RunRequest request = request(settings, wish.change(), tape);
      try (Workshop workshop = forge.workshop(settings, shelf, tape.wraps(settings))) {
        return new Errand(around, settings, workshop, forge.interrupts(), forge.atHand(), wishes)
            .refine(wish.base(), request)
            .code();
      }
    }
  }

  private void mustSaySomething() {
    if (words.stream().allMatch(String::isBlank)) {
      throw new CommandException(
          Exit.USAGE,
          "It is not said what should change.",
          "Say it in a sentence or two: "
              + forge.around().command()
              + " refine \"add a --json flag\"");
    }
  }

  /** The first word is a run if one begins with it; else all of them say what should change. */
  private Wish wish(Shelf shelf) {
    RunFinder finder = new RunFinder(shelf.runs(), forge.around().command());
    String first = words.get(0);
    if (!isRun(first, shelf)) {
      return new Wish(newest(shelf, finder), String.join(" ", words));
    }
    Run base = first.equals("-") ? newest(shelf, finder) : finder.find(first);
    if (words.size() == 1) {
      throw new CommandException(
          Exit.USAGE,
          "It is not said what should change about run " + RunFinder.shortened(base.id()) + ".",
          "Say it: "
              + forge.around().command()
              + " refine "
              + RunFinder.shortened(base.id())
              + " \"add a --json flag\"");
    }
    mustHaveAPackage(base);
    return new Wish(base, String.join(" ", words.subList(1, words.size())));
  }

  /** Words such as {@code rename} could be the beginning of a name, and are words. */
  private static boolean isRun(String word, Shelf shelf) {
    return NAME.matcher(word).matches()
        || shelf.runs().newest(LOOKED_AT).stream()
            .anyMatch(run -> word.length() > 1 && run.id().value().startsWith(word));
  }

  private Run newest(Shelf shelf, RunFinder finder) {
    List<Run> all = shelf.runs().newest(LOOKED_AT);
    if (all.isEmpty()) {
      throw finder.none();
    }
    return all.stream()
        .filter(run -> run.artifact().isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.REFUSED,
                    "No run has a package yet.",
                    "See how they stand: " + forge.around().command() + " runs"));
  }

  private void mustHaveAPackage(Run base) {
    if (base.artifact().isEmpty()) {
      String id = RunFinder.shortened(base.id());
      String command = forge.around().command();
      throw new CommandException(
          Exit.REFUSED,
          "Run " + id + " is " + base.state().label() + " and has no package to change.",
          base.state().isFinal() || base.state() == RunState.AWAITING_APPROVAL
              ? "See how it stands: " + command + " show " + id
              : "Let it be finished first: " + command + " resume " + id);
    }
  }

  private static RunRequest request(Settings settings, String change, Tape tape) {
    try {
      return new RunRequest(change, settings.maxAttempts(), settings.budget(), tape.key());
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Exit.USAGE,
          Words.sentence(String.valueOf(e.getMessage())),
          "Say in a sentence or two what should change.",
          e);
    }
  }
}
