package dev.packageforge.npm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository at one of the well-known hosts, in any of the ways in which a package.json may write
 * it.
 *
 * @param host its name, as shortcuts have it
 * @param domain where it is
 * @param path owner and repository
 * @param committish what of it is meant; empty for the whole
 * @param form how it was written: {@code shortcut}, {@code https}, {@code ssh} or {@code git}
 */
record HostedGit(String host, String domain, String path, String committish, String form) {
  private static final Map<String, String> DOMAINS =
      Map.of("github", "github.com", "gitlab", "gitlab.com", "bitbucket", "bitbucket.org");
  private static final String PART = "[A-Za-z0-9_.~-]+";
  private static final Pattern SHORTCUT =
      Pattern.compile(
          "(?:(github|gitlab|bitbucket):)?((?:" + PART + "/)+" + PART + ")(?:#(\\S*))?");
  private static final Pattern URL =
      Pattern.compile(
          "(git\\+https|git\\+ssh|https|http|ssh|git)://(?:[^/@\\s]*@)?(?:www\\.)?"
              + "([a-zA-Z0-9.-]+)[/:]((?:"
              + PART
              + "/)+"
              + PART
              + ")/?(?:#(\\S*))?");
  private static final Pattern SCP =
      Pattern.compile("(git)@([a-zA-Z0-9.-]+):((?:" + PART + "/)+" + PART + ")(?:#(\\S*))?");
  private static final Set<String> OVER_HTTP = Set.of("git+https", "https", "http");

  /** Reads it; empty if it is at no host that is known. */
  static Optional<HostedGit> of(String text) {
    Matcher shortcut = SHORTCUT.matcher(text);
    if (shortcut.matches() && !text.startsWith(".")) {
      String host = shortcut.group(1) == null ? "github" : shortcut.group(1);
      return at(host, shortcut.group(2), shortcut.group(3), "shortcut");
    }
    Matcher url = URL.matcher(text);
    Matcher scp = SCP.matcher(text);
    Matcher found = url.matches() ? url : scp.matches() ? scp : null;
    if (found == null) {
      return Optional.empty();
    }
    String domain = found.group(2).toLowerCase(Locale.ROOT);
    String scheme = found == scp ? "ssh" : found.group(1);
    String form = OVER_HTTP.contains(scheme) ? "https" : scheme.equals("git") ? "git" : "ssh";
    return DOMAINS.entrySet().stream()
        .filter(each -> each.getValue().equals(domain))
        .findFirst()
        .flatMap(each -> at(each.getKey(), found.group(3), found.group(4), form));
  }

  private static Optional<HostedGit> at(
      String host, String path, @org.jspecify.annotations.Nullable String committish, String form) {
    String plain = path.endsWith(".git") ? path.substring(0, path.length() - 4) : path;
    boolean two = plain.indexOf('/') == plain.lastIndexOf('/');
    if (plain.endsWith("/") || (!two && !host.equals("gitlab"))) {
      return Optional.empty();
    }
    return Optional.of(
        new HostedGit(
            host,
            java.util.Objects.requireNonNull(DOMAINS.get(host)),
            plain,
            committish == null ? "" : committish,
            form));
  }

  /** What to clone. */
  String cloned() {
    String start =
        switch (form) {
          case "ssh" -> "git+ssh://git@";
          case "git" -> "git://";
          default -> "git+https://";
        };
    return start + domain + "/" + path + ".git" + hash();
  }

  /** As a dependency is written. */
  String dependency() {
    return form.equals("shortcut") ? host + ":" + path + hash() : cloned();
  }

  /** Where its README is read. */
  String page() {
    String tree = committish.isEmpty() ? "" : (host.equals("bitbucket") ? "/src/" : "/tree/");
    return "https://" + domain + "/" + path + tree + committish + "#readme";
  }

  /** Where its troubles are told. */
  String issues() {
    return "https://" + domain + "/" + path + "/issues";
  }

  private String hash() {
    return committish.isEmpty() ? "" : "#" + committish;
  }
}
