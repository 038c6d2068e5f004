package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunState;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings what a run made to the registry. */
@Command(
    name = "publish",
    description = {
      "Publishes what a run made: asks for your approval if it has none, uploads, reads back.",
      "Says published only when the registry answers with the approved digest."
    })
final class PublishCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = RunFinder.MEANING)
  @Nullable String run;

  @Option(names = "--yes", description = "approve without being asked")
  boolean yes;

  @Option(
      names = "--dry-run",
      description = "do everything but the last request; nothing is published")
  boolean dryRun;

  @Option(names = "--json", description = "print events, one JSON object a line")
  boolean json;

  PublishCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Settings settings = forge.settings();
    forge.mustBeReady(settings);
    try (Shelf shelf = forge.openToWork(settings)) {
      Run found = new RunFinder(shelf.runs(), around.command()).find(run);
      mustHaveAnArtifact(found);
      Errand.Wishes wishes = new Errand.Wishes(yes, dryRun, json, null, Tape.NONE);
      try (Workshop workshop = forge.workshop(settings, shelf)) {
        return new Errand(around, settings, workshop, forge.interrupts(), wishes)
            .publish(found)
            .code();
      }
    }
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
