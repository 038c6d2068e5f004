package dev.packageforge.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Opens real files on a disk that is full when a test says so. */
final class FullDisk implements JournalFile.Opener {
  /** Where it shows that there is no room. */
  enum When {
    /** Nothing is written. */
    AT_ONCE,
    /** Some bytes are written. */
    HALFWAY,
    /** All bytes are written, and the disk does not take them. */
    AT_THE_END
  }

  private @Nullable When when;

  void full(When how) {
    when = how;
  }

  void roomy() {
    when = null;
  }

  @Override
  public JournalFile.Disk open(Path file) throws IOException {
    JournalFile.Disk real = JournalFile.open(file);
    return new JournalFile.Disk() {
      @Override
      public void write(long position, byte[] bytes) throws IOException {
        if (when == When.HALFWAY) {
          real.write(position, Arrays.copyOf(bytes, bytes.length / 2));
        }
        if (when == When.HALFWAY || when == When.AT_ONCE) {
          throw new IOException("No space left on device");
        }
        real.write(position, bytes);
      }

      @Override
      public void force() throws IOException {
        if (when == When.AT_THE_END) {
          throw new IOException("No space left on device");
        }
        real.force();
      }

      @Override
      public void truncate(long length) throws IOException {
        real.truncate(length);
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }
}
