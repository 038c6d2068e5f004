package dev.packageforge.docker;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Bytes from the thread that hears a stream to the one that reads it; the former waits when it is
 * far ahead.
 */
final class BytePipe extends InputStream {
  private static final int AHEAD = 1 << 20;

  private final Deque<byte[]> parts = new ArrayDeque<>();
  private int first; // how much of the first part was read
  private int waiting; // bytes that nobody has read yet
  private boolean ended;

  /**
   * Hands over bytes, which are then this pipe's; waits while too many lie here; none after the
   * end.
   */
  synchronized void offer(byte[] bytes) throws InterruptedException {
    while (waiting > AHEAD && !ended) {
      wait();
    }
    if (!ended && bytes.length > 0) {
      parts.add(bytes);
      waiting += bytes.length;
      notifyAll();
    }
  }

  /** No more bytes; those that are here can still be read. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public int read() throws InterruptedIOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] bytes, int from, int length) throws InterruptedIOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    while (parts.isEmpty() && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for a command's output");
      }
    }
    byte[] part = parts.peek();
    if (part == null) {
      return -1;
    }
    int read = Math.min(length, part.length - first);
    System.arraycopy(part, first, bytes, from, read);
    first += read;
    if (first == part.length) {
      parts.remove();
      first = 0;
    }
    waiting -= read;
    notifyAll();
    return read;
  }

  @Override
  public synchronized int available() {
    return waiting;
  }

  @Override
  public void close() {
    end();
  }
}
