package dev.packageforge.examples;

import dev.packageforge.Secret;
import dev.packageforge.npm.NpmRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures publishing beside the npm client. */
@Command(
    name = "publish",
    description = {
      "Measures how long a publish takes, with look-up, read-back and download, beside npm publish.",
      "Fetches a Verdaccio with npm and publishes to it, on this machine; fails if a goal is missed.",
      "Takes some 2 minutes, and wants a quiet machine."
    })
final class BenchPublishCommand implements Callable<Integer> {
  private static final int SAMPLES = 15;
  private static final int QUICK_SAMPLES = 5;
  private static final int WARM_UPS = 30;

  private final ForgeCommand forge;

  @Option(names = "--quick", description = "fewer publishes")
  boolean quick;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchPublishCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Programs programs = new Programs(forge.around());
    Programs.Program node = programs.node().orElseThrow(BenchPublishCommand::noNode);
    Programs.Program npm = programs.npm().orElseThrow(BenchPublishCommand::noNode);
    Map<String, String> environment = forge.around().environment();
    try (BenchFolder folder = BenchFolder.open()) {
      progress("fetching Verdaccio");
      try (BenchVerdaccio verdaccio =
          BenchVerdaccio.start(node.path(), npm.path(), environment, folder.folder("verdaccio"))) {
        Secret token = verdaccio.token();
        try (NpmRegistry registry = NpmRegistry.builder(verdaccio.address()).token(token).build()) {
          List<BenchRow> rows =
              new PublishBench(
                      npm.path(),
                      environment,
                      folder.folder("packages"),
                      registry,
                      token,
                      quick ? QUICK_SAMPLES : SAMPLES,
                      WARM_UPS,
                      what -> progress("measuring: " + what))
                  .measure();
          new BenchTable(forge.around().streams(), "publish", "npm", json).print(rows);
          return (rows.stream().anyMatch(BenchRow::missed) ? Exit.FAILED : Exit.DONE).code();
        }
      }
    } catch (IOException e) {
      throw BenchFolder.unusable(e);
    }
  }

  private void progress(String what) {
    forge.around().streams().err().println(what);
  }

  private static CommandException noNode() {
    return new CommandException(
        Exit.NOT_READY,
        "This bench needs Node and npm, and they are not on the PATH.",
        "Install Node 20 or later.");
  }
}
