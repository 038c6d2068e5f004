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
import org.jspecify.annotations.Nullable;

/** One command from its start to the end of all its processes. */
final class RunningCommand {
  private static final long LOOK_MILLIS = 20; // how late a stop, a limit or a time-out is seen
  private static final long MEMORY_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long DISK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_WORDS_MILLIS = TimeUnit.SECONDS.toMillis(5);
  private static final int DISK_SHARE = 20; // of our time at most one part in twenty counts files
  private static final int MAX_COMPLAINT = 4096;
  private static final int TOO_LARGE = 128 + 25; // SIGXFSZ: a file beyond ulimit -f

  private enum Stop {
    TIMED_OUT,
    OUTPUT_CAPPED,
    OUT_OF_MEMORY,
    DISK_FULL,
    CANCELLED,
    ACCIDENT
  }

  private final Process process;
  private final Confinement confinement;
  private final String mark;
  private final SandboxSpec.Limits limits;
  private final SessionFolder folder;
  private final OutputListener listener;
  private final Offspring offspring;
  private final Thread reader;
  private final long start;
  private @Nullable Stop stop;
  private @Nullable Throwable accident;

  private RunningCommand(
      Process process,
      Confinement confinement,
      String mark,
      SandboxSpec.Limits limits,
      SessionFolder folder,
      OutputListener listener) {
    this.process = process;
    this.confinement = confinement;
    this.mark = mark;
    this.limits = limits;
    this.folder = folder;
    this.listener = listener;
    this.offspring = new Offspring(process.toHandle(), mark, confinement.proc());
    this.start = System.nanoTime();
    this.reader = new Thread(this::read, "forge-sandbox-output");
    this.reader.setDaemon(true);
  }

  /**
   * Starts it.
   *
   * @param builder with command line, work folder and environment
   */
  static RunningCommand start(
      ProcessBuilder builder,
      Confinement confinement,
      String mark,
      SandboxSpec.Limits limits,
      SessionFolder folder,
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
        new RunningCommand(process, confinement, mark, limits, folder, listener);
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
          "End it by hand: its environment holds " + Offspring.MARK + "=" + mark + ".",
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
      process.getOutputStream().close(); // whereupon the group kills itself: see Confinement
    } catch (IOException e) {
      // It was closed before, or nobody is left at its other end.
    }
    return offspring.kill();
  }

  private void watch() throws InterruptedException {
    long memoryDue = MEMORY_EVERY_NANOS;
    long diskDue = DISK_EVERY_NANOS;
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) && stopped() == null) {
      long now = System.nanoTime() - start;
      if (took().compareTo(limits.command()) > 0) {
        stop(Stop.TIMED_OUT);
      } else if (now > memoryDue) {
        if (offspring.memory() > limits.memoryBytes()) {
          stop(Stop.OUT_OF_MEMORY);
        }
        memoryDue = System.nanoTime() - start + MEMORY_EVERY_NANOS;
      } else if (now > diskDue) {
        if (folder.size(limits.diskBytes()) > limits.diskBytes()) {
          stop(Stop.DISK_FULL);
        }
        long after = System.nanoTime() - start;
        diskDue = after + Math.max(DISK_EVERY_NANOS, DISK_SHARE * (after - now));
      }
    }
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
      if (code == TOO_LARGE || folder.size(limits.diskBytes()) > limits.diskBytes()) {
        return new ExecResult.DiskFull(took);
      }
      if (code != 0 && folder.diskIsFull()) {
        throw folder.diskIsFull("A command failed");
      }
      return new ExecResult.Exited(code, took);
    }
    return switch (reason) {
      case TIMED_OUT -> new ExecResult.TimedOut(took);
      case OUTPUT_CAPPED -> new ExecResult.OutputCapped(took);
      case OUT_OF_MEMORY -> new ExecResult.OutOfMemory(took);
      case DISK_FULL -> new ExecResult.DiskFull(took);
      case CANCELLED -> new ExecResult.Cancelled(took);
      case ACCIDENT -> throw new IllegalStateException("an accident is told by its exception");
    };
  }

  // The output's reader; ends when the last process that may print has ended.
  private void read() {
    try (InputStream in = process.getInputStream()) {
      if (confinement.waitsForWord() && !giveWord(in)) {
        return;
      }
      if (!confinement.leadsGroup()) {
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
    if (confined && confinement.proc()) {
      try {
        confined = offspring.recogniseLeader() || !confinement.leadsGroup();
      } catch (IOException e) {
        confined = false; // it was killed meanwhile
      }
    }
    if (!confined) {
      fail(
          new SandboxException(
              "A command could not be confined: " + Text.visible(line, 300),
              "See that sh, setsid and unshare work for this user.",
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
