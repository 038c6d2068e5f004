package dev.packageforge.docker;

import dev.packageforge.sandbox.LineSplitter;
import dev.packageforge.sandbox.OutputListener;

/** A command's output as lines for a listener, up to what it may print. */
final class Output implements CellExec.Sink {
  private final LineSplitter lines;
  private long left;
  private boolean ended;

  Output(OutputListener listener, long maxBytes) {
    this.lines = new LineSplitter(listener);
    this.left = maxBytes;
  }

  @Override
  public boolean accept(byte[] bytes) {
    if (ended) {
      return false;
    }
    lines.accept(bytes, (int) Math.min(bytes.length, left));
    left -= bytes.length;
    if (left < 0) {
      end();
    }
    return left >= 0;
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      lines.end();
    }
  }
}
