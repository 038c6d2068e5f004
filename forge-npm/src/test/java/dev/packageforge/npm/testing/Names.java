package dev.packageforge.npm.testing;

import java.util.Set;
import java.util.regex.Pattern;

/** What may be a name, a version, a tag: the registry's own opinion, not its client's. */
final class Names {
  private static final Pattern NAME =
      Pattern.compile("(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*");
  private static final Set<String> TAKEN =
      Set.of(
          "node_modules",
          "favicon.ico",
          "fs",
          "http",
          "https",
          "path",
          "os",
          "util",
          "url",
          "crypto",
          "events",
          "stream",
          "assert",
          "buffer",
          "child_process",
          "net",
          "tls",
          "zlib",
          "vm");
  private static final Pattern VERSION =
      Pattern.compile(
          "(?:0|[1-9][0-9]{0,15})(?:\\.(?:0|[1-9][0-9]{0,15})){2}"
              + "(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
              + "(?:\\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
              + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");
  private static final Pattern RANGE =
      Pattern.compile("v?[0-9*].*|[xX](?:\\..*)?|[<>=~^].*|.*\\|\\|.*|.* - .*|\\s*");

  private Names() {}

  static boolean isName(String name) {
    return name.length() <= 214 && NAME.matcher(name).matches() && !TAKEN.contains(name);
  }

  static boolean isScoped(String name) {
    return name.startsWith("@");
  }

  static boolean isVersion(String version) {
    return version.length() <= 256 && VERSION.matcher(version).matches();
  }

  /** A tag that could be read as a range of versions would never be found. */
  static boolean isTag(String tag) {
    return !RANGE.matcher(tag).matches() && tag.equals(tag.strip()) && !tag.contains("/");
  }

  /** What is left of a name when it is compared with others. */
  static String bare(String name) {
    return name.replaceAll("[._-]", "");
  }

  /** The name without its scope. */
  static String base(String name) {
    return name.substring(name.indexOf('/') + 1);
  }
}
