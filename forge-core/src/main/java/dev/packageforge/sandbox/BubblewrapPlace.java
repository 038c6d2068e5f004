package dev.packageforge.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this machine offers for sessions in namespaces.
 *
 * @param bwrap the program bubblewrap
 * @param nsenter starts a command in namespaces that are there
 * @param system arguments that show the system's programs and libraries
 * @param processors the numbers of those that this program may use
 * @param root whether this program's user is root
 */
record BubblewrapPlace(
    Path bwrap, Path nsenter, List<String> system, List<Integer> processors, boolean root) {
  private static final String ARCHITECTURE = System.getProperty("os.arch", "");
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/usr"),
          Path.of("/bin"),
          Path.of("/sbin"),
          Path.of("/lib"),
          Path.of("/lib32"),
          Path.of("/lib64"),
          Path.of("/libx32"),
          Path.of("/nix/store"),
          Path.of("/gnu/store"));

  /**
   * Looks for everything.
   *
   * @param path where programs are, as the variable {@code PATH} has it
   * @param shown further folders that commands may read
   * @throws SandboxException that says what is missing
   */
  static BubblewrapPlace find(String path, List<Path> shown) {
    Path self = Path.of("/proc/self");
    if (!Files.isReadable(self.resolve("ns/user"))) {
      throw missing("this system has no Linux namespaces", "Use another sandbox here.");
    }
    if (SyscallFilter.of(ARCHITECTURE).isEmpty()) {
      throw missing(
          "no filter for this processor's system calls is known", "Use another sandbox here.");
    }
    Path bwrap =
        Confinement.find(path, "bwrap")
            .orElseThrow(
                () ->
                    missing(
                        "the program bwrap is not on the PATH", "Install the package bubblewrap."));
    Path nsenter =
        Confinement.find(path, "nsenter")
            .orElseThrow(
                () ->
                    missing(
                        "the program nsenter is not on the PATH",
                        "Install the package util-linux."));
    try {
      boolean root = ((Integer) Files.getAttribute(self, "unix:uid")) == 0;
      List<Integer> processors = processors(self.resolve("status"));
      BubblewrapPlace place = new BubblewrapPlace(bwrap, nsenter, visible(shown), processors, root);
      if (!place.boundsNumbers() && !place.boundsUser()) {
        throw missing(
            root
                ? "this kernel lets root make processes without end"
                : "this kernel cannot bound the processes of a namespace",
            root ? "Use another user, or Linux 6.14." : "Use Linux 5.14 or later.");
      }
      return place;
    } catch (IOException e) {
      throw new SandboxException(
          "The bubblewrap sandbox cannot be used: /proc cannot be read: " + e.getMessage(),
          "See that /proc is mounted.",
          false,
          e);
    }
  }

  private static SandboxException missing(String why, String remedy) {
    return new SandboxException(
        "The bubblewrap sandbox cannot be used: " + why + ".", remedy, false, null);
  }

  private static List<String> visible(List<Path> shown) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (Path folder : SYSTEM) {
      if (Files.isSymbolicLink(folder)) {
        Path target = Files.readSymbolicLink(folder);
        arguments.addAll(List.of("--symlink", target.toString(), folder.toString()));
      } else if (Files.isDirectory(folder)) {
        arguments.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
      }
    }
    for (Path folder : shown) {
      if (!Files.isDirectory(folder)) {
        throw missing("the folder " + folder + " is not there", "Make it, or do not show it.");
      }
      if (SYSTEM.stream().noneMatch(folder::startsWith)) {
        arguments.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
      }
    }
    return List.copyOf(arguments);
  }

  /** The calls to the kernel that commands may make. */
  byte[] filter() {
    return SyscallFilter.of(ARCHITECTURE).orElseThrow();
  }

  /** Whether each world of processes has a greatest number of its own, for root too. */
  boolean boundsNumbers() {
    return kernelIsAtLeast(6, 14);
  }

  /** Whether each namespace counts the processes of its user. The kernel never does so for root. */
  boolean boundsUser() {
    return !root && kernelIsAtLeast(5, 14);
  }

  private static boolean kernelIsAtLeast(int major, int minor) {
    String[] version = System.getProperty("os.version", "").split("\\D", -1);
    try {
      int first = Integer.parseInt(version[0]);
      return first > major
          || (first == major && version.length > 1 && Integer.parseInt(version[1]) >= minor);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** What a command is held to here, a sentence each. */
  List<String> enforced() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "A command sees the system's programs, what is shown to it and its own files, no more.");
    sentences.add("It has no network; the registry is reached through this program alone.");
    sentences.add(
        "It has no privilege and can gain none; a filter refuses dangerous system calls.");
    sentences.add("Files are bounded in bytes and number, in memory, and go with the session.");
    sentences.add("Wall-clock time, output, processes and processors are bounded.");
    sentences.add("Nothing outlives its command, and no session outlives this program.");
    return List.copyOf(sentences);
  }

  /** What does not hold here, a sentence each. */
  List<String> degradations() {
    List<String> sentences = new ArrayList<>();
    sentences.add("Memory is watched, not bounded: commands may exceed it for a moment.");
    sentences.add("What the kernel keeps for commands, as in sockets, is not counted as memory.");
    sentences.add("Files of a session take this machine's memory.");
    sentences.add("A fault of the kernel lets commands out as this program's user.");
    if (root) {
      sentences.add("That user is root.");
    }
    return List.copyOf(sentences);
  }

  /** As the kernel writes them: {@code 0-3,8}. */
  private static List<Integer> processors(Path status) throws IOException {
    String list = line(status, "Cpus_allowed_list").orElse("0");
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      int last = Integer.parseInt(ends[ends.length - 1].strip());
      for (int number = Integer.parseInt(ends[0].strip()); number <= last; number++) {
        numbers.add(number);
      }
    }
    return List.copyOf(numbers);
  }

  /** What stands behind a name in a file such as {@code /proc/self/status}. */
  static Optional<String> line(Path status, String name) throws IOException {
    // A process may call itself anything, so not every line is UTF-8.
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(name + ":")) {
        return Optional.of(line.substring(name.length() + 1).strip());
      }
    }
    return Optional.empty();
  }
}
