package dev.packageforge.sandbox;

import dev.packageforge.Cancellation;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session of {@link BubblewrapSandbox}. */
final class BubblewrapSession implements SandboxSession {
  private static final int MARK_BYTES = 16;

  private final Cell cell;
  private final SandboxSpec spec;
  private final Map<String, String> environment;
  private final SecureRandom random = new SecureRandom();
  private final List<Companion> companions = new ArrayList<>();
  private boolean networkCut;
  private boolean closed;
  private @Nullable RunningCommand running;

  BubblewrapSession(Cell cell, SandboxSpec spec, Map<String, String> environment) {
    this.cell = cell;
    this.spec = spec;
    this.environment = Map.copyOf(environment);
    this.networkCut = spec.network() == SandboxSpec.Network.NONE;
  }

  @Override
  public void put(String path, byte[] content) {
    requireOpen();
    spec.requireOutsideLayers(path);
    cell.files().makeRoom(path);
    cell.files().write(path, content);
  }

  @Override
  public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
      throws InterruptedException {
    requireOpen();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a command was started");
    }
    if (cancellation.isCancelled()) {
      return new ExecResult.Cancelled(Duration.ZERO);
    }
    RunningCommand started = start(command, output);
    try {
      return started.await(cancellation);
    } finally {
      forget();
    }
  }

  private synchronized RunningCommand start(Command command, OutputListener output) {
    requireOpen();
    if (running != null) {
      throw new IllegalStateException("a session runs one command at a time");
    }
    String mark = mark();
    RunningCommand started =
        RunningCommand.start(
            cell.command(command, environment, mark),
            process -> new CellKeeper(process, cell, spec.limits().processes()),
            mark,
            spec.limits(),
            output);
    running = started;
    return started;
  }

  private synchronized void forget() {
    running = null;
  }

  @Override
  public Optional<Companion> companion(Command command) throws InterruptedException {
    synchronized (this) {
      requireOpen();
      if (networkCut) {
        throw cutAlready();
      }
    }
    String mark = mark();
    CellCompanion companion =
        CellCompanion.start(cell.companion(command, environment, mark), mark, cell);
    boolean late;
    synchronized (this) {
      late = closed || networkCut;
      companions.add(companion);
    }
    if (late) {
      companion.close();
      throw cutAlready();
    }
    return Optional.of(companion);
  }

  private static SandboxException cutAlready() {
    return new SandboxException(
        "A session that may reach nobody has no companion.",
        "Start it before the network is cut.",
        false,
        null);
  }

  @Override
  public void cutNetwork() {
    List<Companion> last;
    synchronized (this) {
      requireOpen();
      networkCut = true;
      last = List.copyOf(companions);
    }
    last.forEach(Companion::close);
  }

  @Override
  public byte[] take(String path, long maxBytes) {
    requireOpen();
    return cell.files().read(path, maxBytes);
  }

  @Override
  public void close() {
    RunningCommand last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = running;
    }
    if (last != null) {
      last.cancel();
    }
    cell.close();
    if (last != null) {
      last.end();
    }
  }

  private String mark() {
    byte[] word = new byte[MARK_BYTES];
    random.nextBytes(word);
    return HexFormat.of().formatHex(word);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new SandboxException("The sandbox's session is closed.", "Open a new one.", true, null);
    }
    if (cell.hasEnded(false)) {
      throw cell.lost(null);
    }
  }
}
