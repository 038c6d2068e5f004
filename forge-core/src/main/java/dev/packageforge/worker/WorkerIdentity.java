package dev.packageforge.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who a worker is, from one process to the next: an id in a file, which the system keeps locked for
 * as long as the process lives. Whoever has the lock knows that the process which had the id before
 * is dead, however it died. A second worker beside the first has a file of its own.
 *
 * <p>Safe for use by many threads. The lock is let go on {@link #close}, or with the process.
 */
public final class WorkerIdentity implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerIdentity.class);
  private static final int MAX_WORKERS = 64;
  private static final int LONGEST_ID = 64;
  private static final Pattern ID = Pattern.compile("worker-[0-9a-f]{16}");

  // A lock is the process's: to open such a file once more and to close it would let the lock go.
  private static final Set<Path> HELD_HERE = new HashSet<>();

  private final Path file;
  private final FileChannel channel;
  private final String id;

  private WorkerIdentity(Path file, FileChannel channel, String id) {
    this.file = file;
    this.channel = channel;
    this.id = id;
  }

  /**
   * The first identity in this folder that no living process has; a new one if all are taken.
   *
   * @param folder where workers of this machine keep their ids; made if it is not there
   * @throws WorkerException if it cannot be read, written or locked
   */
  public static WorkerIdentity in(Path folder) {
    try {
      Path real = Files.createDirectories(folder).toRealPath();
      synchronized (HELD_HERE) {
        for (int slot = 1; slot <= MAX_WORKERS; slot++) {
          Path file = real.resolve("worker-" + slot + ".id");
          if (!HELD_HERE.contains(file)) {
            FileChannel channel = locked(file);
            if (channel != null) {
              WorkerIdentity identity = new WorkerIdentity(file, channel, id(channel));
              HELD_HERE.add(file);
              return identity;
            }
          }
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw unusable(folder, e);
    }
    throw new WorkerException(
        "There are " + MAX_WORKERS + " workers with ids in " + folder + " already.",
        "Stop some of them.",
        null);
  }

  /**
   * The identities in this folder that no living process has: what was leased under them can be
   * given back. None of them is free for others until it is closed.
   *
   * @param folder where workers of this machine keep their ids; need not be there
   * @throws WorkerException if it cannot be read, written or locked
   */
  public static List<WorkerIdentity> abandoned(Path folder) {
    List<WorkerIdentity> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try {
      Path real = folder.toRealPath();
      synchronized (HELD_HERE) {
        for (int slot = 1; slot <= MAX_WORKERS; slot++) {
          Path file = real.resolve("worker-" + slot + ".id");
          if (Files.exists(file) && !HELD_HERE.contains(file)) {
            FileChannel channel = locked(file);
            if (channel != null) {
              found.add(new WorkerIdentity(file, channel, id(channel)));
              HELD_HERE.add(file);
            }
          }
        }
      }
      return found;
    } catch (IOException | UnsupportedOperationException e) {
      found.forEach(WorkerIdentity::close);
      throw unusable(folder, e);
    }
  }

  private static WorkerException unusable(Path folder, Exception why) {
    return new WorkerException(
        "The worker's id in " + folder + " cannot be kept: " + why + ".",
        "See that the folder can be written, and that it is on a disk of this machine.",
        why);
  }

  private static @Nullable FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
      return lock == null ? null : channel;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  private static String id(FileChannel channel) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(LONGEST_ID);
    int length = Math.max(0, channel.read(read, 0));
    String before = new String(read.array(), 0, length, StandardCharsets.US_ASCII).strip();
    if (ID.matcher(before).matches()) {
      return before;
    }
    String id = "worker-" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    channel.force(true);
    return id;
  }

  /** The id: the name under which this worker leases jobs. */
  public String id() {
    return id;
  }

  /** Lets another process be this worker. */
  @Override
  public void close() {
    synchronized (HELD_HERE) {
      if (channel.isOpen()) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.debug("{} was not closed well; its lock is gone all the same", file, e);
        }
        HELD_HERE.remove(file);
      }
    }
  }
}
