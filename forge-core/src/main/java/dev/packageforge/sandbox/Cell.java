package dev.packageforge.sandbox;

import dev.packageforge.Text;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of one session, and the small process that keeps them: the first one of its world,
 * so that its end is everybody's. It ends when its input does, and so with this program, however
 * that ends.
 *
 * <p>The session's files are in memory, in a file system of their own whose size and number of
 * files the kernel bounds. This program reads and writes them through {@code /proc}; they are
 * nowhere else.
 */
final class Cell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BubblewrapSandbox.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long MOMENT_MILLIS = 250;
  private static final String READY = "ready";
  private static final String SESSION = "/forge/session";
  private static final String WORK = "/sandbox/work";
  private static final String HOME = "/sandbox/home";
  private static final String USER = "10001";
  private static final long BYTES_A_FILE = 8192; // what a file has on average, when all is full
  private static final long FEWEST_FILES = 4096;
  private static final int PROBE_FILES = 32;
  private static final int PROBE_BYTES = (256 << 10) / PROBE_FILES; // of each
  private static final int FILE_BLOCK = 512; // what ulimit -f counts in
  private static final int DATA_BLOCK = 1024; // what ulimit -d counts in
  private static final long SPARE_DATA = 256L << 20;
  private static final int SPARE_PROCESSES = 48; // more are too many, and seen to be
  private static final int LOW_NUMBERS = 300; // RESERVED_PIDS of the kernel
  private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  private static final List<String> FOLDERS = List.of("/work", "/home", "/tmp", "/shm");
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  /** Which processors the next session begins with, so that sessions spread. */
  private static final AtomicInteger TURN = new AtomicInteger();

  // The world of the keeper: the size of the files, the calls that commands may make, the few
  // files that programs look for in /etc. Then nothing is left to do but to be there.
  private static final String KEEPER =
      """
      set -e
      mount -t proc proc /proc
      mount -t tmpfs -o "remount,nosuid,nodev,size=$1,nr_inodes=$2" tmpfs /forge/session
      head -c "$3" >/forge/filter
      echo 'root:x:0:0::/:/bin/sh' >/forge/etc/passwd
      echo "job:x:$4:$4::$5:/bin/sh" >>/forge/etc/passwd
      echo "job:x:$4:" >/forge/etc/group
      echo '127.0.0.1 localhost' >/forge/etc/hosts
      echo '::1 localhost' >>/forge/etc/hosts
      echo 'hosts: files' >/forge/etc/nsswitch.conf
      if [ -n "$6" ]; then echo "$6" >/proc/sys/kernel/pid_max; fi
      mount -o remount,bind,ro /
      echo ready
      exec cat >/dev/null
      """;

  // $1 is what this program waits for; it answers with a line once it has had a look.
  private static final String START =
      """
      echo "$1"; shift; read -r word || exit 125
      ulimit -c 0 2>/dev/null
      ulimit -n 4096 2>/dev/null
      """;

  private final BubblewrapPlace place;
  private final SandboxSpec.Limits limits;
  private final String processors;
  private final Process process;
  private final ProcessHandle keeper;
  private final int depth;
  private final WorkFolder files;

  private Cell(BubblewrapPlace place, SandboxSpec.Limits limits, Process process)
      throws IOException {
    this.place = place;
    this.limits = limits;
    this.processors = processors(place.processors(), limits.processors());
    this.process = process;
    this.keeper =
        process.children().findFirst().orElseThrow(() -> new IOException("it ended at once"));
    this.depth = depth(keeper.pid());
    this.files = new WorkFolder(inside(SESSION + "/work"), this::trouble);
  }

  /** Opens one. */
  static Cell open(BubblewrapPlace place, SandboxSpec spec) throws InterruptedException {
    for (SandboxSpec.Layer layer : spec.layers()) {
      if (!Files.isDirectory(layer.folder())) {
        throw new SandboxException(
            "The folder " + layer.folder() + " cannot be shown in a sandbox: it is not there.",
            "Make it first, or leave it out.",
            false,
            null);
      }
    }
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(line(place, spec));
      clean(builder);
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
    boolean open = false;
    try {
      String line = furnish(process, place.filter());
      if (!line.equals(READY)) {
        throw unusable(line, null);
      }
      Cell cell = new Cell(place, spec.limits(), process);
      open = true;
      return cell;
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    } finally {
      if (!open) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  /** Gives the keeper what it waits for, and returns what it says. */
  private static String furnish(Process process, byte[] filter)
      throws IOException, InterruptedException {
    try {
      process.getOutputStream().write(filter);
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It has ended; its last words say why.
    }
    return FirstLine.of(process, PATIENCE);
  }

  private static SandboxException unusable(String why, @Nullable Exception cause) {
    return new SandboxException(
        "A bubblewrap sandbox could not be opened: " + Text.visible(why, 300),
        "See that this user may make user namespaces and mount in them; else use another sandbox.",
        false,
        cause);
  }

  private static List<String> line(BubblewrapPlace place, SandboxSpec spec) {
    List<String> line = new ArrayList<>();
    line.add(place.bwrap().toString());
    line.addAll(List.of("--unshare-user", "--uid", "0", "--gid", "0"));
    line.addAll(List.of("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"));
    line.addAll(List.of("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
    line.addAll(List.of("--unshare-cgroup-try", "--as-pid-1", "--new-session"));
    line.addAll(place.system());
    // A new /proc may be mounted only where an unhidden one is seen: it goes on top of this one.
    line.addAll(List.of("--bind", "/proc", "/proc", "--dir", "/tmp"));
    for (String device : DEVICES) {
      line.addAll(List.of("--dev-bind", "/dev/" + device, "/dev/" + device));
    }
    line.addAll(List.of("--ro-bind", place.bwrap().toString(), "/forge/bwrap"));
    line.addAll(List.of("--ro-bind-try", "/etc/ld.so.cache", "/forge/etc/ld.so.cache"));
    line.addAll(List.of("--ro-bind-try", "/etc/alternatives", "/forge/etc/alternatives"));
    line.addAll(List.of("--dir", "/forge/etc", "--tmpfs", SESSION));
    for (String folder : FOLDERS) {
      line.addAll(List.of("--dir", SESSION + folder));
    }
    for (SandboxSpec.Layer layer : spec.layers()) {
      String seen = SESSION + "/work/" + layer.path();
      line.addAll(List.of("--ro-bind", layer.folder().toString(), seen));
    }
    long bytes = spec.limits().diskBytes();
    long files = Math.max(FEWEST_FILES, bytes / BYTES_A_FILE);
    line.addAll(List.of("--", "sh", "-c", KEEPER, "sh", Long.toString(bytes)));
    line.addAll(List.of(Long.toString(files), Integer.toString(place.filter().length)));
    line.addAll(List.of(USER, HOME));
    // Once numbers begin anew, the low ones are not given away again.
    int numbers = LOW_NUMBERS + spec.limits().processes() + 2 * SPARE_PROCESSES;
    line.add(place.boundsNumbers() ? Integer.toString(numbers) : "");
    return line;
  }

  /**
   * What starts a command in this cell. It prints the mark when it is confined, reads a line, and
   * goes on. Only then is its first process number two of its own world.
   */
  ProcessBuilder command(Command command, Map<String, String> environment, String mark) {
    permit();
    StringBuilder script = new StringBuilder(START);
    script.append("ulimit -f ").append(blocks(limits.diskBytes(), FILE_BLOCK));
    script.append(" 2>/dev/null\nulimit -d ").append(blocks(dataBytes(), DATA_BLOCK));
    script.append(" 2>/dev/null\n");
    if (place.boundsUser()) {
      String most = Integer.toString(limits.processes() + SPARE_PROCESSES);
      script.append("{ ulimit -u ").append(most).append(" || ulimit -p ").append(most);
      script.append("; } 2>/dev/null\n");
    }
    script.append("exec \"$@\" </dev/null\n");
    return inside("--bind", script.toString(), command, environment, mark);
  }

  /** As {@link #command}, for one of ours: it can change no file, and its input stays. */
  ProcessBuilder companion(Command command, Map<String, String> environment, String mark) {
    return inside("--ro-bind", START + "exec \"$@\"\n", command, environment, mark);
  }

  private ProcessBuilder inside(
      String bind, String script, Command command, Map<String, String> environment, String mark) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(place.nsenter().toString(), "--target", Long.toString(keeper.pid())));
    line.addAll(List.of("--user", "--mount", "--net", "--ipc", "--uts", "--pid"));
    line.addAll(List.of("--preserve-credentials", "--"));
    line.addAll(List.of("sh", "-c", "exec 9</forge/filter; exec \"$@\"", "sh"));
    if (!processors.isEmpty()) {
      line.addAll(List.of("taskset", "-c", processors));
    }
    line.addAll(List.of("/forge/bwrap", "--unshare-user", "--uid", USER, "--gid", USER));
    line.addAll(List.of("--cap-drop", "ALL", "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
    line.addAll(List.of("--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent"));
    line.addAll(List.of("--new-session", "--seccomp", "9"));
    line.addAll(List.of("--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"));
    line.addAll(List.of(bind, SESSION + "/shm", "/dev/shm", "--remount-ro", "/dev"));
    line.addAll(List.of("--ro-bind", "/forge/etc", "/etc", bind, SESSION + "/work", WORK));
    line.addAll(List.of(bind, SESSION + "/home", HOME, bind, SESSION + "/tmp", "/tmp"));
    // After the session's folders: a folder that is shown may be below one of theirs.
    line.addAll(place.system());
    line.addAll(List.of("--remount-ro", "/", "--chdir", WORK, "--clearenv"));
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("HOME", HOME);
    variables.put("TMPDIR", "/tmp");
    variables.putAll(command.environment());
    variables.forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
    line.addAll(List.of("--", "sh", "-c", script, "sh", mark));
    line.addAll(command.line());
    ProcessBuilder builder = new ProcessBuilder(line);
    clean(builder);
    return builder;
  }

  /** Whatever commands did to the folders that the next one begins in, it shall be able to. */
  private void permit() {
    for (String folder : FOLDERS) {
      try {
        Files.setPosixFilePermissions(inside(SESSION + folder), OPEN);
      } catch (IOException e) {
        throw trouble("A sandbox's folder could not be opened to commands", e);
      }
    }
  }

  private static void clean(ProcessBuilder builder) {
    builder.environment().clear();
    builder.environment().put("PATH", SYSTEM_PATH);
    builder.directory(new File("/"));
  }

  private static long blocks(long bytes, int size) {
    return Math.max(1, (bytes + size - 1) / size);
  }

  // Memory that one process may reserve: enough that it is seen to take too much before it is
  // refused, which it would tell in words of its own.
  private long dataBytes() {
    return 2 * limits.memoryBytes() + SPARE_DATA;
  }

  private static String processors(List<Integer> there, double wanted) {
    int count = (int) Math.ceil(wanted);
    if (count >= there.size()) {
      return "";
    }
    int first = Math.floorMod(TURN.getAndAdd(count), there.size());
    return IntStream.range(first, first + count)
        .mapToObj(turn -> there.get(turn % there.size()).toString())
        .collect(Collectors.joining(","));
  }

  /** The files that commands find in their work folder. */
  WorkFolder files() {
    return files;
  }

  private boolean isAlive() {
    return process.isAlive() && keeper.isAlive();
  }

  /**
   * Whether somebody ended it.
   *
   * @param perhaps whether that is likely: then it is waited for a moment, because the keeper's
   *     children go before it does
   */
  boolean hasEnded(boolean perhaps) {
    try {
      return !isAlive() || (perhaps && process.waitFor(MOMENT_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How many worlds of processes this program sees that a command of this cell is in. */
  int depthOfCommands() {
    return depth + 1;
  }

  /** Whether hardly anything more can be written: neither some bytes nor a few files. */
  boolean isFull() {
    List<Path> probes = new ArrayList<>();
    try {
      for (int number = 0; number < PROBE_FILES; number++) {
        Path probe = inside(SESSION + "/probe" + number);
        probes.add(probe);
        Files.write(probe, new byte[PROBE_BYTES]);
      }
      return false;
    } catch (IOException e) {
      return !hasEnded(true);
    } finally {
      for (Path probe : probes) {
        try {
          Files.deleteIfExists(probe);
        } catch (IOException e) {
          LOG.debug("{} could not be removed: {}", probe, e.toString());
        }
      }
    }
  }

  private SandboxException trouble(String what, IOException cause) {
    if (!isAlive()) {
      return lost(cause);
    }
    if (isFull()) {
      return new SandboxException(
          what + ": the session's disk is full.", "Allow it more disk.", false, cause);
    }
    boolean denied = cause instanceof AccessDeniedException;
    String reason = denied ? "permission denied" : String.valueOf(cause.getMessage());
    return new SandboxException(
        what + ": " + Text.visible(reason, 300) + ".",
        "Look at what the commands of this session did.",
        false,
        cause);
  }

  /** What to say when somebody ended it. */
  SandboxException lost(@Nullable Exception cause) {
    return new SandboxException(
        "A sandbox's session was ended from outside.", "Try again.", true, cause);
  }

  /** Ends everything that is in it; then its files are gone too. */
  @Override
  public void close() {
    keeper.destroyForcibly();
    boolean interrupted = false;
    boolean gone = false;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!gone && System.nanoTime() < deadline) {
      try {
        gone = process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!gone) {
      LOG.warn("A sandbox's process {} could not be ended; end it by hand.", keeper.pid());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // As the keeper sees it.
  private Path inside(String path) {
    return Path.of("/proc", Long.toString(keeper.pid()), "root", path.substring(1));
  }

  private static int depth(long pid) throws IOException {
    return numbers(pid).length;
  }

  /** The numbers of a process, from the world this program sees to the innermost it is in. */
  static String[] numbers(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    return BubblewrapPlace.line(status, "NSpid").orElse("").split("\\s+", -1);
  }
}
