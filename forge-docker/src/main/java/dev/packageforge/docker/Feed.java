package dev.packageforge.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A bounded pipe between whoever writes to a process and the transport's thread, which reads. The
 * JDK's own notices its writer only once a second and minds which thread it is.
 */
final class Feed {
  private static final int ROOM = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] ring = new byte[ROOM];
  private int start;
  private int held;
  private boolean ended;
  private boolean broken;
  private boolean read;

  private final InputStream source = new Source();
  private final OutputStream sink = new Sink();

  /** For the transport; finds its end once the sink was closed and everything was read. */
  InputStream source() {
    return source;
  }

  /** For the writer. Blocks while the reader is far behind. */
  OutputStream sink() {
    return sink;
  }

  /** Waits until the transport's thread is there; hanging up before would be an accident in it. */
  void awaitReader(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = limit.toNanos();
      while (!read && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody reads any more: what is held is dropped and writing throws. */
  void breakOff() {
    lock.lock();
    try {
      broken = true;
      ended = true;
      held = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitWhile(BooleanSupplier unchanged) throws IOException {
    try {
      while (unchanged.getAsBoolean()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private final class Source extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      // The transport's thread throws at nobody when it loses its connection, which is how every
      // process that ends before its input ends; what is thrown there is told by the other half.
      Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
      lock.lock();
      try {
        read = true;
        changed.signalAll();
        awaitWhile(() -> held == 0 && !ended && length > 0);
        if (held == 0) {
          return length == 0 ? 0 : -1;
        }
        int count = Math.min(Math.min(length, held), ROOM - start);
        System.arraycopy(ring, start, bytes, offset, count);
        start = (start + count) % ROOM;
        held -= count;
        changed.signalAll();
        return count;
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int at = offset;
      int left = length;
      lock.lock();
      try {
        while (left > 0) {
          awaitWhile(() -> held == ROOM && !ended);
          if (broken || ended) {
            throw new IOException("the other end is gone");
          }
          int end = (start + held) % ROOM;
          int count = Math.min(Math.min(left, ROOM - held), ROOM - end);
          System.arraycopy(bytes, at, ring, end, count);
          held += count;
          at += count;
          left -= count;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        ended = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
