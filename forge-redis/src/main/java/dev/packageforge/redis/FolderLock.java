package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everybody else from starting or stopping the server of a folder. The system gives the lock
 * free when its process ends, however that happens.
 */
final class FolderLock {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STEP = Duration.ofMillis(20);

  // The system's lock is one a process; threads need one more.
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Something done alone. */
  interface Errand<T> {
    T run() throws IOException;
  }

  /** Waits until nobody else has the lock of a folder, and then does something. */
  static <T> T during(Path folder, Errand<T> errand) throws IOException {
    FolderLock lock = of(folder);
    try {
      return errand.run();
    } finally {
      lock.close();
    }
  }

  private static FolderLock of(Path folder) throws IOException {
    Deadline deadline = Deadline.in(PATIENCE);
    @Nullable FolderLock taken = null;
    try {
      if (!THREADS.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw held(folder, null);
      }
      try {
        taken = ofProcess(folder, deadline);
        return taken;
      } finally {
        if (taken == null) {
          THREADS.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw held(folder, e);
    }
  }

  private static FolderLock ofProcess(Path folder, Deadline deadline)
      throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      while (true) {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          taken = true;
          return new FolderLock(channel);
        }
        if (deadline.passed()) {
          throw held(folder, null);
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private void close() throws IOException {
    try {
      channel.close();
    } finally {
      THREADS.unlock();
    }
  }

  private static QueueException held(Path folder, @Nullable Throwable error) {
    return new QueueException(
        Reason.BUSY,
        "another process has been starting or stopping the Redis server of " + folder + " for long",
        "wait for it, or end it if it hangs",
        error);
  }
}
