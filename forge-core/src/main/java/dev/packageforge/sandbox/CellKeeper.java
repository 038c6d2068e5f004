package dev.packageforge.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds a command in its cell. Its processes have a world of their own, whose first process is
 * bubblewrap's: the kernel ends all others before that one is gone.
 */
final class CellKeeper implements Keeper {
  private static final Duration LOOKS_EVERY = Duration.ofMillis(20);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int KILLED = 128 + 9;
  private static final String FIRST = "1";
  private static final String SECOND = "2";

  private static final String SHARED = "RssShmem:";
  private static final List<String> MEMORY = List.of("RssAnon:", "VmSwap:");

  private final Process process;
  private final Cell cell;
  private final int mostProcesses;
  private volatile @Nullable ProcessHandle first;

  CellKeeper(Process process, Cell cell, int mostProcesses) {
    this.process = process;
    this.cell = cell;
    this.mostProcesses = mostProcesses;
  }

  @Override
  public boolean waitsForWord() {
    return true;
  }

  /** The word is given only to who is seen to have no privileges, no way to any, and the filter. */
  @Override
  public boolean confined() throws IOException {
    boolean held = false;
    for (ProcessHandle handle : process.descendants().toList()) {
      String[] numbers = Cell.numbers(handle.pid());
      if (numbers.length == cell.depthOfCommands()) {
        String innermost = numbers[numbers.length - 1];
        if (innermost.equals(FIRST)) {
          first = handle;
        } else if (innermost.equals(SECOND)) {
          held = isHeld(Path.of("/proc", Long.toString(handle.pid()), "status"));
        }
      }
    }
    return held && first != null;
  }

  private static boolean isHeld(Path status) throws IOException {
    return BubblewrapPlace.line(status, "Seccomp").equals(Optional.of("2"))
        && BubblewrapPlace.line(status, "NoNewPrivs").equals(Optional.of("1"))
        && BubblewrapPlace.line(status, "CapEff").filter(caps -> caps.matches("0+")).isPresent()
        && BubblewrapPlace.line(status, "CapBnd").filter(caps -> caps.matches("0+")).isPresent();
  }

  @Override
  public boolean holdsInput() {
    return true;
  }

  @Override
  public Duration looksEvery() {
    return LOOKS_EVERY;
  }

  /** Looks at no more processes than there may be: one that is busy making them gains no time. */
  @Override
  public Usage usage() {
    ProcessHandle known = first;
    long kibibytes = 0;
    int threads = 0;
    SharedMemory maps = new SharedMemory();
    if (known != null) {
      // What a command has for /proc lists its processes, and no others.
      Path processes = Path.of("/proc", Long.toString(known.pid()), "root", "proc");
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(processes, "[0-9]*")) {
        for (Path entry : entries) {
          if (threads > mostProcesses) {
            break;
          }
          if (!entry.endsWith(FIRST)) {
            long shared = 0;
            for (String line : status(entry)) {
              if (line.startsWith("Threads:")) {
                threads += (int) number(line);
              } else if (line.startsWith(SHARED)) {
                shared = number(line);
              } else if (MEMORY.stream().anyMatch(line::startsWith)) {
                kibibytes += number(line);
              }
            }
            kibibytes += Math.max(shared, maps.addedBy(entry) / 1024);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // It has ended.
      }
    }
    return new Usage(kibibytes * 1024, threads);
  }

  private static List<String> status(Path process) {
    try {
      return Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of(); // that one has ended
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  @Override
  public boolean diskIsExceeded() {
    return cell.isFull();
  }

  @Override
  public @Nullable SandboxException misfortune(int code) {
    return cell.hasEnded(code == KILLED) ? cell.lost(null) : null;
  }

  @Override
  public boolean kill() {
    long start = System.nanoTime();
    while (!killed()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        return false;
      }
      // The kernel tells nobody of the end of a process that is not one's own child.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  private boolean killed() {
    ProcessHandle known = first;
    if (known != null) {
      known.destroyForcibly();
    }
    boolean outside = process.isAlive();
    if (outside) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return !outside && (known == null || isGone(known));
  }

  private static boolean isGone(ProcessHandle handle) {
    try {
      Path status = Path.of("/proc", Long.toString(handle.pid()), "status");
      return !handle.isAlive()
          || BubblewrapPlace.line(status, "State").filter(text -> text.startsWith("Z")).isPresent();
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public String whereToLook() {
    return "it descends from process " + process.pid() + ".";
  }
}
