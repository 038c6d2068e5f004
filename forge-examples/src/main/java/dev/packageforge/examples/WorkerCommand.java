package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.Text;
import dev.packageforge.worker.ForgeWorker;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Works on runs until it is told to stop. */
@Command(
    name = "worker",
    description = {
      "Works on runs that wait for a worker, one after the other, until it is told to stop.",
      "The first Ctrl-C or SIGTERM takes no more and lets those in work be finished for a while;",
      "what is not finished then, or at the second, goes back to be finished by another worker."
    })
final class WorkerCommand implements Callable<Integer> {
  private static final int MOST_AT_A_TIME = 64;
  private static final int LAST_PORT = 65_535;
  private static final int LONGEST_STOP = 24 * 60 * 60;
  private static final int LONGEST_NAME = 60;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AT_ONCE = Duration.ofSeconds(3);

  private final ForgeCommand forge;
  private final Doctor doctor;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<RunId, RunState> told = new ConcurrentHashMap<>();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "1",
      description = "runs at a time, 1 to 64")
  int concurrency;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what people call it; this machine's name if none is given")
  @Nullable String name;

  @Option(
      names = "--stop-within",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long runs in work may go on after the first Ctrl-C")
  int stopWithin;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description =
          "tell figures at /metrics and health at /health of this port, here alone; 0: any")
  @Nullable Integer metricsPort;

  WorkerCommand(ForgeCommand forge, Doctor doctor) {
    this.forge = forge;
    this.doctor = doctor;
  }

  @Override
  public Integer call() throws InterruptedException {
    within("--concurrency", concurrency, 1, MOST_AT_A_TIME);
    within("--stop-within", stopWithin, 0, LONGEST_STOP);
    if (metricsPort != null) {
      within("--metrics-port", metricsPort, 0, LAST_PORT);
    }
    String called = called();
    Settings settings = forge.settings();
    forge.mustBeReadyToWrite(settings, Workshop.Wraps.NONE);
    try (Shelf opened = forge.openToWork(settings)) {
      if (!opened.lasts()) {
        throw new CommandException(
            Exit.NOT_READY,
            "A worker needs a store that other processes share, and this one is "
                + opened.description()
                + ".",
            "Leave " + Setting.STORE.flag() + " away, or name a store elsewhere with it.");
      }
      Shelf shelf = opened.telling(this::moved);
      try (Workshop workshop = forge.workshop(settings, shelf)) {
        ForgeWorker.Builder worker =
            ForgeWorker.builder(workshop.forge())
                .concurrency(concurrency)
                .name(called)
                .version(ForgeCommand.version())
                .clock(forge.around().clock())
                .roster(shelf.roster())
                .stopWithin(AT_ONCE)
                .admission(() -> doctor.noRoom(settings));
        shelf.identity().ifPresent(worker::identity);
        return work(worker.start(), called, shelf).code();
      }
    }
  }

  private Exit work(ForgeWorker worker, String called, Shelf shelf) throws InterruptedException {
    Integer port = metricsPort;
    if (port == null) {
      return workUntilTold(worker, called, shelf);
    }
    try (WorkerMetrics metrics = new WorkerMetrics(worker::stats);
        MetricsServer server = MetricsServer.start(port, metrics)) {
      say("figures at port " + server.port() + " of this machine: /metrics, /health");
      return workUntilTold(worker, called, shelf);
    } catch (CommandException portIsTaken) {
      worker.close();
      throw portIsTaken;
    }
  }

  private Exit workUntilTold(ForgeWorker worker, String called, Shelf shelf)
      throws InterruptedException {
    Interrupts interrupts = forge.interrupts();
    interrupts.beforeStopping(
        () -> {
          worker.close();
          shelf.close();
          say("stopped at once; what was in work is given back");
        });
    interrupts.onFirst(stopping::countDown);
    if (interrupts.arrived()) {
      stopping.countDown(); // it came while the store was being opened
    }
    say(
        "worker "
            + Text.visible(called)
            + " is ready, for "
            + Words.count(concurrency, "run", "runs")
            + " at a time, from "
            + shelf.description());
    String trouble = "";
    while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      String now = worker.stats().look().trouble();
      if (!now.equals(trouble)) {
        say(now.isEmpty() ? "takes runs again" : "takes no runs: " + Text.visible(now));
        trouble = now;
      }
    }
    int busy = worker.stats().busy();
    say(
        busy == 0
            ? "stops: nothing is in work"
            : "stops: takes no more; "
                + Words.count(busy, "run", "runs")
                + " in work may go on for "
                + stopWithin
                + " s (once more to give back at once)");
    boolean finished = worker.stop(Duration.ofSeconds(stopWithin));
    say(finished ? "stopped" : "stopped; what was not finished is given back");
    return finished ? Exit.DONE : Exit.INTERRUPTED;
  }

  /** A run that this worker has in hand is at another revision. */
  private void moved(Run run) {
    RunState before =
        run.state().needsWorker() ? told.put(run.id(), run.state()) : told.remove(run.id());
    if (before == run.state()) {
      return;
    }
    StringBuilder line = new StringBuilder(RunFinder.shortened(run.id()));
    run.plan().ifPresent(plan -> line.append(' ').append(Text.visible(plan.name(), LONGEST_NAME)));
    line.append(": ").append(run.state().label());
    if (run.state() == RunState.VERIFYING) {
      line.append(", attempt ")
          .append(run.work().attempts().size() + 1)
          .append(" of ")
          .append(run.request().maxAttempts());
    }
    run.trouble().ifPresent(why -> line.append(": ").append(Text.visible(why.sentence(), 300)));
    say(line.toString());
  }

  private void say(String line) {
    PrintStream out = forge.around().streams().out();
    LocalTime now =
        LocalTime.ofInstant(forge.around().clock().instant(), ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS);
    out.println(String.format("%tT %s", now, line));
    out.flush();
  }

  private String called() {
    Surroundings around = forge.around();
    String called =
        name == null
            ? around.variable("HOSTNAME").or(() -> around.variable("COMPUTERNAME")).orElse("worker")
            : name;
    if (called.isBlank()
        || called.length() > LONGEST_NAME
        || called.codePoints().anyMatch(Text::isHidden)) {
      throw new CommandException(
          Exit.USAGE,
          "A worker's name has 1 to " + LONGEST_NAME + " visible characters.",
          "Give it another one with --name.");
    }
    return called;
  }

  private static void within(String flag, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandException(
          Exit.USAGE,
          flag + " is " + value + ", which is not a whole number from " + min + " to " + max + ".",
          "Give another one, or leave it away.");
    }
  }
}
