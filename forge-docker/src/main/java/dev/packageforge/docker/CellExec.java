package dev.packageforge.docker;

import dev.packageforge.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command of a job, from the starter that waits for it to its proven end: the engine itself
 * says that it does not run and how it exited. What the stream of its output does is no proof; it
 * ends early when an engine is killed, and late when a child of the command still holds it.
 */
final class CellExec implements FrameListener {
  private static final int MAX_WORDS = 8192;
  private static final int AT_ONCE = 32 * 1024; // what a starter's line holds though nobody reads
  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long ASK_AT_MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Why a command is ended before its time. */
  enum Stop {
    TIMED_OUT,
    CAPPED,
    CANCELLED,
    ACCIDENT
  }

  /** Where a command's output goes. */
  interface Sink {
    /**
     * The next bytes.
     *
     * @return whether more may come
     */
    boolean accept(byte[] bytes);

    /** Nothing follows. */
    void end();
  }

  private final Engine engine;
  private final ByteArrayOutputStream words = new ByteArrayOutputStream();
  private @Nullable Exec exec;
  private @Nullable Sink sink;
  private @Nullable Stop stop;
  private @Nullable Throwable accident;
  private boolean streamEnded;
  private boolean died;
  private boolean cellDead;
  private long start;

  private CellExec(Engine engine) {
    this.engine = engine;
  }

  /** Opens a starter, which then waits. */
  static CellExec open(Engine engine, String container, ExecPlan plan) throws InterruptedException {
    CellExec made = new CellExec(engine);
    Exec exec = engine.exec(container, plan, made);
    synchronized (made) {
      made.exec = exec;
    }
    return made;
  }

  /**
   * Gives the starter what it waits for.
   *
   * @param room a line of shell that makes room for the archive; may be empty
   * @param script a line of shell
   */
  void launch(@Nullable Archive archive, String room, String script, Sink heard) {
    synchronized (this) {
      sink = heard;
      start = System.nanoTime();
    }
    byte[] lines =
        ((archive == null ? 0 : archive.size()) + "\n" + room + "\n" + script + "\n")
            .getBytes(StandardCharsets.UTF_8);
    if (lines.length + (archive == null ? 0 : archive.size()) <= AT_ONCE) {
      write(lines, archive);
    } else {
      engine.inBackground(() -> write(lines, archive)); // it waits while nobody reads
    }
  }

  private void write(byte[] lines, @Nullable Archive archive) {
    try {
      OutputStream input = opened().input();
      input.write(lines);
      if (archive != null) {
        archive.writeTo(input);
      }
      input.flush();
    } catch (IOException e) {
      // The starter is gone, or was hung up; how it ended says the engine.
    }
  }

  /**
   * Waits for the end, proven or demanded.
   *
   * @return the exit code; empty if it was to be stopped, or its container is gone
   * @throws dev.packageforge.sandbox.SandboxException if the engine says nothing
   */
  OptionalInt await(Duration limit) throws InterruptedException {
    long deadline = began() + limit.toNanos();
    long pause = 0; // the first question after the end of the stream is asked at once
    while (awaitNews(pause, deadline)) {
      ExecEnd end = engine.inspect(id());
      if (!end.running() && end.code().isPresent()) {
        return end.code();
      }
      if (System.nanoTime() - deadline >= 0) {
        stop(Stop.TIMED_OUT);
      }
      pause = Math.min(Math.max(2 * pause, ASK_AGAIN_NANOS), ASK_AT_MOST_NANOS);
    }
    return OptionalInt.empty();
  }

  /**
   * Waits until it is time to ask the engine.
   *
   * @return false if there is nothing to ask any more
   */
  private synchronized boolean awaitNews(long pause, long deadline) throws InterruptedException {
    long now = System.nanoTime();
    long due = Math.min(deadline - now, streamEnded ? pause : ASK_NANOS) + now;
    boolean before = streamEnded;
    while (stop == null && !cellDead && !died && streamEnded == before) {
      long left = due - System.nanoTime();
      if (left <= 0) {
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    died = false;
    return stop == null && !cellDead;
  }

  /**
   * Waits for the end of the output, when nobody can print any more.
   *
   * @return whether it came
   */
  synchronized boolean hear(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!streamEnded) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Wishes an end; the first wish counts. Any thread may call this. */
  synchronized void stop(Stop reason) {
    if (stop == null) {
      stop = reason;
      notifyAll();
    }
  }

  /** The engine told that the command ended. */
  synchronized void died() {
    died = true;
    notifyAll();
  }

  /** The container is gone, or out of reach. */
  synchronized void cellDied() {
    cellDead = true;
    notifyAll();
  }

  synchronized @Nullable Stop stopped() {
    return stop;
  }

  synchronized @Nullable Throwable accident() {
    return accident;
  }

  synchronized String id() {
    return opened().id();
  }

  /** Whether everything was in place and the command itself was started. */
  synchronized boolean went() {
    String said = words.toString(StandardCharsets.UTF_8);
    return said.equals(Scripts.GO + "\n") || said.endsWith("\n" + Scripts.GO + "\n");
  }

  /** What was said before the command was started; to be shown. */
  synchronized String words() {
    return Text.visible(words.toString(StandardCharsets.UTF_8).strip(), 300);
  }

  private synchronized long began() {
    return start;
  }

  synchronized Duration took() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Hangs up; nothing is heard any more. */
  void close() {
    synchronized (this) {
      sink = null;
    }
    opened().close();
  }

  @Override
  public void frame(boolean error, byte[] bytes) {
    Sink heard;
    synchronized (this) {
      if (error) {
        words.write(bytes, 0, Math.min(bytes.length, MAX_WORDS - words.size()));
        return;
      }
      heard = sink;
      if (heard == null || stop != null) {
        return; // it is being ended; what it still says, nobody hears
      }
    }
    try {
      if (!heard.accept(bytes)) {
        stop(Stop.CAPPED);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  @Override
  public void ended(@Nullable Throwable why) {
    Sink heard;
    synchronized (this) {
      heard = accident == null ? sink : null;
    }
    try {
      if (heard != null) {
        heard.end();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    synchronized (this) {
      streamEnded = true;
      notifyAll();
    }
  }

  private synchronized void fail(Throwable failure) {
    if (accident == null) {
      accident = failure;
    }
    stop(Stop.ACCIDENT);
  }

  private synchronized Exec opened() {
    if (exec == null) {
      throw new IllegalStateException("not open yet");
    }
    return exec;
  }
}
