package dev.packageforge.sandbox;

import dev.packageforge.Cancellation;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session of {@link ProcessSandbox}. */
final class ProcessSession implements SandboxSession {
  private static final int MARK_BYTES = 16;

  private final SessionFolder folder;
  private final Confinement confinement;
  private final SandboxSpec spec;
  private final Map<String, String> environment;
  private final SecureRandom random = new SecureRandom();
  private boolean networkCut;
  private boolean closed;
  private @Nullable RunningCommand running;

  ProcessSession(
      SessionFolder folder,
      Confinement confinement,
      SandboxSpec spec,
      Map<String, String> environment) {
    this.folder = folder;
    this.confinement = confinement;
    this.spec = spec;
    this.networkCut = spec.network() == SandboxSpec.Network.NONE;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public void put(String path, byte[] content) {
    requireOpen();
    spec.requireOutsideLayers(path);
    folder.inside().write(path, content);
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
    folder.inside().requireIntact();
    RunningCommand started = start(command, output);
    try {
      return started.await(cancellation);
    } finally {
      forget();
    }
  }

  @Override
  public synchronized void cutNetwork() {
    requireOpen();
    networkCut = true;
  }

  @Override
  public byte[] take(String path, long maxBytes) {
    requireOpen();
    return folder.inside().read(path, maxBytes);
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
      last.end();
    }
    folder.remove();
  }

  private synchronized RunningCommand start(Command command, OutputListener output) {
    requireOpen();
    if (running != null) {
      throw new IllegalStateException("a session runs one command at a time");
    }
    byte[] word = new byte[MARK_BYTES];
    random.nextBytes(word);
    String mark = HexFormat.of().formatHex(word);
    boolean cut = networkCut && confinement.cutsNetwork();
    ProcessBuilder builder =
        new ProcessBuilder(confinement.line(command.line(), mark, cut, spec.limits().diskBytes()));
    builder.directory(folder.work().toFile());
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(environment);
    variables.putAll(command.environment());
    variables.put(Offspring.MARK, mark);
    RunningCommand started =
        RunningCommand.start(
            builder,
            process ->
                new ProcessKeeper(process, confinement, folder, mark, spec.limits().diskBytes()),
            mark,
            spec.limits(),
            output);
    running = started;
    return started;
  }

  private synchronized void forget() {
    running = null;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new SandboxException("The sandbox's session is closed.", "Open a new one.", true, null);
    }
  }
}
