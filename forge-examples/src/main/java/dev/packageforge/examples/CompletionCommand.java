package dev.packageforge.examples;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Prints a script that completes this command's words in bash and zsh. */
@Command(
    name = "completion",
    description = {
      "Prints a completion script for bash and zsh.",
      "Use: source <(forge completion), or keep it where your shell looks for completions."
    })
final class CompletionCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  CompletionCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() {
    CommandLine whole = forge.commandLine();
    forge.around().streams().out().print(AutoComplete.bash("forge", whole));
    return Exit.DONE.code();
  }
}
