package dev.packageforge.npm;

import dev.packageforge.Finding;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures what reading a tarball takes, and prints what was found in it. Arguments: tarballs, or
 * folders of them. Measured in one thread, after a warm-up.
 */
final class RulesBench {
  private static final int ROUNDS = 15;

  /** The thread's own time: others may be at work on this machine. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RulesBench() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> tarballs = new ArrayList<>();
    for (String argument : arguments) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.list(path)) {
          inside.filter(each -> each.toString().endsWith(".tgz")).sorted().forEach(tarballs::add);
        }
      } else {
        tarballs.add(path);
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Path tarball : tarballs) {
        byte[] bytes = Files.readAllBytes(tarball);
        if (bytes.length < 1_000_000) {
          judge(bytes);
        }
      }
    }
    for (Path tarball : tarballs) {
      byte[] bytes = Files.readAllBytes(tarball);
      List<Double> took = new ArrayList<>();
      List<Finding> findings = List.of();
      for (int round = 0; round < ROUNDS; round++) {
        long start = THREADS.getCurrentThreadCpuTime();
        findings = judge(bytes);
        took.add((THREADS.getCurrentThreadCpuTime() - start) / 1e6);
      }
      took.sort(Double::compare);
      System.out.printf(
          "%-36s %6d kB  %7.2f ms%n",
          tarball.getFileName(), bytes.length / 1024, took.get(ROUNDS / 2));
      findings.forEach(
          each ->
              System.out.printf(
                  "    %s %s %s: %s%n",
                  each.isError() ? "ERROR" : "  -  ", each.code(), each.where(), each.sentence()));
    }
  }

  private static List<Finding> judge(byte[] bytes) {
    try {
      return TarballRules.judge(House.ANYBODYS, bytes).findings();
    } catch (BadTarballException e) {
      return List.of(Finding.error("tarball-refused", "", e.why(), ""));
    } catch (UnreadableManifestException e) {
      return List.of(Inspection.unreadable(e));
    }
  }
}
