package dev.packageforge.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Docker's own program: what others would use in our place. */
final class DockerProgram {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int SHOWN = 300;

  private final Path program;
  private final Map<String, String> environment;

  /**
   * The program.
   *
   * @param environment the variables of whoever uses it, with the engine that is meant
   */
  DockerProgram(Path program, Map<String, String> environment) {
    this.program = program;
    this.environment = new HashMap<>(environment);
  }

  /**
   * Runs it to its end.
   *
   * @return how long it took
   * @throws CommandException if it fails, with the end of what it printed
   */
  Duration time(List<String> arguments) throws InterruptedException {
    long start = System.nanoTime();
    say(arguments);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Runs it to its end.
   *
   * @return what it printed
   * @throws CommandException if it fails, with the end of what it printed
   */
  String say(List<String> arguments) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failed("it took longer than " + Words.time(PATIENCE));
      }
      if (process.exitValue() != 0) {
        throw failed(said.substring(Math.max(0, said.length() - SHOWN)).strip());
      }
      return said.strip();
    } catch (IOException e) {
      throw failed(Words.reason(e));
    }
  }

  private static CommandException failed(String why) {
    return new CommandException(
        Exit.NOT_READY,
        "docker, which this bench measures beside us, failed: " + why + ".",
        "See that \"docker run\" works here, with the image that is set.");
  }
}
