package dev.packageforge.npm;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns places inside a sandbox into places inside the package, and takes colours out. */
final class Places {
  // Escape sequences of terminals: CSI, OSC and two-character ones (ECMA-48, 5.4).
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?|[@-_])");
  private static final Pattern TIMINGS =
      Pattern.compile("\\((?:duration_ms )?[0-9.]+ ?ms\\)|duration_ms [0-9.]+");
  private static final Pattern PLACE =
      Pattern.compile("((?:[\\w@.+-]+/)*[\\w@.+-]+\\.[cm]?[jt]s):(\\d+)(?::\\d+)?");

  private final Pattern roots;
  private final Set<String> paths;

  /**
   * Knows where a package stands in its sandbox.
   *
   * @param folders the folders below the work folder that mean the package's root
   * @param paths the files of the package
   */
  Places(Set<String> folders, Set<String> paths) {
    String any = String.join("|", folders.stream().map(Pattern::quote).toList());
    this.roots = Pattern.compile("(?:file://)?(?:/[^\\s'\"`()/]+)*/(?:" + any + ")/");
    this.paths = Set.copyOf(paths);
  }

  /** A line without escape sequences. */
  static String plain(String line) {
    return ESCAPES.matcher(line).replaceAll("");
  }

  /** A line without escape sequences, timings and the folders above the package. */
  String clean(String line) {
    String untimed = TIMINGS.matcher(plain(line)).replaceAll("");
    return roots.matcher(untimed).replaceAll("").stripTrailing();
  }

  /** The first place in a clean line that is a file of the package, as {@code path:line}. */
  Optional<String> in(String cleanLine) {
    Matcher matcher = PLACE.matcher(cleanLine);
    while (matcher.find()) {
      if (paths.contains(matcher.group(1))) {
        return Optional.of(matcher.group(1) + ":" + matcher.group(2));
      }
    }
    return Optional.empty();
  }
}
