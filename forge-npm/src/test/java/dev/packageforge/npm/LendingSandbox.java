package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A sandbox of processes that lends companions as one without a network does. What its commands are
 * told of a registry can be seen here.
 */
final class LendingSandbox implements Sandbox {
  private final Sandbox sandbox;
  private final String path;
  private final List<Process> companions = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> environments = new CopyOnWriteArrayList<>();

  LendingSandbox(Sandbox sandbox, String path) {
    this.sandbox = sandbox;
    this.path = path;
  }

  /** The processes of all companions so far. */
  List<Process> companions() {
    return List.copyOf(companions);
  }

  /** The variables of each command so far. */
  List<Map<String, String>> environments() {
    return List.copyOf(environments);
  }

  @Override
  public SandboxReport probe() {
    return sandbox.probe();
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    return new Session(sandbox.open(spec), spec.network());
  }

  /** A companion that is a process of this machine. */
  static Companion process(Command command, String path, List<Process> started) {
    ProcessBuilder builder = new ProcessBuilder(command.line());
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().putAll(command.environment());
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      started.add(process);
      return new Running(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Running(Process process) implements Companion {
    @Override
    public InputStream output() {
      return process.getInputStream();
    }

    @Override
    public OutputStream input() {
      return process.getOutputStream();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private final class Session implements SandboxSession {
    private final SandboxSession session;
    private final List<Companion> lent = new ArrayList<>();
    private boolean online;

    Session(SandboxSession session, SandboxSpec.Network network) {
      this.session = session;
      this.online = network == SandboxSpec.Network.REGISTRY_ONLY;
    }

    @Override
    public Optional<Companion> companion(Command command) {
      if (!online) {
        throw new SandboxException("The session may reach nobody.", "", false, null);
      }
      Companion companion = process(command, path, companions);
      lent.add(companion);
      return Optional.of(companion);
    }

    @Override
    public void put(String where, byte[] content) {
      session.put(where, content);
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      environments.add(command.environment());
      return session.exec(command, output, cancellation);
    }

    @Override
    public void cutNetwork() {
      online = false;
      lent.forEach(Companion::close);
      session.cutNetwork();
    }

    @Override
    public byte[] take(String where, long maxBytes) {
      return session.take(where, maxBytes);
    }

    @Override
    public void close() {
      lent.forEach(Companion::close);
      session.close();
    }
  }
}
