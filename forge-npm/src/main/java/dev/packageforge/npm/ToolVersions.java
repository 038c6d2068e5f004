package dev.packageforge.npm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Node and npm are there.
 *
 * @param node its version; empty if it is not there
 * @param npm its version; empty if it is not there
 */
record ToolVersions(String node, String npm) {
  static final int OLDEST_NODE = 20;
  static final int OLDEST_NPM = 10;

  private static final Pattern NODE = pattern("node");
  private static final Pattern NPM = pattern("npm");
  private static final Pattern NUMBERS = Pattern.compile("v?([0-9]{1,6})\\.([0-9]{1,6})\\..*");

  private static Pattern pattern(String tool) {
    return Pattern.compile("\\b" + tool + "['\"]?: ['\"]([0-9][0-9A-Za-z.+-]*)['\"]");
  }

  /** Reads what {@code npm --versions} prints. */
  static ToolVersions parse(String printed) {
    return new ToolVersions(first(NODE, printed), first(NPM, printed));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Why these will not do, as a sentence; empty if they will. */
  Optional<String> problem() {
    return problem("Node", node, OLDEST_NODE).or(() -> problem("npm", npm, OLDEST_NPM));
  }

  private static Optional<String> problem(String tool, String version, int oldest) {
    if (version.isEmpty()) {
      return Optional.of(tool + " was not found");
    }
    return major(version) < oldest
        ? Optional.of(tool + " " + version + " is too old; " + oldest + " or later is needed")
        : Optional.empty();
  }

  /** What to do if they will not do. */
  static String remedy() {
    return "Install Node " + OLDEST_NODE + " or later, which brings npm, and put it on the PATH.";
  }

  /** Whether npm is at least this version. */
  boolean npmIsAtLeast(int major, int minor) {
    int ours = major(npm);
    return ours > major || (ours == major && part(npm, 2) >= minor);
  }

  /** The first number of Node's version. */
  int nodeMajor() {
    return major(node);
  }

  private static int major(String version) {
    return part(version, 1);
  }

  private static int part(String version, int group) {
    Matcher matcher = NUMBERS.matcher(version);
    return matcher.matches() ? Integer.parseInt(matcher.group(group)) : 0;
  }
}
