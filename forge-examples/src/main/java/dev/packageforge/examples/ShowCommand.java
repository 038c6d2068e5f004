package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows all that is known of a run. */
@Command(
    name = "show",
    description = "Shows all that is known of a run, and what can be done with it next.")
final class ShowCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = RunFinder.MEANING)
  @Nullable String run;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  @Option(
      names = "--files",
      paramLabel = "DIR",
      description = "write the newest draft's files there; must be empty or not exist")
  @Nullable String files;

  ShowCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() {
    Surroundings around = forge.around();
    Path folder = files == null ? null : OutFolder.of(around, "--files", files);
    Settings settings = forge.settings();
    try (Shelf shelf = forge.openToAsk(settings)) {
      Run found = new RunFinder(shelf.runs(), around.command()).find(run);
      if (json) {
        new JsonLines(around.streams().out())
            .line(
                RunRecord.whole(
                    found, place(settings, found), RunReport.next(found, around.command())));
      } else {
        RunReport.lines(found, place(settings, found), around.clock().instant(), around.command())
            .forEach(around.streams()::line);
      }
      if (folder != null) {
        write(shelf, found, folder);
      }
    }
    return Exit.DONE.code();
  }

  /** Where it would go; nothing if it cannot go anywhere any more. */
  private String place(Settings settings, Run found) {
    boolean mayGo = found.artifact().isPresent() && !found.state().isFinal();
    return mayGo ? forge.place(settings, found) : "";
  }

  private void write(Shelf shelf, Run found, Path folder) {
    Draft draft =
        found
            .lastDraft()
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.REFUSED,
                        "No draft of run "
                            + RunFinder.shortened(found.id())
                            + " has been finished yet.",
                        "Wait for it, or see how it stands: "
                            + forge.around().command()
                            + " logs -f "
                            + RunFinder.shortened(found.id())));
    FileSet content = forge.counter(shelf).files(found.id(), draft.number());
    try {
      Kept.handOut(folder, content);
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "The files could not be written to " + folder + ": " + Words.reason(e) + ".",
          "Make room or choose another folder; nothing was left there.",
          e);
    }
    (json ? forge.around().streams().err() : forge.around().streams().out())
        .println("draft " + draft.number() + " is written to " + folder);
  }
}
