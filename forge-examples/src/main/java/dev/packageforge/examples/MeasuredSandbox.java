package dev.packageforge.examples;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Another sandbox, with a watch: how long its commands ran. */
final class MeasuredSandbox implements Sandbox {
  private final Sandbox sandbox;
  private final AtomicLong nanos;

  /**
   * A sandbox with a watch.
   *
   * @param nanos what commands took is added here
   */
  MeasuredSandbox(Sandbox sandbox, AtomicLong nanos) {
    this.sandbox = sandbox;
    this.nanos = nanos;
  }

  @Override
  public SandboxReport probe() {
    return sandbox.probe();
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    return new Session(sandbox.open(spec));
  }

  private final class Session implements SandboxSession {
    private final SandboxSession session;

    Session(SandboxSession session) {
      this.session = session;
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      ExecResult result = session.exec(command, output, cancellation);
      Duration took = result.took();
      nanos.addAndGet(took.toNanos());
      return result;
    }

    @Override
    public Optional<Companion> companion(Command command) throws InterruptedException {
      return session.companion(command);
    }

    @Override
    public void put(String path, byte[] content) {
      session.put(path, content);
    }

    @Override
    public void cutNetwork() {
      session.cutNetwork();
    }

    @Override
    public byte[] take(String path, long maxBytes) {
      return session.take(path, maxBytes);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
