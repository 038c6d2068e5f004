package dev.packageforge.examples;

import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunState;
import dev.packageforge.Text;
import dev.packageforge.pipeline.Forge;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records a person's word on what a run made. */
@Command(
    name = "approve",
    description = {
      "Shows what a run would publish, and records your word on it; the word holds for an hour.",
      "It uploads nothing itself: a worker does, or the command publish."
    })
final class ApproveCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = RunFinder.MEANING)
  @Nullable String run;

  @Option(names = "--yes", description = "approve without being asked")
  boolean yes;

  @Option(names = "--reject", description = "say no for good; nothing of this run is published")
  boolean reject;

  @Mixin Manner manner = new Manner();

  ApproveCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() {
    if (reject && (yes || manner.dryRun)) {
      throw new CommandException(
          Exit.USAGE, "--reject and a word for it contradict each other.", "Give one of them.");
    }
    Settings settings = forge.settings();
    try (Shelf shelf = forge.openToAsk(settings)) {
      Run found = new RunFinder(shelf.runs(), forge.around().command()).find(run);
      Forge counter = forge.counter(shelf, settings);
      return (reject ? reject(counter, found, settings) : approve(counter, found, settings)).code();
    }
  }

  private Exit reject(Forge counter, Run found, Settings settings) {
    Run rejected = counter.reject(found.id(), settings.approver());
    forge.around().streams().line(name(rejected) + " is rejected; nothing was published.");
    return Exit.DONE;
  }

  private Exit approve(Forge counter, Run found, Settings settings) {
    Surroundings around = forge.around();
    boolean waits = found.state() == RunState.AWAITING_APPROVAL;
    if (waits) {
      boolean asks = !yes && around.streams().person();
      PrintStream where = asks ? around.streams().talk() : around.streams().out();
      String mark = manner.dryRun ? "DRY RUN: " : "";
      ApprovalPanel.lines(found, forge.place(settings, found), manner.options())
          .forEach(line -> where.println(mark + line));
      if (!yes) {
        mustBeMeant(found, where);
      }
    }
    PublishOptions options = manner.options();
    Run approved =
        counter.approve(
            found.id(),
            settings.approver(),
            found.artifact().isPresent() ? options.at(forge.target(settings, found)) : options);
    String id = RunFinder.shortened(found.id());
    around
        .streams()
        .line(
            (manner.dryRun ? "approved for a DRY RUN: " : "approved: ")
                + name(approved)
                + "; a worker goes on with it, or: "
                + around.command()
                + (manner.dryRun ? " resume " : " publish ")
                + id);
    return Exit.DONE;
  }

  /** Goes on only if a person says yes. */
  private void mustBeMeant(Run found, PrintStream where) {
    Surroundings around = forge.around();
    String unasked = "nobody could be asked";
    if (around.streams().person()) {
      Question question = new Question();
      forge.interrupts().onFirst(question::abandon);
      Question.Answer answer =
          question.ask(
              "Approve " + name(found) + (manner.dryRun ? " for a DRY RUN? [y/N] " : "? [y/N] "),
              around.streams().in(),
              where);
      if (answer == Question.Answer.YES) {
        return;
      }
      if (forge.interrupts().arrived()) {
        throw new CommandException(
            Exit.INTERRUPTED, "Stopped; nothing was approved.", "The run still waits.");
      }
      unasked = "there was no yes";
    }
    String again = around.command() + " approve " + RunFinder.shortened(found.id());
    throw new CommandException(
        Exit.REFUSED,
        name(found) + " was not approved: " + unasked + ".",
        "The run still waits. With a yes: " + again + " --yes; for good: " + again + " --reject");
  }

  private static String name(Run run) {
    return run.artifact()
        .map(artifact -> Text.visible(artifact.id().toString()))
        .orElseGet(() -> "run " + RunFinder.shortened(run.id()));
  }
}
