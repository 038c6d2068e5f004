package dev.packageforge.docker;

import dev.packageforge.sandbox.Command;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The few lines of shell that run in a container for us. They need a POSIX shell, {@code head},
 * {@code tar}, {@code stat} and {@code env}, and nothing that a job may have changed.
 */
final class Scripts {
  /** What a starter says on its errors when everything is in place and the command comes next. */
  static final String GO = "go";

  /** How a starter ends when it could not write what it was given. */
  static final int NOT_PUT = 125;

  /**
   * The holder: lives as long as somebody holds its other end, and answers each line with one. It
   * starts no process as long as the job has any, for the job may have used them up.
   */
  private static final String HOLDER =
      """
      count() {
        n=0
        for f in "$2" "$3"; do
          if [ -r "$f" ]; then
            while read -r k v; do if [ "$k" = "$1" ]; then n=$v; fi; done <"$f"
          fi
        done
      }
      while read -r q; do
        count oom_kill /sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events
        o=$n
        count max /sys/fs/cgroup/pids/pids.events /sys/fs/cgroup/pids.events
        m=$n
        left=0
        for p in /proc/[0-9]*; do
          s= u=
          while read -r k v r; do
            case $k in State:) s=$v ;; Uid:) u=$v; break ;; esac
          done <"$p/status"
          if [ "$u" = "$JOB" ] && [ "$s" != Z ] && [ "$s" != X ]; then left=$((left + 1)); fi
        done 2>/dev/null
        set --
        if [ "$left" = 0 ]; then set -- $(stat -f -c '%a %S %d' $PLACES 2>/dev/null); fi
        echo "$q $o $m $left $*"
      done
      """;

  /**
   * The starter: waits for a number of bytes, a line that makes room, a command line and an archive
   * of so many bytes; unpacks the last and becomes the command. Until it says {@link #GO} its
   * errors are our own words; afterwards nobody has that stream.
   */
  private static final String STARTER =
      """
      l='
      '
      cd "$WORK" 2>/dev/null || { chmod u+rwx "$WORK" && cd "$WORK"; } || exit 125
      IFS= read -r n && IFS= read -r f && IFS= read -r c || exit 125
      if [ "$n" -gt 0 ]; then
        eval "$f"
        head -c "$n" | tar -x -m -f - || exit 125
      fi
      echo go >&2
      eval "$c"
      """;

  private static final int LINK = 11;
  private static final int MISSING = 12;
  private static final int ODD = 13;

  private Scripts() {}

  /**
   * The holder's command line.
   *
   * @param job the user whose processes are counted
   * @param places the file systems that a job can fill
   */
  static List<String> holder(int job, List<String> places) {
    String settings = "JOB=" + job + " PLACES='" + String.join(" ", places) + "'\n";
    return List.of("sh", "-c", settings + HOLDER);
  }

  /**
   * A starter's command line.
   *
   * @param work the folder in which commands start
   */
  static List<String> starter(String work) {
    return List.of("sh", "-c", "WORK=" + work + "\n" + STARTER);
  }

  /** Ends every process of the user who runs it. */
  static List<String> sweep() {
    return List.of("sh", "-c", "kill -9 -1");
  }

  /** A companion's command line: its errors are nobody's. */
  static List<String> companion(Command command) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>/dev/null", "sh"));
    line.addAll(words(command));
    return line;
  }

  /** Makes room for files, whatever a job has made in their place. */
  static String room(Collection<String> paths) {
    StringBuilder script = new StringBuilder("chmod -R u+rwX . 2>/dev/null; rm -rf");
    for (String path : paths) {
      script.append(' ').append(quoted("./" + path));
    }
    return script.append(" 2>/dev/null").toString();
  }

  /**
   * What a starter becomes: a command with nothing to read, its errors in order with its output.
   */
  static String run(Command command) {
    StringBuilder script = new StringBuilder("exec");
    for (String word : words(command)) {
      script.append(' ').append(quoted(word));
    }
    return script.append(" </dev/null 2>&1").toString();
  }

  /** What a starter becomes to print a file, or to say by its code why not. */
  static String take(String path, long maxBytes) {
    StringBuilder script = new StringBuilder();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String folder = quoted("./" + path.substring(0, slash));
      script.append("[ ! -L ").append(folder).append(" ] || exit " + LINK + "; ");
    }
    String file = quoted("./" + path);
    return script
        .append("[ ! -L ")
        .append(file)
        .append(" ] || exit " + LINK + "; ")
        .append("[ -e ")
        .append(file)
        .append(" ] || exit " + MISSING + "; ")
        .append("[ -f ")
        .append(file)
        .append(" ] || exit " + ODD + "; ")
        .append("exec head -c ")
        .append(maxBytes + 1)
        .append(' ')
        .append(file)
        .append(" </dev/null 2>/dev/null")
        .toString();
  }

  /** What the code of {@link #take} means. */
  static String whyNotTaken(int code) {
    return switch (code) {
      case LINK -> "a symbolic link is in its path";
      case MISSING -> "it is not there";
      case ODD -> "it is no regular file";
      default -> "reading it failed";
    };
  }

  private static List<String> words(Command command) {
    List<String> words = new ArrayList<>();
    if (!command.environment().isEmpty()) {
      words.add("env");
      Map<String, String> sorted = new TreeMap<>(command.environment());
      sorted.forEach((name, value) -> words.add(name + "=" + value));
    }
    words.addAll(command.line());
    return words;
  }

  /** One word of a shell's line, itself without a line's end: a starter reads a line. */
  private static String quoted(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a command's word cannot hold a NUL");
    }
    return "'" + word.replace("'", "'\\''").replace("\n", "'\"$l\"'") + "'";
  }
}
