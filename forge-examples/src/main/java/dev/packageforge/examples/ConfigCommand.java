package dev.packageforge.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what is set. */
@Command(
    name = "config",
    description = {
      "Shows every setting with its value and where that comes from; secrets are masked.",
      "Order: flag, system property, FORGE_* variable, .env here, the user's file, default."
    })
final class ConfigCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  @Option(names = "--json", description = "one JSON object a line")
  boolean json;

  ConfigCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() {
    Settings settings = forge.settings();
    Surroundings.Streams streams = forge.around().streams();
    if (json) {
      JsonLines lines = new JsonLines(streams.out());
      for (Settings.Value value : settings.values()) {
        lines.line(
            JsonLines.type("setting")
                .with("key", value.setting().key())
                .with("value", value.shown())
                .with("source", value.source()));
      }
      return Exit.DONE.code();
    }
    for (Settings.Value value : settings.values()) {
      String shown = value.shown().isEmpty() ? "(not set)" : value.shown();
      streams.line(String.format("%-24s %-40s %s", value.setting().key(), shown, value.source()));
    }
    streams.line("");
    streams.line("Your own file: " + settings.userFile());
    streams.line(
        settings
            .liveModelKeySource()
            .map(source -> "The model is " + settings.model() + ", with the key of: " + source)
            .orElse("The model is the demo, since no key for a live one is set."));
    return Exit.DONE.code();
  }
}
