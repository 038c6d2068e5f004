package dev.packageforge.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The places at which the processes of one data folder work: files, each with a name inside and
 * locked by the process that sits there. The system takes the lock from a process that dies,
 * however it dies, so that a place without one belongs to the dead, and their work can be given
 * back at once.
 */
final class Seats implements AutoCloseable {
  private static final int MOST = 1_000;
  private static final int NAME_BYTES = 8;
  private static final Pattern NAME = Pattern.compile("w[0-9a-f]{" + 2 * NAME_BYTES + "}");

  private final Path folder;
  private final Path own;
  private final Seat seat;

  /** A place that this process sits at, for as long as it is open. */
  private record Seat(FileChannel channel, String name) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close(); // gives up the lock
    }
  }

  private Seats(Path folder, Path own, Seat seat) {
    this.folder = folder;
    this.own = own;
    this.seat = seat;
  }

  /**
   * Takes the first free place.
   *
   * @throws CommandException if the folder cannot be written
   */
  static Seats take(Path folder) {
    try {
      Files.createDirectories(folder);
      for (int i = 1; i <= MOST; i++) {
        Path file = folder.resolve(i + ".seat");
        Seat seat = sitDown(file);
        if (seat != null) {
          return new Seats(folder, file, seat);
        }
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    throw unusable(folder, new IOException("all places in it are taken"));
  }

  /** What this process is called where it works; whoever sits here later has the same name. */
  String name() {
    return seat.name();
  }

  /**
   * Names those who sat where nobody sits now, and this place's own earlier ones; meanwhile nobody
   * can sit down there.
   */
  void dead(Consumer<String> name) {
    name.accept(seat.name());
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> others = files.filter(file -> !file.equals(own)).toList();
      for (Path file : others) {
        // Not our own: a file that is opened twice and closed once is unlocked by that.
        try (Seat empty = file.toString().endsWith(".seat") ? sitDown(file) : null) {
          if (empty != null) {
            name.accept(empty.name());
          }
        }
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  @Override
  public void close() {
    try {
      seat.close();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static @Nullable Seat sitDown(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean seated = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        return null;
      }
      Seat seat = new Seat(channel, name(channel));
      seated = true;
      return seat;
    } catch (OverlappingFileLockException byAnotherThread) {
      return null;
    } finally {
      if (!seated) {
        channel.close();
      }
    }
  }

  private static String name(FileChannel channel) throws IOException {
    ByteBuffer written = ByteBuffer.allocate(1 + 2 * NAME_BYTES);
    channel.read(written, 0);
    String name = new String(written.array(), 0, written.position(), StandardCharsets.US_ASCII);
    if (NAME.matcher(name).matches()) {
      return name;
    }
    byte[] random = new byte[NAME_BYTES];
    new SecureRandom().nextBytes(random);
    String fresh = "w" + HexFormat.of().formatHex(random);
    channel.write(ByteBuffer.wrap(fresh.getBytes(StandardCharsets.US_ASCII)), 0);
    channel.force(true);
    return fresh;
  }

  private static CommandException unusable(Path folder, IOException e) {
    return new CommandException(
        Exit.NOT_READY,
        "The folder " + folder + " cannot be used: " + Words.reason(e) + ".",
        "Free or fix it, or name another data folder with " + Setting.DATA.flag() + ".",
        e);
  }
}
