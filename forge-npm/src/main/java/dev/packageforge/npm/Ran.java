package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.sandbox.ExecResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that came to an end.
 *
 * @param result how
 * @param lines the head and the tail of what it printed, cleaned
 */
record Ran(ExecResult result, List<String> lines) {
  private static final int SHOWN = 25;

  Ran {
    lines = List.copyOf(lines);
  }

  boolean succeeded() {
    return result.succeeded();
  }

  /** The last lines, for a digest; what is repeated, once. */
  List<String> tail() {
    List<String> once = new ArrayList<>();
    for (String line : lines) {
      if (once.isEmpty() || !once.get(once.size() - 1).equals(line)) {
        once.add(line);
      }
    }
    return once.subList(Math.max(0, once.size() - SHOWN), once.size());
  }

  /** What went wrong, if a ceiling of the sandbox ended it. */
  Optional<Failure> ceiling(String what) {
    if (result instanceof ExecResult.TimedOut timedOut) {
      return failure(
          "timed-out",
          what + " was stopped after " + timedOut.took().toSeconds() + " seconds.",
          "Let nothing wait forever: close servers, timers and streams.");
    }
    if (result instanceof ExecResult.OutputCapped) {
      return failure("output-capped", what + " printed too much.", "Print less.");
    }
    if (result instanceof ExecResult.OutOfMemory) {
      return failure("out-of-memory", what + " used too much memory.", "Hold less in memory.");
    }
    if (result instanceof ExecResult.DiskFull) {
      return failure("disk-full", what + " wrote too much to disk.", "Write less.");
    }
    if (result instanceof ExecResult.TooManyProcesses) {
      return failure(
          "too-many-processes",
          what + " started too many processes or threads at once.",
          "Start few, and wait for each to end before the next.");
    }
    return Optional.empty();
  }

  private Optional<Failure> failure(String code, String sentence, String remedy) {
    return Optional.of(Failure.of(Finding.error(code, "", sentence, remedy), tail()));
  }
}
