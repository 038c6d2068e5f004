package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.queue.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on with a run that was interrupted. */
@Command(
    name = "resume",
    description = {
      "Goes on with a run from its last finished step, whatever stopped it.",
      "No model call is made again for a step that was finished."
    })
final class ResumeCommand implements Callable<Integer> {
  private static final int LOOKED_AT = 1_000;
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final ForgeCommand forge;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description =
          "a run, or the beginning of its name; - or nothing is the newest one that is not over"
              + " and that nobody works on")
  @Nullable String run;

  @Mixin WishOptions options = new WishOptions();

  @Mixin TapeOptions tapes = new TapeOptions();

  ResumeCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Path folder = options.folder(around);
    Tape tape = tapes.open(forge);
    Settings settings = forge.settings(tape.needed());
    forge.mustBeReadyToWrite(settings, tape.wraps(settings));
    try (Shelf shelf = forge.openToWork(settings)) {
      Run found = chosen(shelf);
      String again = around.command() + " resume " + RunFinder.shortened(found.id());
      tape.goingOn(found, again)
          .ifPresent(warning -> around.streams().err().println("forge: " + warning));
      Errand.Wishes wishes = options.wishes(folder, tape);
      try (Workshop workshop = forge.workshop(settings, shelf, tape.wraps(settings))) {
        return new Errand(around, settings, workshop, forge.interrupts(), forge.atHand(), wishes)
            .resume(found)
            .code();
      }
    }
  }

  private Run chosen(Shelf shelf) {
    RunFinder finder = new RunFinder(shelf.runs(), forge.around().command());
    if (run != null && !run.equals("-")) {
      Run named = finder.find(run);
      if (named.state().isFinal()) {
        throw over(named);
      }
      return named;
    }
    List<Run> all = shelf.runs().newest(LOOKED_AT);
    if (all.isEmpty()) {
      throw finder.none();
    }
    List<Run> open = all.stream().filter(one -> !one.state().isFinal()).toList();
    if (open.isEmpty()) {
      throw over(all.get(0));
    }
    return open.stream()
        .filter(one -> nobodyWorksOn(one, shelf))
        .findFirst()
        .orElseThrow(() -> inWork(open.get(0)));
  }

  /** Whether its job can be had, or rests until something outside may answer again. */
  private static boolean nobodyWorksOn(Run one, Shelf shelf) {
    if (!one.state().needsWorker() || one.work().setbacks().rests() > 0) {
      return true;
    }
    Optional<Lease> lease = shelf.jobs().lease(one.id(), shelf.worker(), LOOK);
    lease.ifPresent(job -> shelf.jobs().retry(job, Duration.ZERO));
    return lease.isPresent();
  }

  private CommandException over(Run one) {
    return new CommandException(
        Exit.REFUSED,
        "There is nothing to resume: run "
            + RunFinder.shortened(one.id())
            + " is "
            + one.state().label()
            + ".",
        "See what became of it: "
            + forge.around().command()
            + " show "
            + RunFinder.shortened(one.id()));
  }

  private CommandException inWork(Run one) {
    String id = RunFinder.shortened(one.id());
    String command = forge.around().command();
    return new CommandException(
        Exit.REFUSED,
        "There is nothing to resume: somebody works on run " + id + " now.",
        "Watch it: " + command + " logs -f " + id + "; or name it: " + command + " resume " + id);
  }
}
