package dev.packageforge.examples;

import dev.packageforge.Cancellation;
import dev.packageforge.FileSet;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.npm.GateReport;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a package that was made elsewhere. */
@Command(
    name = "verify",
    description = {
      "Judges a package that was made elsewhere: reads it, packs a folder as npm would, installs and",
      "tests that very tarball, and asks the registry about its name, version and dependencies.",
      "Needs no model and no account, changes nothing, and ends with 0 if it passed, else with 1.",
      "Its code is run in a sandbox that contains it, or in plain processes where --sandbox process",
      "says so; where there is neither, nothing is judged."
    })
final class VerifyCommand implements Callable<Integer> {
  private final ForgeCommand forge;
  private final Doctor doctor;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR|FILE.tgz",
      defaultValue = ".",
      description = "a package's folder, or its tarball; the current folder if none is named")
  String place = ".";

  @Option(
      names = "--json",
      description = "one JSON object a line: steps as they go, and last the verdict")
  boolean json;

  VerifyCommand(ForgeCommand forge, Doctor doctor) {
    this.forge = forge;
    this.doctor = doctor;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Path path = existing(around.folder(), place);
    Settings settings = forge.settings();
    forge.mustHave(doctor.neededToVerify(settings));
    GateReport report = check(settings, path, forge.mustHaveASandbox(settings));
    Findings findings = new Findings(report);
    if (json) {
      new JsonLines(around.streams().out()).line(findings.verdict());
    } else {
      findings.lines(place).forEach(around.streams()::line);
    }
    return (report.passed() ? Exit.DONE : Exit.FAILED).code();
  }

  private GateReport check(Settings settings, Path path, Sandbox sandbox)
      throws InterruptedException {
    Surroundings around = forge.around();
    RunView view = json ? machine() : new Narrator(Stage.on(around));
    Cancellation cancellation = new Cancellation();
    forge
        .interrupts()
        .onFirst(
            () -> {
              view.note("Stopping… (once more to stop at once)");
              cancellation.cancel();
            });
    try (Destinations destinations =
        new Destinations(around, settings, settings.registryFolder())) {
      return forge
          .gates()
          .open(settings, destinations)
          .check(path, sandbox, new Told(view, around.clock()), cancellation);
    } catch (CancellationException stopped) {
      throw new CommandException(Exit.INTERRUPTED, "Stopped; nothing was judged.", "");
    } finally {
      view.settle();
    }
  }

  private RunView machine() {
    return new JsonView(
        new JsonLines(forge.around().streams().out()),
        forge.around().streams().err(),
        NOBODY,
        draft -> FileSet.empty());
  }

  /** What is verified by itself is no run's. */
  private static final RunId NOBODY = new RunId("r" + "0".repeat(25));

  /**
   * What was named, if it is there.
   *
   * @throws CommandException if it is not
   */
  static Path existing(Path folder, String name) {
    try {
      Path path = folder.resolve(name).normalize();
      if (!name.isBlank() && Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CommandException(
          Exit.USAGE, "A file cannot be called that.", "Name a folder or a .tgz file.", e);
    }
    throw new CommandException(
        Exit.USAGE, "There is no " + name + " here.", "Name a folder or a .tgz file.");
  }

  /** Shows steps as they happen, as those of a run are shown. */
  private static final class Told implements VerificationListener {
    private static final int ATTEMPT = 1;

    private final RunView view;
    private final Clock clock;
    private long told;
    private long line;

    Told(RunView view, Clock clock) {
      this.view = view;
      this.clock = clock;
    }

    @Override
    public synchronized void began(Step step) {
      tell(new RunEvent.StepBegan(ATTEMPT, step, clock.instant()));
    }

    @Override
    public synchronized void line(Step step, String text) {
      line++;
      tell(new RunEvent.Log(ATTEMPT, step, line, List.of(text)));
    }

    @Override
    public synchronized void ended(StepReport report) {
      tell(new RunEvent.StepEnded(ATTEMPT, report));
    }

    private void tell(RunEvent event) {
      told++;
      view.show(new StoredEvent(told, clock.instant(), event));
    }
  }
}
