package dev.packageforge.docker;

import dev.packageforge.Cancellation;
import dev.packageforge.Text;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session of {@link DockerSandbox}, in a container of its own. What is put waits here and goes
 * along with the next command.
 */
final class DockerSession implements SandboxSession {
  private static final int TOO_LARGE = 128 + 25; // SIGXFSZ: a file beyond what one may have
  private static final Duration TAKE = Duration.ofMinutes(2);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final Set<String> ODD = Set.of("", ".", "..");

  private final Cell cell;
  private final SandboxSpec.Limits limits;
  private final SandboxSpec spec;
  private final List<CellCompanion> companions = new ArrayList<>();
  private final Map<String, byte[]> pending = new TreeMap<>();
  private long pendingBytes;
  private Look before = Look.NOTHING;
  private boolean networkCut;
  private boolean closed;
  private @Nullable CellExec running;
  private @Nullable ExecResult last; // of a session whose container had to be ended

  DockerSession(Cell cell, SandboxSpec spec) {
    this.cell = cell;
    this.limits = spec.limits();
    this.spec = spec;
    this.networkCut = spec.network() == SandboxSpec.Network.NONE;
  }

  @Override
  public void put(String path, byte[] content) {
    requireInside(path);
    requireOpen();
    spec.requireOutsideLayers(path);
    byte[] old = pending.get(path);
    long bytes = pendingBytes - (old == null ? 0 : old.length) + content.length;
    if (bytes > limits.diskBytes()) {
      throw new SandboxException(
          shown(path) + " cannot be written: there is room for " + limits.diskBytes() + " bytes.",
          "Put less, or open the session with a larger disk.",
          false,
          null);
    }
    pending.put(path, content.clone());
    pendingBytes = bytes;
  }

  @Override
  public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
      throws InterruptedException {
    requireOpen();
    requireUninterrupted();
    if (cancellation.isCancelled()) {
      return new ExecResult.Cancelled(Duration.ZERO);
    }
    ExecResult known = last;
    if (known != null) {
      return known;
    }
    String script = Scripts.run(command);
    Optional<ExecResult> result = run(script, output, cancellation, /* makeRoom= */ false);
    if (result.isEmpty()) {
      result = run(script, output, cancellation, /* makeRoom= */ true);
    }
    return result.orElseThrow(DockerSession::notPut);
  }

  /**
   * Runs a command.
   *
   * @return empty if it was not run, because what was put could not be written
   */
  private Optional<ExecResult> run(
      String script, OutputListener output, Cancellation cancellation, boolean makeRoom)
      throws InterruptedException {
    CellExec exec = begin();
    Cancellation.Registration registration =
        cancellation.onCancel(() -> exec.stop(CellExec.Stop.CANCELLED));
    try {
      launch(exec, script, new Output(output, limits.outputBytes()), makeRoom);
      return finish(exec);
    } finally {
      registration.close();
      forget(exec);
    }
  }

  @Override
  public Optional<Companion> companion(Command command) throws InterruptedException {
    requireUninterrupted();
    requireNetwork();
    CellCompanion companion = new CellCompanion();
    Exec exec = cell.companion(Scripts.companion(command), companion);
    companion.lend(exec, this::endCompanions);
    synchronized (this) {
      companions.add(companion);
      if (!closed && !networkCut) {
        return Optional.of(companion);
      }
    }
    companion.close();
    requireNetwork();
    return Optional.empty();
  }

  private synchronized void requireNetwork() {
    requireOpen();
    if (networkCut) {
      throw new SandboxException(
          "This session may reach nobody, so there is nobody for a companion to speak with.",
          "Start the companion of a session that may reach the registry, before its network is"
              + " cut.",
          false,
          null);
    }
  }

  @Override
  public void cutNetwork() {
    List<CellCompanion> ending;
    synchronized (this) {
      requireOpen();
      networkCut = true;
      ending = List.copyOf(companions);
      companions.clear();
    }
    ending.forEach(CellCompanion::hangUp);
    if (!ending.isEmpty()) {
      endCompanions();
    }
  }

  @Override
  public byte[] take(String path, long maxBytes) {
    requireInside(path);
    requireOpen();
    if (last != null) {
      throw refused(path, "what ran here had to be ended with everything it made");
    }
    try {
      Taken taken = new Taken(Math.min(maxBytes, Integer.MAX_VALUE - 16));
      String script = Scripts.take(path, maxBytes);
      OptionalInt code = take(script, taken, /* makeRoom= */ false);
      if (code.isEmpty()) {
        code = take(script, taken, /* makeRoom= */ true);
      }
      int exited = code.orElseThrow(DockerSession::notPut);
      if (exited != 0) {
        throw refused(path, Scripts.whyNotTaken(exited));
      }
      if (taken.tooLarge()) {
        throw refused(path, "it has more than " + maxBytes + " bytes");
      }
      return taken.bytes();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(
          "Interrupted while " + shown(path) + " was read.", "Try again.", true, e);
    }
  }

  /**
   * Runs a command of ours that prints a file.
   *
   * @return empty if it was not run, because what was put could not be written
   */
  private OptionalInt take(String script, Taken taken, boolean makeRoom)
      throws InterruptedException {
    CellExec exec = begin();
    try {
      launch(exec, script, taken, makeRoom);
      OptionalInt code = exec.await(TAKE);
      if (code.isEmpty() || !exec.hear(LAST_WORDS)) {
        cell.close();
        requireOpen();
        throw silent();
      }
      if (isNotPut(exec, code)) {
        return OptionalInt.empty();
      }
      forgetPending();
      return code;
    } finally {
      forget(exec);
    }
  }

  @Override
  public void close() {
    CellExec now;
    List<CellCompanion> ending;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      now = running;
      ending = List.copyOf(companions);
    }
    if (now != null) {
      now.stop(CellExec.Stop.CANCELLED);
    }
    ending.forEach(CellCompanion::hangUp);
    cell.close();
  }

  private synchronized CellExec begin() throws InterruptedException {
    requireOpen();
    if (running != null) {
      throw new IllegalStateException("a session runs one command at a time");
    }
    if (cell.gone()) {
      throw silent();
    }
    CellExec exec = cell.exec();
    running = exec;
    return exec;
  }

  private void forget(CellExec exec) {
    synchronized (this) {
      running = null;
    }
    exec.close();
  }

  private void launch(CellExec exec, String script, CellExec.Sink output, boolean makeRoom) {
    String room = makeRoom ? Scripts.room(pending.keySet()) : "";
    Archive archive = pending.isEmpty() ? null : Archive.ofFiles(pending, Profile.JOB_ID);
    exec.launch(archive, room, script, output);
  }

  private void forgetPending() {
    pending.clear();
    pendingBytes = 0;
  }

  /**
   * Waits for a command's end, whatever brings it; then nothing of it is left.
   *
   * @return empty if it was not run, because what was put could not be written
   */
  private Optional<ExecResult> finish(CellExec exec) throws InterruptedException {
    OptionalInt code = OptionalInt.empty();
    boolean interrupted = false;
    try {
      code = exec.await(limits.command());
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (SandboxException e) {
      cell.close();
      throw e;
    }
    Duration took = exec.took();
    @Nullable Look after = null;
    boolean starved = false;
    try {
      after = isClosed() ? null : cell.sweep();
      if (after != null && after.left() == 0 && !exec.hear(LAST_WORDS)) {
        throw silent();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      cell.close();
    } catch (SandboxException e) {
      starved = after == null && cell.starved(); // asked before it is closed
      cell.close();
      if (!interrupted && !starved && !isClosed() && !cell.diedForMemory()) {
        throw e;
      }
    }
    if (interrupted) {
      throw new InterruptedException("interrupted while a command ran; it was stopped");
    }
    Throwable accident = exec.accident();
    if (accident instanceof RuntimeException e) {
      throw e;
    }
    if (accident instanceof Error e) {
      throw e;
    }
    if (isClosed()) {
      return Optional.of(new ExecResult.Cancelled(took));
    }
    if (starved) {
      return Optional.of(end(unanswered(exec, took)));
    }
    if (after == null) {
      return Optional.of(end(new ExecResult.OutOfMemory(took)));
    }
    Look earlier = before;
    before = after;
    if (isNotPut(exec, code) && !after.full() && exec.stopped() == null) {
      return Optional.empty();
    }
    forgetPending();
    ExecResult result = result(exec, code, earlier, after, took);
    return Optional.of(after.left() > 0 ? end(result) : result);
  }

  /** Of a command that left its container's holder no time to answer. */
  private static ExecResult unanswered(CellExec exec, Duration took) {
    CellExec.Stop stop = exec.stopped();
    if (stop == CellExec.Stop.CANCELLED) {
      return new ExecResult.Cancelled(took);
    }
    return stop == CellExec.Stop.CAPPED
        ? new ExecResult.OutputCapped(took)
        : new ExecResult.TimedOut(took);
  }

  private ExecResult result(
      CellExec exec, OptionalInt code, Look earlier, Look after, Duration took) {
    CellExec.Stop stop = exec.stopped();
    if (stop == CellExec.Stop.CANCELLED) {
      return new ExecResult.Cancelled(took);
    }
    if (stop == CellExec.Stop.CAPPED) {
      return new ExecResult.OutputCapped(took);
    }
    if (after.outOfMemory() > earlier.outOfMemory()) {
      return new ExecResult.OutOfMemory(took);
    }
    if (after.tooMany() > earlier.tooMany()) {
      return new ExecResult.TooManyProcesses(took);
    }
    if (after.full()) {
      return new ExecResult.DiskFull(took);
    }
    if (stop == CellExec.Stop.TIMED_OUT) {
      return new ExecResult.TimedOut(took);
    }
    int exited = code.orElseThrow(DockerSession::silent);
    return exited == TOO_LARGE
        ? new ExecResult.DiskFull(took)
        : new ExecResult.Exited(exited, took);
  }

  /**
   * The container is ended, because something in it could not be: what it was ended for, every
   * later command hears too.
   */
  private ExecResult end(ExecResult result) {
    last = result;
    cell.close();
    return result;
  }

  private static boolean isNotPut(CellExec exec, OptionalInt code) {
    return code.isPresent() && code.getAsInt() == Scripts.NOT_PUT && !exec.went();
  }

  private static SandboxException notPut() {
    return new SandboxException(
        "What was put in the sandbox could not be written there.",
        "See that no path that is put is a folder of another one.",
        false,
        null);
  }

  private void endCompanions() {
    try {
      cell.sweep(Profile.COMPANION);
    } catch (InterruptedException e) {
      cell.close();
      Thread.currentThread().interrupt();
    } catch (SandboxException e) {
      cell.close();
      throw e;
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new SandboxException("The sandbox's session is closed.", "Open a new one.", true, null);
    }
  }

  private static void requireUninterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a command was started");
    }
  }

  private static void requireInside(String path) {
    boolean odd = path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0;
    if (odd || Stream.of(path.split("/", -1)).anyMatch(ODD::contains)) {
      throw new IllegalArgumentException("not a path inside the work folder: " + shown(path));
    }
  }

  private static SandboxException refused(String path, String why) {
    return new SandboxException(
        shown(path) + " cannot be read: " + why + ".",
        "See that a command makes it, as a file of its own.",
        false,
        null);
  }

  private static SandboxException silent() {
    return new SandboxException(
        "The container engine lost a command before its end was known.",
        "Look whether the engine was restarted; the work can be done again.",
        true,
        null);
  }

  private static String shown(String path) {
    return "\"" + Text.visible(path, 200) + "\"";
  }
}
