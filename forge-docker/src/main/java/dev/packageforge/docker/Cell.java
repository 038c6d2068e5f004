package dev.packageforge.docker;

import dev.packageforge.sandbox.SandboxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container with nobody in it but its holder: made for one session, ended with it. It lives as
 * long as this program holds the holder's other end, so that whatever happens to this program
 * happens to the container and everything in it.
 */
final class Cell {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration SWEEP = Duration.ofSeconds(5);
  private static final Duration LAST_NEWS = Duration.ofSeconds(1);
  private static final long LOOK_AGAIN_MILLIS = 5;
  private static final int SWEEPS = 3;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("TMPDIR", Profile.TEMP, "LANG", "C.UTF-8");

  private final Engine engine;
  private final String id;
  private final Holder holder;
  private final Map<String, Cell> alive;
  private final long born = System.nanoTime();
  private @Nullable CellExec waiting;
  private @Nullable CellExec running;
  private @Nullable String answer;
  private long questions;
  private boolean dead;
  private boolean killedForMemory;
  private boolean closed;

  private Cell(Engine engine, String id, Holder holder, Map<String, Cell> alive) {
    this.engine = engine;
    this.id = id;
    this.holder = holder;
    this.alive = alive;
  }

  /**
   * Makes one; if that fails nothing is left.
   *
   * @param folders in the work folder, which mounts made and the job shall own
   * @param alive where it is found by its id as long as it lives
   */
  static Cell open(Engine engine, ContainerPlan plan, List<String> folders, Map<String, Cell> alive)
      throws InterruptedException {
    String id = engine.create(plan);
    @Nullable Cell cell = null;
    try {
      Holder holder = engine.attachAndStart(id);
      cell = new Cell(engine, id, holder, alive);
      alive.put(id, cell);
      Thread listener = new Thread(cell::listen, "forge-docker-holder");
      listener.setDaemon(true);
      listener.start();
      if (!folders.isEmpty()) {
        engine.putArchive(id, Profile.WORK, Archive.ofFolders(folders, Profile.JOB_ID).stream());
      }
      cell.waiting = cell.starter();
      return cell;
    } catch (InterruptedException | RuntimeException | Error e) {
      if (cell == null) {
        discard(engine, id);
      } else {
        cell.close();
      }
      throw e;
    }
  }

  String id() {
    return id;
  }

  /** How long ago it was made. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - born);
  }

  /** A starter that nobody has used yet. */
  CellExec exec() throws InterruptedException {
    CellExec ready;
    synchronized (this) {
      ready = waiting;
      waiting = null;
    }
    CellExec chosen = ready == null ? starter() : ready;
    synchronized (this) {
      running = chosen;
      if (dead) {
        chosen.cellDied();
      }
    }
    return chosen;
  }

  private CellExec starter() throws InterruptedException {
    return CellExec.open(
        engine, id, new ExecPlan(Scripts.starter(Profile.WORK), ENVIRONMENT, Profile.JOB, "/"));
  }

  /** Starts a command of ours beside the job's. */
  Exec companion(List<String> line, FrameListener listener) throws InterruptedException {
    return engine.exec(id, new ExecPlan(line, ENVIRONMENT, Profile.COMPANION, "/"), listener);
  }

  /** Asks the holder what there is. */
  Look look() throws InterruptedException {
    long number;
    synchronized (this) {
      number = ++questions;
      answer = null;
    }
    try {
      holder.input().write((number + "\n").getBytes(StandardCharsets.US_ASCII));
      holder.input().flush();
    } catch (IOException e) {
      synchronized (this) {
        dead = true;
      }
      throw lost(e);
    }
    long deadline = System.nanoTime() + ANSWER.toNanos();
    synchronized (this) {
      while (true) {
        String said = answer;
        if (said != null && said.startsWith(number + " ")) {
          return Look.of(said);
        }
        long left = deadline - System.nanoTime();
        if (dead || left <= 0) {
          throw lost(null);
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
  }

  /**
   * Makes sure that none of the job's processes is left.
   *
   * @return what is there then; if some are left nothing ends them but the end of the container
   */
  Look sweep() throws InterruptedException {
    Look look = look();
    for (int i = 0; i < SWEEPS && look.left() > 0; i++) {
      try {
        sweep(Profile.JOB);
      } catch (SandboxException e) {
        LOG.debug("A sweep of {} failed", id, e); // there may be no room for one more process
      }
      long deadline = System.nanoTime() + SWEEP.toNanos() / SWEEPS;
      look = look();
      while (look.left() > 0 && System.nanoTime() - deadline < 0) {
        rest();
        look = look();
      }
    }
    return look;
  }

  /** Ends every process of a user. */
  void sweep(String user) throws InterruptedException {
    Ended ended = new Ended();
    Exec exec = engine.exec(id, new ExecPlan(Scripts.sweep(), Map.of(), user, "/"), ended);
    try {
      ended.await(SWEEP);
    } finally {
      exec.close();
    }
  }

  private synchronized void rest() throws InterruptedException {
    TimeUnit.MILLISECONDS.timedWait(this, LOOK_AGAIN_MILLIS);
  }

  /** Whether nothing can be done in it any more. */
  synchronized boolean gone() {
    return dead || closed;
  }

  /** Whether it and its engine live, so that it is what runs in it that keeps it from answering. */
  boolean starved() {
    if (gone()) {
      return false;
    }
    try {
      engine.ping();
    } catch (SandboxException e) {
      LOG.debug("The engine of {} does not answer either", id, e);
      return false;
    }
    return !gone();
  }

  /** Whether it ended because its memory was used up, which the engine may tell a little later. */
  synchronized boolean diedForMemory() throws InterruptedException {
    long deadline = System.nanoTime() + LAST_NEWS.toNanos();
    for (long left = LAST_NEWS.toNanos();
        dead && !killedForMemory && left > 0;
        left = deadline - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return dead && killedForMemory;
  }

  /** The engine said so. */
  synchronized void outOfMemory() {
    killedForMemory = true;
    notifyAll();
  }

  /** The engine said that a command ended. */
  void execDied(String exec) {
    CellExec now;
    synchronized (this) {
      now = running;
    }
    if (now != null && now.id().equals(exec)) {
      now.died();
    }
  }

  /** Ends everything in it. Calling it again does nothing. */
  void close() {
    if (hangUp()) {
      discard(engine, id);
    }
  }

  /**
   * Lets go of it, whereupon it ends by itself.
   *
   * @return whether that is news
   */
  boolean hangUp() {
    CellExec left;
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
      left = waiting;
    }
    alive.remove(id);
    holder.close();
    if (left != null) {
      left.close();
    }
    return true;
  }

  /**
   * Removes a container, whatever this thread was told; where the engine does not answer, the
   * reaper does it later.
   */
  private static void discard(Engine engine, String id) {
    try {
      engine.remove(id);
    } catch (SandboxException e) {
      LOG.warn("The container {} could not be removed yet: {}", id, e.getMessage());
    }
  }

  // The thread that hears the holder, until the container is gone.
  private void listen() {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(holder.output(), StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (this) {
          answer = line;
          notifyAll();
        }
      }
    } catch (IOException e) {
      LOG.debug("The holder of {} is not heard any more", id, e);
    }
    CellExec now;
    synchronized (this) {
      dead = true;
      notifyAll();
      now = running;
    }
    if (now != null) {
      now.cellDied();
    }
  }

  private SandboxException lost(@Nullable Throwable cause) {
    return new SandboxException(
        "The sandbox's container " + id + " does not answer any more.",
        "Look whether the container engine was restarted; the work can be done again.",
        true,
        cause);
  }

  /** Waits for a stream's end. */
  private static final class Ended implements FrameListener {
    private boolean ended;

    @Override
    public void frame(boolean error, byte[] bytes) {}

    @Override
    public synchronized void ended(@Nullable Throwable why) {
      ended = true;
      notifyAll();
    }

    synchronized void await(Duration limit) throws InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      for (long left = limit.toNanos(); !ended && left > 0; left = deadline - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
  }
}
