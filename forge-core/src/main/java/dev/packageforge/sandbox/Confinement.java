package dev.packageforge.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this machine offers to hold a command: found once, never changed.
 *
 * @param shell a POSIX shell, which sets limits and waits for the word to start
 * @param session starts the command in a session, and so a process group, of its own; may be empty
 * @param unshare starts the command in namespaces of its own; only if that was seen to work
 * @param ip brings the loopback device up where the network is cut
 * @param proc whether processes can be looked at below {@code /proc}
 * @param user the numeric user, for namespaces
 * @param group the numeric group, for namespaces
 */
record Confinement(
    @Nullable Path shell,
    List<String> session,
    @Nullable Path unshare,
    @Nullable Path ip,
    boolean proc,
    int user,
    int group) {
  // Administrators' programs are missing from many people's PATH.
  private static final String SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/bin:/bin";
  private static final int PATIENCE_SECONDS = 10;
  private static final String PERL = "POSIX::setsid() > 0 or exit 125; exec {$ARGV[0]} @ARGV";
  private static final int FILE_BLOCK = 512; // what ulimit -f counts in (POSIX, ulimit)

  static Confinement find(String path) throws InterruptedException {
    String folders = path + File.pathSeparator + SYSTEM_FOLDERS;
    boolean proc = Files.isReadable(Path.of("/proc/self/stat"));
    int user = -1;
    int group = -1;
    if (proc) {
      try {
        Path self = Path.of("/proc/self");
        user = (Integer) Files.getAttribute(self, "unix:uid");
        group = (Integer) Files.getAttribute(self, "unix:gid");
      } catch (IOException | UnsupportedOperationException e) {
        proc = false;
      }
    }
    Path shell = program(folders, "sh").orElse(null);
    List<String> session = shell == null ? List.of() : session(folders, proc);
    Path unshare = session.isEmpty() || !proc ? null : program(folders, "unshare").orElse(null);
    Path ip = unshare == null ? null : program(folders, "ip").orElse(null);
    Confinement full = new Confinement(shell, session, unshare, ip, proc, user, group);
    return full.namespacesWork() ? full : full.withoutNamespaces();
  }

  Confinement withoutNamespaces() {
    return new Confinement(shell, session, null, null, proc, user, group);
  }

  /** As on systems, such as macOS, where processes cannot be looked at. */
  Confinement withoutProc(String path) {
    String folders = path + File.pathSeparator + SYSTEM_FOLDERS;
    return new Confinement(shell, session(folders, false), null, null, false, -1, -1);
  }

  private static List<String> session(String folders, boolean proc) {
    if (proc) {
      // Only with /proc can be seen whether the program did what it is there for.
      Optional<Path> setsid = program(folders, "setsid");
      if (setsid.isPresent()) {
        return List.of(setsid.get().toString());
      }
    }
    return program(folders, "perl")
        .map(perl -> List.of(perl.toString(), "-MPOSIX", "-e", PERL, "--"))
        .orElse(List.of());
  }

  /** Finds a program on a PATH, or where administrators' programs are. */
  static Optional<Path> find(String path, String name) {
    return program(path + File.pathSeparator + SYSTEM_FOLDERS, name);
  }

  private static Optional<Path> program(String folders, String name) {
    for (String folder : folders.split(File.pathSeparator, -1)) {
      try {
        Path candidate = Path.of(folder).resolve(name);
        if (candidate.isAbsolute()
            && Files.isRegularFile(candidate)
            && Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      } catch (InvalidPathException e) {
        // A PATH may hold anything; what is no folder holds no program.
      }
    }
    return Optional.empty();
  }

  /** Whether a command can be given a network of its own, with nobody in it. */
  boolean cutsNetwork() {
    return unshare != null;
  }

  /** Whether a command waits, once it is confined, to be told to start. */
  boolean waitsForWord() {
    return shell != null;
  }

  /**
   * Whether a command has a process group of its own, which ends when our end of its input does.
   */
  boolean leadsGroup() {
    return !session.isEmpty();
  }

  /** What a command is held to here, a sentence each. */
  List<String> enforced() {
    List<String> sentences = new ArrayList<>();
    sentences.add("A command sees no variable and no configuration of this program's user.");
    sentences.add("Wall-clock time and output are bounded.");
    if (cutsNetwork()) {
      sentences.add("Once a package is installed, its commands have no network.");
    }
    return List.copyOf(sentences);
  }

  /** What does not hold here, a sentence each. */
  List<String> degradations() {
    List<String> sentences = new ArrayList<>();
    sentences.add("Commands run as the same user as this program and can read its files.");
    if (user == 0) {
      sentences.add("That user is root.");
    }
    sentences.add(
        proc
            ? "Memory is watched, not bounded: a command may exceed it for half a second."
            : "Memory is not bounded.");
    sentences.add("Disk is watched, not bounded: a command may exceed it for some seconds.");
    sentences.add("Processor time and the number of processes are not bounded.");
    sentences.add("Until the network is cut, commands reach all of it, not the registry alone.");
    if (!cutsNetwork()) {
      sentences.add("The network cannot be cut here.");
      sentences.add(
          proc
              ? "A process that leaves its parent, its group and its environment outlives its command."
              : "A process that leaves its parent and its group outlives its command.");
    } else if (ip == null) {
      sentences.add("Where the network is cut, localhost is too: the program ip is missing.");
    }
    if (!leadsGroup()) {
      sentences.add("If this program is killed, commands go on running.");
    }
    return List.copyOf(sentences);
  }

  /** The command line that starts a command, held as well as this machine can. */
  List<String> line(List<String> command, String mark, boolean cutNetwork, long diskBytes) {
    List<String> line = new ArrayList<>();
    if (shell == null) {
      line.addAll(command);
      return line;
    }
    line.addAll(session);
    if (unshare != null) {
      line.addAll(namespaces(unshare, cutNetwork));
    }
    line.addAll(List.of(shell.toString(), "-c", script(cutNetwork, diskBytes), "sh", mark));
    if (unshare != null) {
      line.addAll(sameUser(unshare));
    }
    line.addAll(command);
    return line;
  }

  // A host name of its own changes nothing for the command, but the namespace marks everything it
  // starts, for good: that is how leftovers are found.
  private static List<String> namespaces(Path unshare, boolean cutNetwork) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(unshare.toString(), "--user", "--map-root-user", "--uts"));
    if (cutNetwork) {
      line.add("--net");
    }
    line.add("--");
    return line;
  }

  // A second user namespace takes the first one's powers away and gives the user's number back.
  private List<String> sameUser(Path unshare) {
    return List.of(
        unshare.toString(), "--user", "--map-user=" + user, "--map-group=" + group, "--");
  }

  private String script(boolean cutNetwork, long diskBytes) {
    StringBuilder script = new StringBuilder();
    script.append("echo \"$1\"; shift; read -r word || exit 125\n");
    if (cutNetwork && ip != null) {
      String quoted = "'" + ip.toString().replace("'", "'\\''") + "'";
      script.append(quoted).append(" link set lo up >/dev/null 2>&1\n");
    }
    long blocks = Math.max(1, (diskBytes + FILE_BLOCK - 1) / FILE_BLOCK);
    script.append("ulimit -c 0 2>/dev/null; ulimit -f ").append(blocks).append(" 2>/dev/null\n");
    script.append("exec 3<&0 </dev/null\n");
    if (leadsGroup()) {
      // Our end of descriptor 3 closes when we want the group gone, and when we are killed. That
      // the output stays open until then lets its reader know that it has happened.
      script.append("( { read -r word <&3; kill -KILL 0; } 2>/dev/null & )\n");
    }
    script.append("exec 3<&-\nexec \"$@\"\n");
    return script.toString();
  }

  private boolean namespacesWork() throws InterruptedException {
    if (shell == null || unshare == null) {
      return false;
    }
    List<String> line = new ArrayList<>(namespaces(unshare, true));
    line.addAll(List.of(shell.toString(), "-c", "exec \"$@\"", "sh"));
    line.addAll(sameUser(unshare));
    line.addAll(List.of(shell.toString(), "-c", "exit 0"));
    try {
      ProcessBuilder builder = new ProcessBuilder(line);
      builder.environment().clear();
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      try {
        return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
