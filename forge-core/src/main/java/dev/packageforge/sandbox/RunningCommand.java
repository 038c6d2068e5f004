package dev.packageforge.sandbox;

import dev.packageforge.Cancellation;
import dev.packageforge.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One command from its start to the end of all its processes. */
final class RunningCommand {
  private static final long LOOK_MILLIS = 20; // how late a stop, a limit or a time-out is seen
  private static final long LAST_WORDS_MILLIS = TimeUnit.SECONDS.toMillis(5);
  private static final int SHARE = 20; // of our time at most one part in twenty goes into looking
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10); // but it goes on
  private static final int MAX_COMPLAINT = 4096;
  private static final int KILLED = 128 + 9;
  private static final int TOO_LARGE = 128 + 25; // SIGXFSZ: a file beyond ulimit -f

  private enum Stop {
    TIMED_OUT,
    OUTPUT_CAPPED,
    OUT_OF_MEMORY,
    DISK_FULL,
    TOO_MANY_PROCESSES,
    CANCELLED,
    ACCIDENT
  }

  private final Process process;
  private final Keeper keeper;
  private final String mark;
  private final SandboxSpec.Limits limits;
  private final OutputListener listener;
  private final Thread reader;
  private final long start;
  private @Nullable Stop stop;
  private @Nullable Throwable accident;

  private RunningCommand(
      Process process,
      Keeper keeper,
      String mark,
      SandboxSpec.Limits limits,
      OutputListener listener) {
    this.process = process;
    this.keeper = keeper;
    this.mark = mark;
    this.limits = limits;
    this.listener = listener;
    this.start = System.nanoTime();
    this.reader = new Thread(this::read, "forge-sandbox-output");
    this.reader.setDaemon(true);
  }

  /**
   * Starts it.
   *
   * @param builder with command line, work folder and environment
   * @param keeper who holds the process made of it
   * @param mark the line that it prints when it is confined
   */
  static RunningCommand start(
      ProcessBuilder builder,
      Function<Process, Keeper> keeper,
      String mark,
      SandboxSpec.Limits limits,
      OutputListener listener) {
    Process process;
    try {
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new SandboxException(
          "A command could not be started: " + Text.visible(String.valueOf(e.getMessage()), 300),
          "See that the program is there, and that this machine has processes and memory to spare.",
          false,
          e);
    }
    RunningCommand command =
        new RunningCommand(process, keeper.apply(process), mark, limits, listener);
    command.reader.start();
    return command;
  }

  /** Waits for the end, whatever brings it; then nothing of the command is left. */
  ExecResult await(Cancellation cancellation) throws InterruptedException {
    boolean interrupted = false;
    boolean gone;
    Cancellation.Registration registration = cancellation.onCancel(this::cancel);
    try {
      watch();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      registration.close();
      gone = end();
    }
    Duration took = took();
    interrupted |= hearLastWords();
    if (interrupted) {
      throw new InterruptedException("interrupted while a command ran; it was stopped");
    }
    if (!gone || reader.isAlive()) {
      throw new SandboxException(
          "A process of a command could not be stopped.",
          "End it by hand: " + keeper.whereToLook(),
          false,
          null);
    }
    return result(took);
  }

  /** Stops it as somebody wished. Any thread may call this. */
  void cancel() {
    stop(Stop.CANCELLED);
  }

  /**
   * Kills all its processes. Any thread may call this, again and again.
   *
   * @return whether none is left
   */
  boolean end() {
    try {
      process.getOutputStream().close(); // whereupon a group kills itself: see Confinement
    } catch (IOException e) {
      // It was closed before, or nobody is left at its other end.
    }
    return keeper.kill();
  }

  private void watch() throws InterruptedException {
    long every = keeper.looksEvery().toNanos();
    long usageDue = every;
    long diskDue = 2 * every;
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) && stopped() == null) {
      long now = System.nanoTime() - start;
      if (took().compareTo(limits.command()) > 0) {
        stop(Stop.TIMED_OUT);
      } else if (now > usageDue) {
        judge(keeper.usage());
        usageDue = next(now, every);
      } else if (now > diskDue) {
        if (keeper.diskIsExceeded()) {
          stop(Stop.DISK_FULL);
        }
        diskDue = next(now, 2 * every);
      }
    }
  }

  private void judge(Keeper.Usage usage) {
    if (usage.processes() > limits.processes()) {
      stop(Stop.TOO_MANY_PROCESSES);
    } else if (usage.memoryBytes() > limits.memoryBytes()) {
      stop(Stop.OUT_OF_MEMORY);
    }
  }

  private long next(long began, long every) {
    long now = System.nanoTime() - start;
    return now + Math.max(every, Math.min(MOST_NANOS, SHARE * (now - began)));
  }

  private ExecResult result(Duration took) {
    Throwable failure = accident();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    Stop reason = stopped();
    if (reason == null) {
      int code = process.exitValue();
      SandboxException misfortune = code == 0 ? null : keeper.misfortune(code);
      if (misfortune != null) {
        throw misfortune;
      }
      if (code == TOO_LARGE || keeper.diskIsExceeded()) {
        return new ExecResult.DiskFull(took);
      }
      return new ExecResult.Exited(code, took);
    }
    return switch (reason) {
      case TIMED_OUT -> new ExecResult.TimedOut(took);
      case OUTPUT_CAPPED -> new ExecResult.OutputCapped(took);
      case OUT_OF_MEMORY -> new ExecResult.OutOfMemory(took);
      case DISK_FULL -> new ExecResult.DiskFull(took);
      case TOO_MANY_PROCESSES -> new ExecResult.TooManyProcesses(took);
      case CANCELLED -> new ExecResult.Cancelled(took);
      case ACCIDENT -> throw new IllegalStateException("an accident is told by its exception");
    };
  }

  // The output's reader; ends when the last process that may print has ended.
  private void read() {
    try (InputStream in = process.getInputStream()) {
      if (keeper.waitsForWord() && !giveWord(in)) {
        return;
      }
      if (!keeper.holdsInput()) {
        process.getOutputStream().close();
      }
      LineSplitter lines = new LineSplitter(listener);
      byte[] buffer = new byte[8192];
      long left = limits.outputBytes();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (left < 0) {
          continue; // it is being killed; what it still says, nobody hears
        }
        lines.accept(buffer, (int) Math.min(n, left));
        left -= n;
        if (left < 0) {
          stop(Stop.OUTPUT_CAPPED);
          lines.end();
        }
      }
      if (left >= 0) {
        lines.end();
      }
    } catch (IOException e) {
      fail(
          new SandboxException(
              "The output of a command could not be read: " + e.getMessage(),
              "Try again.",
              true,
              e));
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Waits until the command is confined, and lets it go. */
  private boolean giveWord(InputStream in) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n' && said.size() < MAX_COMPLAINT) {
      said.write(next);
      next = in.read();
    }
    String line = said.toString(StandardCharsets.UTF_8);
    boolean confined = line.equals(mark);
    if (confined) {
      try {
        confined = keeper.confined();
      } catch (IOException e) {
        confined = false; // it was killed meanwhile
      }
    }
    if (!confined) {
      SandboxException misfortune = keeper.misfortune(KILLED);
      fail(
          misfortune != null
              ? misfortune
              : new SandboxException(
                  "A command could not be confined: " + Text.visible(line, 300),
                  "See that the programs of the sandbox work for this user.",
                  false,
                  null));
      return false;
    }
    OutputStream word = process.getOutputStream();
    try {
      word.write('\n');
      word.flush();
    } catch (IOException e) {
      // It was killed meanwhile: why, others know.
    }
    return true;
  }

  /**
   * Waits for the reader, though not for ever.
   *
   * @return whether this thread was interrupted meanwhile
   */
  private boolean hearLastWords() {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MILLIS);
    while (reader.isAlive()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        break;
      }
      try {
        reader.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private synchronized void stop(Stop reason) {
    if (stop == null) {
      stop = reason;
    }
  }

  private synchronized void fail(Throwable failure) {
    if (stop == null) {
      stop = Stop.ACCIDENT;
      accident = failure;
    }
  }

  private synchronized @Nullable Stop stopped() {
    return stop;
  }

  private synchronized @Nullable Throwable accident() {
    return accident;
  }
}
