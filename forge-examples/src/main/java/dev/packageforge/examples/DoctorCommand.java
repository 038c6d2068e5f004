package dev.packageforge.examples;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says whether this machine has what it takes. */
@Command(
    name = "doctor",
    description = "Checks what is needed on this machine, and says how to set right what is not.")
final class DoctorCommand implements Callable<Integer> {
  private final ForgeCommand forge;
  private final Doctor doctor;

  @Option(names = "--json", description = "one JSON object a line")
  boolean json;

  @Option(names = "--online", description = "also ask the npm registry whether it answers")
  boolean online;

  DoctorCommand(ForgeCommand forge, Doctor doctor) {
    this.forge = forge;
    this.doctor = doctor;
  }

  @Override
  public Integer call() {
    List<Check> checks = doctor.all(forge.settings(), online);
    Surroundings.Streams streams = forge.around().streams();
    if (json) {
      JsonLines lines = new JsonLines(streams.out());
      checks.forEach(check -> lines.line(check.fields()));
    } else {
      checks.forEach(check -> check.lines().forEach(streams::line));
    }
    boolean ready = checks.stream().noneMatch(Check::isMissing);
    return (ready ? Exit.DONE : Exit.NOT_READY).code();
  }
}
