package dev.packageforge.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one command started, wherever it went. A process is ours if it descends from the
 * command, lives in the namespace made for it, or carries its mark in its environment; nothing else
 * is ever touched, because a {@link ProcessHandle} knows a number that was given away anew.
 */
final class Offspring {
  /** The variable that holds the mark. */
  static final String MARK = "FORGE_SESSION";

  private static final Path PROC = Path.of("/proc");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final ProcessHandle leader;
  private final String marked;
  private final boolean proc;
  private final Set<ProcessHandle> seen = new HashSet<>();
  private volatile @Nullable Home home;

  /**
   * The namespace made for a command.
   *
   * @param name as the kernel has it; given away anew once the namespace is gone
   * @param open keeps it from going
   */
  private record Home(Path name, InputStream open) {}

  Offspring(ProcessHandle leader, String mark, boolean proc) {
    this.leader = leader;
    this.marked = MARK + "=" + mark;
    this.proc = proc;
  }

  /**
   * Learns which namespace is the command's. To be called while the leader, already confined, waits
   * for the word to start.
   *
   * @return whether the leader is in a process group of its own
   */
  boolean recogniseLeader() throws IOException {
    Path place = process(leader).resolve("ns/uts");
    if (!sameNamespace(place)) {
      InputStream open = Files.newInputStream(place);
      home = new Home(Files.readSymbolicLink(place), open);
    }
    return stat(leader)[2].equals(Long.toString(leader.pid()));
  }

  private static boolean sameNamespace(Path place) throws IOException {
    return Files.readSymbolicLink(place)
        .equals(Files.readSymbolicLink(PROC.resolve("self/ns/uts")));
  }

  /** Who is alive now. */
  synchronized List<ProcessHandle> alive() {
    leader.descendants().forEach(seen::add);
    seen.add(leader);
    if (proc) {
      ProcessHandle.allProcesses().filter(this::isMarked).forEach(seen::add);
    }
    seen.removeIf(handle -> !handle.isAlive() || isZombie(handle));
    return new ArrayList<>(seen);
  }

  /** Bytes of memory that all of them together have to themselves; 0 where nobody can tell. */
  long memory() {
    long kibibytes = 0;
    if (proc) {
      for (ProcessHandle handle : alive()) {
        kibibytes += memory(handle);
      }
    }
    return kibibytes * 1024;
  }

  /**
   * Kills all of them.
   *
   * @return whether none is left
   */
  boolean kill() {
    long start = System.nanoTime();
    List<ProcessHandle> alive = alive();
    while (!alive.isEmpty()) {
      alive.forEach(ProcessHandle::destroyForcibly);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        return false;
      }
      // The kernel tells nobody of the end of a process that is not one's own child.
      LockSupport.parkNanos(PAUSE_NANOS);
      alive = alive();
    }
    leaveHome();
    return true;
  }

  /** Once nobody lives there, the next command may be given a namespace of the same name. */
  private synchronized void leaveHome() {
    Home left = home;
    home = null;
    if (left != null) {
      try {
        left.open().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean isMarked(ProcessHandle handle) {
    Home here = home;
    try {
      if (here != null
          && here.name().equals(Files.readSymbolicLink(process(handle).resolve("ns/uts")))) {
        return true;
      }
    } catch (IOException e) {
      // Gone, or not ours to look at; then its environment is not either.
      return false;
    }
    try {
      byte[] environment = Files.readAllBytes(process(handle).resolve("environ"));
      return ("\0" + new String(environment, StandardCharsets.ISO_8859_1))
          .contains("\0" + marked + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isZombie(ProcessHandle handle) {
    try {
      return proc && stat(handle)[0].equals("Z");
    } catch (IOException e) {
      return true;
    }
  }

  private static long memory(ProcessHandle handle) {
    try {
      long kibibytes = 0;
      // A process may call itself anything, so not every line is UTF-8.
      for (String line :
          Files.readAllLines(process(handle).resolve("status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
          kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return kibibytes;
    } catch (IOException e) {
      return 0;
    }
  }

  // What follows the program's name in /proc/PID/stat (proc(5)): state, parent, group, session, …
  private static String[] stat(ProcessHandle handle) throws IOException {
    byte[] content = Files.readAllBytes(process(handle).resolve("stat"));
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
  }

  private static Path process(ProcessHandle handle) {
    return PROC.resolve(Long.toString(handle.pid()));
  }
}
