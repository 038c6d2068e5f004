package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Text;
import dev.packageforge.registry.RegistryException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads npm's own complaints, and tells the draft's faults from the registry's. */
final class NpmErrors {
  private static final Pattern LINE = Pattern.compile("npm (?:error|ERR!)(?: (.*))?");
  private static final Pattern CODE = Pattern.compile("code (E[A-Z0-9_]+|[A-Z][A-Z0-9_]+)");
  private static final Pattern NOISE =
      Pattern.compile(
          "(?:code|errno|syscall|path|A complete log|.*-debug-0\\.log|Note that|Log files).*|\\s*");
  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s'\"]+");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "'((?:@[\\w.-]+/)?[\\w.-]+)@[^']*' (?:is not in|could not be found)"
              + "|(?:No matching version found for|No versions available for|peer"
              + "|Invalid (?:package )?name:?) \"?((?:@[\\w.-]+/)?[\\w.-]+)@");
  private static final Set<String> UNREACHABLE =
      Set.of(
          "ENOTFOUND",
          "ECONNREFUSED",
          "ECONNRESET",
          "ECONNABORTED",
          "ETIMEDOUT",
          "ESOCKETTIMEDOUT",
          "EAI_AGAIN",
          "ENETUNREACH",
          "EHOSTUNREACH",
          "EPIPE",
          "ERR_SOCKET_TIMEOUT",
          "EIDLETIMEOUT",
          "ERR_INVALID_PROTOCOL",
          "EINTEGRITY",
          "E429");
  private static final Set<String> UNTRUSTED =
      Set.of(
          "SELF_SIGNED_CERT_IN_CHAIN",
          "DEPTH_ZERO_SELF_SIGNED_CERT",
          "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
          "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
          "UNABLE_TO_GET_ISSUER_CERT",
          "CERT_HAS_EXPIRED",
          "ERR_TLS_CERT_ALTNAME_INVALID");

  private final String code;
  private final List<String> lines;

  private NpmErrors(String code, List<String> lines) {
    this.code = code;
    this.lines = lines;
  }

  static NpmErrors in(List<String> output) {
    String code = "";
    List<String> said =
        output.stream()
            .map(line -> LINE.matcher(line.strip()))
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1) == null ? "" : matcher.group(1))
            .toList();
    for (String line : said) {
      Matcher matcher = CODE.matcher(line);
      if (code.isEmpty() && matcher.matches()) {
        code = matcher.group(1);
      }
    }
    List<String> telling =
        said.stream()
            .filter(line -> !NOISE.matcher(line).matches())
            .map(line -> ADDRESS.matcher(line).replaceAll("the registry"))
            .limit(20)
            .toList();
    return new NpmErrors(code, telling);
  }

  /** As the JSON of a failed query has it. */
  static NpmErrors of(String code, String summary) {
    return new NpmErrors(code, summary.isEmpty() ? List.of() : List.of(summary));
  }

  String code() {
    return code;
  }

  boolean mentions(String phrase) {
    return lines.stream().anyMatch(line -> line.contains(phrase));
  }

  /** The code and the first line, for people. */
  String told() {
    String first = lines.isEmpty() ? "" : Text.visible(lines.get(0), 160);
    return code.isEmpty() || first.isEmpty() ? code + first : code + ": " + first;
  }

  /**
   * Goes on only if npm's complaint is about what it was asked for.
   *
   * @throws RegistryException if it is about the registry, so that nothing is known
   */
  void throwIfRegistry(String tried) {
    String said = told();
    if (UNTRUSTED.contains(code)) {
      throw new RegistryException(
          tried + " failed because the registry's certificate is not trusted (" + said + ").",
          "Set NODE_EXTRA_CA_CERTS to the file with your network's certificate authority.",
          /* retryable= */ true,
          /* cause= */ null);
    }
    if (UNREACHABLE.contains(code) || code.matches("E5[0-9][0-9]")) {
      throw new RegistryException(
          tried + " failed because the npm registry did not answer (" + said + ").",
          "Check the network and \"npm config get registry\", then try again.",
          /* retryable= */ true,
          /* cause= */ null);
    }
    if (code.matches("E40[137]") || code.equals("ENEEDAUTH")) {
      throw new RegistryException(
          tried + " failed because the npm registry refused it (" + said + ").",
          "Check that \"npm config get registry\" names a registry you may read.",
          /* retryable= */ false,
          /* cause= */ null);
    }
  }

  /** The draft's fault, as npm tells it. */
  Failure failure(String what) {
    Finding finding =
        switch (code) {
          case "E404" ->
              error("dependency-not-found", what, "Do without it, or name one that exists.");
          case "ETARGET", "ENOVERSIONS" ->
              error("dependency-version-not-found", what, "State a range of existing versions.");
          case "ERESOLVE", "EPEERINVALID" ->
              error("dependency-conflict", what, "Choose ranges that agree with each other.");
          case "EALLOWGIT", "EALLOWREMOTE" ->
              error("dependency-source", what, "Build only on packages of the registry.");
          case "EJSONPARSE" -> error("manifest-unreadable", what, "Write package.json as JSON.");
          case "EINVALIDPACKAGENAME", "EINVALIDTAGNAME", "EUNSUPPORTEDPROTOCOL" ->
              error("dependency-source", what, "State each dependency as \"name\": \"^1.2.3\".");
          case "EBADENGINE", "EBADPLATFORM", "ENOTSUP" ->
              error("dependency-not-supported", what, "Choose one that runs on Node 20.");
          case "EUSAGE" -> error("npm-usage", what, "Correct package.json; npm refuses to go on.");
          case "ENOENT" -> error("file-missing", what, "Write the file, or do not name it.");
          default -> error("npm-failed", what, "");
        };
    return Failure.of(finding, lines.stream().skip(1).filter(line -> !line.isBlank()).toList());
  }

  private Finding error(String slug, String what, String remedy) {
    String said = lines.isEmpty() ? "" : ": " + Text.visible(lines.get(0), 200);
    String named = code.isEmpty() ? "" : " with " + code;
    String about = dependency().map(name -> " for the dependency \"" + name + "\"").orElse("");
    return Finding.error(
        slug, Manifest.FILE, what + " failed" + about + named + said + ".", remedy);
  }

  /** The package that npm complains about, as it names it: {@code 'helper@^1.0.0'}. */
  Optional<String> dependency() {
    for (String line : lines) {
      Matcher matcher = DEPENDENCY.matcher(line);
      if (matcher.find()) {
        return Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
      }
    }
    return Optional.empty();
  }
}
