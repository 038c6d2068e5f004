package dev.packageforge.docker;

import java.io.ByteArrayOutputStream;

/** A file's content on its way out, up to what it may have. */
final class Taken implements CellExec.Sink {
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final long maxBytes;

  Taken(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized boolean accept(byte[] bytes) {
    int room = (int) Math.min(bytes.length, maxBytes + 1 - content.size());
    content.write(bytes, 0, room);
    return true;
  }

  @Override
  public void end() {}

  synchronized boolean tooLarge() {
    return content.size() > maxBytes;
  }

  synchronized byte[] bytes() {
    return content.toByteArray();
  }
}
