package dev.packageforge.npm;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns places inside a sandbox into places inside the package, and takes colours out. The lines
 * may have been made to harm their reader: they are cut, and read by loops where an expression
 * would recurse or go back.
 */
final class Places {
  // Escape sequences of terminals: CSI, OSC and two-character ones (ECMA-48, 5.4).
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?|[@-_])");
  private static final Pattern TIMINGS =
      Pattern.compile("\\((?:duration_ms )?[0-9.]+ ?ms\\)|duration_ms [0-9.]+");
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?[jt]s");

  /** Characters of a printed line that are looked at; more are nobody's to read. */
  private static final int MAX_LINE = 2_000;

  private static final String SCHEME = "file://";
  private static final int MAX_DIGITS = 7;

  private final List<String> roots;
  private final Set<String> paths;

  /**
   * Knows where a package stands in its sandbox.
   *
   * @param folders the folders below the work folder that mean the package's root
   * @param paths the files of the package
   */
  Places(Set<String> folders, Set<String> paths) {
    this.roots = folders.stream().map(folder -> "/" + folder + "/").toList();
    this.paths = Set.copyOf(paths);
  }

  /** A line without escape sequences. */
  static String plain(String line) {
    return ESCAPES.matcher(cut(line)).replaceAll("");
  }

  private static String cut(String line) {
    if (line.length() <= MAX_LINE) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE;
    return line.substring(0, end) + "…";
  }

  /** A line without escape sequences, timings and the folders above the package. */
  String clean(String line) {
    return withoutRoots(TIMINGS.matcher(plain(line)).replaceAll("")).stripTrailing();
  }

  private String withoutRoots(String line) {
    StringBuilder clean = new StringBuilder(line.length());
    int start = 0;
    for (int i = 0; i <= line.length(); i++) {
      if (i == line.length() || endsPath(line.charAt(i))) {
        clean.append(withoutRoot(line.substring(start, i)));
        if (i < line.length()) {
          clean.append(line.charAt(i));
        }
        start = i + 1;
      }
    }
    return clean.toString();
  }

  private static boolean endsPath(char c) {
    return c <= ' ' || "'\"`()".indexOf(c) >= 0;
  }

  private String withoutRoot(String word) {
    int end = -1;
    for (String root : roots) {
      int at = word.lastIndexOf(root);
      end = Math.max(end, at < 0 ? -1 : at + root.length());
    }
    if (end < 0) {
      return word;
    }
    int slash = word.indexOf('/');
    int scheme = slash - SCHEME.indexOf('/');
    boolean isAddress = scheme >= 0 && word.startsWith(SCHEME, scheme);
    return word.substring(0, isAddress ? scheme : slash) + word.substring(end);
  }

  /** The first place in a clean line that is a file of the package, as {@code path:line}. */
  Optional<String> in(String cleanLine) {
    String line = cut(cleanLine);
    for (int colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
      int end = colon + 1;
      while (end < line.length() && end <= colon + MAX_DIGITS && isDigit(line.charAt(end))) {
        end++;
      }
      String path = pathBefore(line, colon);
      if (end > colon + 1 && SCRIPT.matcher(path).matches() && paths.contains(path)) {
        return Optional.of(path + line.substring(colon, end));
      }
    }
    return Optional.empty();
  }

  private static String pathBefore(String line, int end) {
    int start = end;
    while (start > 0 && isOfPath(line.charAt(start - 1)) && !line.startsWith("//", start - 1)) {
      start--;
    }
    return line.substring(start < end && line.charAt(start) == '/' ? start + 1 : start, end);
  }

  private static boolean isOfPath(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || isDigit(c)
        || "_@.+-/".indexOf(c) >= 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
