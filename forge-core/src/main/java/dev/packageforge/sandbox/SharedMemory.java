package dev.packageforge.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory without a name that processes share, as their maps tell it. A process can give up its
 * pages of it, and then none counts as its own: the machine keeps them for as long as it is mapped.
 * So its size counts, once for all who map it.
 */
final class SharedMemory {
  private static final String NAME = "/dev/zero (deleted)";
  private static final int MOST_A_PROCESS = 1 << 20;

  private final Map<String, Long> ends = new HashMap<>();
  private int left = 16 * MOST_A_PROCESS; // whoever has many maps gains no time

  /** How many bytes of it this process adds to those that were looked at before. */
  long addedBy(Path process) {
    try (InputStream in = Files.newInputStream(process.resolve("maps"))) {
      byte[] maps = in.readNBytes(Math.min(left, MOST_A_PROCESS));
      left -= maps.length;
      return addedBy(new String(maps, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return 0; // that one has ended
    }
  }

  /** As {@link #addedBy(Path)}, from the text of its maps. */
  long addedBy(String maps) {
    return maps.lines().filter(line -> line.endsWith(NAME)).mapToLong(this::added).sum();
  }

  // Address-address, permissions, offset, device, inode, name.
  private long added(String line) {
    String[] fields = line.split("\\s+", 6);
    String[] addresses = fields[0].split("-", 2);
    long end =
        Long.parseUnsignedLong(fields[2], 16)
            + Long.parseUnsignedLong(addresses[1], 16)
            - Long.parseUnsignedLong(addresses[0], 16);
    String which = fields[3] + " " + fields[4];
    long before = ends.getOrDefault(which, 0L);
    ends.put(which, Math.max(before, end));
    return Math.max(0, end - before);
  }
}
