package dev.packageforge.examples;

import dev.packageforge.examples.QueueBench.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the queue in Redis, and another one beside it. */
@Command(
    name = "queue",
    description = {
      "Measures the queue in Redis: how fast it is, and how many commands it costs.",
      "Starts servers of its own, without persistence; fails if a goal is missed.",
      "Takes some 5 minutes, 9 with --vs, and wants a quiet machine."
    })
final class BenchQueueCommand implements Callable<Integer> {
  private static final String BULLMQ = "bullmq";

  private final ForgeCommand forge;

  @Option(
      names = "--vs",
      paramLabel = "QUEUE",
      description = "measure another queue beside it, in turn: " + BULLMQ + ", fetched with npm")
  @Nullable String rival;

  @Option(names = "--quick", description = "fewer rounds, and minutes instead of several")
  boolean quick;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchQueueCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (rival != null && !rival.equals(BULLMQ)) {
      throw new CommandException(
          Exit.USAGE,
          "--vs is \"" + rival + "\", and there is only " + BULLMQ + " to compare with.",
          "Say --vs " + BULLMQ + ", or leave it out.");
    }
    Programs programs = new Programs(forge.around());
    Path redis =
        programs
            .find("redis-server")
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.NOT_READY,
                        "There is no redis-server on the PATH.",
                        "Install it, for example with: apt install redis-server"));
    Pause pause = new Pause();
    forge
        .interrupts()
        .onFirst(
            () -> {
              forge.around().streams().err().println("Stopping… (once more to stop at once)");
              pause.end();
            });
    try (BenchFolder folder = BenchFolder.open()) {
      QueueBench bench =
          new QueueBench(
              redis,
              folder.path(),
              quick ? Size.QUICK : Size.FULL,
              pause,
              what -> forge.around().streams().err().println("measuring: " + what));
      BullSide.@Nullable Kit kit = rival == null ? null : bullmq(programs, folder);
      List<BenchRow> rows =
          bench.measure(
              server -> new ForgeSide(server, pause),
              kit == null ? null : server -> kit.start(server, pause));
      new BenchTable(forge.around().streams(), "queue", rival, json).print(rows);
      return (rows.stream().anyMatch(BenchRow::missed) ? Exit.FAILED : Exit.DONE).code();
    }
  }

  private BullSide.Kit bullmq(Programs programs, BenchFolder folder) throws InterruptedException {
    Programs.Program node = programs.node().orElseThrow(BenchQueueCommand::noNode);
    Programs.Program npm = programs.npm().orElseThrow(BenchQueueCommand::noNode);
    return BullSide.Kit.fetch(
        node.path(), npm.path(), forge.around().environment(), folder.folder(BULLMQ));
  }

  private static CommandException noNode() {
    return new CommandException(
        Exit.NOT_READY,
        "BullMQ needs Node and npm, and they are not on the PATH.",
        "Install Node, or leave out --vs " + BULLMQ + ".");
  }
}
