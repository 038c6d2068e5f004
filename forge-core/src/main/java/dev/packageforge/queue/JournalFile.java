package dev.packageforge.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that grows at its end, each line with a checksum before it. What was appended and
 * forced is read again, whatever happens to the process or the machine. Not safe for use by many
 * threads.
 */
final class JournalFile implements AutoCloseable {
  private static final int CHECKSUM = 8;

  /**
   * Where bytes go. Not a {@link FileChannel}: that one closes itself when a thread that uses it is
   * interrupted, as threads that work on runs are.
   */
  interface Disk extends AutoCloseable {
    void write(long position, byte[] bytes) throws IOException;

    void force() throws IOException;

    void truncate(long length) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens a file for writing; makes it if need be. */
  @FunctionalInterface
  interface Opener {
    Disk open(Path file) throws IOException;
  }

  /** What a file was found to hold. */
  record Content(List<String> lines, int damaged) {}

  private final Path file;
  private final Opener opener;
  private Disk disk;
  private long length;
  private boolean torn;

  /** The file as it is; what is appended comes after what is there. */
  JournalFile(Path file, Opener opener) throws IOException {
    this.file = file;
    this.opener = opener;
    this.disk = opener.open(file);
    this.length = Files.size(file);
  }

  /** Bytes in whole lines. */
  long length() {
    return length;
  }

  /**
   * Appends a line.
   *
   * @param force whether to come back only when the disk has it, and all that went before
   * @throws IOException if it could not be written; the file then is as it was
   */
  void append(String line, boolean force) throws IOException {
    byte[] bytes = encoded(line);
    if (torn) {
      disk.truncate(length);
    }
    torn = true;
    try {
      disk.write(length, bytes);
      if (force) {
        disk.force();
      }
    } catch (IOException e) {
      disk.truncate(length);
      torn = false;
      throw e;
    }
    torn = false;
    length += bytes.length;
  }

  /** Waits until the disk has everything. */
  void force() throws IOException {
    disk.force();
  }

  /** Replaces all lines at once: whoever opens the file finds the old ones or the new ones. */
  void replace(List<String> lines) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : lines) {
      bytes.write(encoded(line));
    }
    try (Disk fresh = opener.open(next)) {
      fresh.write(0, bytes.toByteArray());
      fresh.force();
    }
    disk.close();
    try {
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(requireNonNull(file.toAbsolutePath().getParent()));
      length = bytes.size();
      torn = false;
    } finally {
      disk = opener.open(file);
    }
  }

  @Override
  public void close() throws IOException {
    try (Disk closing = disk) {
      closing.force();
    }
  }

  /**
   * Reads a file. A last line without an end was being written when everything stopped, and never
   * counted; any other line whose checksum is wrong is damage.
   */
  static Content read(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    int damaged = 0;
    byte[] bytes;
    try (InputStream in = new FileInputStream(file.toFile())) {
      bytes = in.readAllBytes();
    }
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        String line = decoded(bytes, start, end);
        if (line == null) {
          damaged++;
        } else {
          lines.add(line);
        }
        start = end + 1;
      }
    }
    return new Content(lines, damaged);
  }

  private static byte[] encoded(String line) {
    byte[] text = line.getBytes(UTF_8);
    byte[] sum = checksum(text, 0, text.length).getBytes(UTF_8);
    byte[] bytes = new byte[CHECKSUM + 1 + text.length + 1];
    System.arraycopy(sum, 0, bytes, 0, CHECKSUM);
    bytes[CHECKSUM] = ' ';
    System.arraycopy(text, 0, bytes, CHECKSUM + 1, text.length);
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  private static @Nullable String decoded(byte[] bytes, int start, int end) {
    int text = start + CHECKSUM + 1;
    if (text > end) {
      return null;
    }
    String sum = checksum(bytes, text, end - text) + " ";
    return sum.equals(new String(bytes, start, CHECKSUM + 1, UTF_8))
        ? new String(bytes, text, end - text, UTF_8)
        : null;
  }

  private static String checksum(byte[] bytes, int from, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, length);
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  /** Opens a real file. */
  static Disk open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new Disk() {
      @Override
      public void write(long position, byte[] bytes) throws IOException {
        file.seek(position);
        file.write(bytes);
      }

      @Override
      public void force() throws IOException {
        file.getFD().sync();
      }

      @Override
      public void truncate(long length) throws IOException {
        file.setLength(length);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  /** Waits until the disk has a folder's names, where the system can do that. */
  static void force(Path folder) {
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException windowsCannot) {
      // Its file systems keep names in order by themselves.
      return;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
