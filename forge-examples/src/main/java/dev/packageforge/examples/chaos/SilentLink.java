package dev.packageforge.examples.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A link on which nothing is answered any more, not even by the other side's kernel. Only a kernel
 * can do that, so that this scene plays in a process of its own, in a network of its own, whose
 * kernel drops what belongs to the link. Whoever may not make such a network cannot measure it.
 */
final class SilentLink {
  private static final String ENTER = "ip link set lo up && exec \"$@\"";

  private SilentLink() {}

  /**
   * Plays the scene.
   *
   * @return what it came to, in milliseconds; empty if this machine or user cannot
   */
  static Optional<Long> measure(Path folder) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of("unshare", "--map-root-user", "--net"));
    line.addAll(List.of("sh", "-c", ENTER, "sh"));
    line.addAll(WorkerProcess.java(List.of(SilentLink.class.getName(), folder.toString())));
    try {
      Process process =
          new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        String said =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return process.waitFor() == 0 ? Optional.of(Long.parseLong(said)) : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException noSuchProgram) {
      return Optional.empty();
    }
  }

  /**
   * Inside.
   *
   * @param arguments an empty folder
   */
  public static void main(String[] arguments) throws InterruptedException {
    System.out.println(Recovery.silentLink(Path.of(arguments[0]), SilentLink::drop));
  }

  /** Lets this network's kernel drop all that goes to or comes from a port. */
  private static void drop(int port) throws InterruptedException {
    for (String end : List.of("--sport", "--dport")) {
      List<String> rule =
          List.of("iptables", "-A", "INPUT", "-p", "tcp", end, "" + port, "-j", "DROP");
      try {
        int exit =
            new ProcessBuilder(rule)
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start()
                .waitFor();
        if (exit != 0) {
          throw new IllegalStateException("iptables says no");
        }
      } catch (IOException e) {
        throw new IllegalStateException("there is no iptables", e);
      }
    }
  }
}
