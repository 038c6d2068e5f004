package dev.packageforge.docker;

import dev.packageforge.sandbox.Companion;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A command of ours that stays, with both its streams. */
final class CellCompanion implements Companion, FrameListener {
  private final BytePipe output = new BytePipe();
  private @Nullable Exec exec;
  private @Nullable Runnable end;

  /**
   * Lends it.
   *
   * @param started the command
   * @param ending ends the process itself, which hanging up does not
   */
  synchronized void lend(Exec started, Runnable ending) {
    exec = started;
    end = ending;
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return opened().input();
  }

  @Override
  public void close() {
    Runnable last;
    synchronized (this) {
      last = end;
      end = null;
    }
    if (last != null) {
      hangUp();
      last.run();
    }
  }

  /** Lets nothing through any more. */
  void hangUp() {
    output.end();
    opened().close();
  }

  @Override
  public void frame(boolean error, byte[] bytes) {
    if (error) {
      return;
    }
    try {
      output.offer(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      output.end();
    }
  }

  @Override
  public void ended(@Nullable Throwable why) {
    output.end();
  }

  private synchronized Exec opened() {
    if (exec == null) {
      throw new IllegalStateException("not open yet");
    }
    return exec;
  }
}
