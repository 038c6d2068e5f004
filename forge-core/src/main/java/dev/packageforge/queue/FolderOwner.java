package dev.packageforge.queue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** This process' right to a folder, until it is closed or the process ends. */
final class FolderOwner implements AutoCloseable {
  // A lock is the process's: to open such a file once more and to close it would let the lock go.
  private static final Set<Path> OWNED_HERE = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private FolderOwner(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes a folder; empty if another process, or another part of this one, has it. */
  static Optional<FolderOwner> of(Path folder) throws IOException {
    Path file = folder.toRealPath().resolve("lock");
    synchronized (OWNED_HERE) {
      if (OWNED_HERE.contains(file)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        locked = channel.tryLock() != null;
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      if (!locked) {
        return Optional.empty();
      }
      OWNED_HERE.add(file);
      return Optional.of(new FolderOwner(file, channel));
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (OWNED_HERE) {
      if (channel.isOpen()) {
        OWNED_HERE.remove(file);
        channel.close();
      }
    }
  }
}
