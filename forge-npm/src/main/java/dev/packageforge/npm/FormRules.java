package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Finding.Severity;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether what a package.json says about the package means something to those who read it. */
final class FormRules {
  private static final Pattern WEB =
      Pattern.compile("https?://[^\\s/]+\\.[^\\s/.]+(?:[:/?#]\\S*)?");
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "(?:git\\+|git:|ssh:|https?:|git@|github:|gitlab:|bitbucket:|gist:)\\S+"
              + "|[A-Za-z0-9][\\w.-]*/[\\w.-]+(?:#\\S+)?");
  private static final Pattern MAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

  /** Tools that only developers start. */
  private static final Set<String> FOR_DEVELOPMENT =
      Set.of(
          "ava",
          "c8",
          "chai",
          "cypress",
          "eslint",
          "husky",
          "jasmine",
          "jest",
          "karma",
          "lint-staged",
          "mocha",
          "nodemon",
          "np",
          "nyc",
          "prettier",
          "rimraf",
          "rollup",
          "semantic-release",
          "sinon",
          "standard",
          "tap",
          "tape",
          "ts-jest",
          "ts-node",
          "tsup",
          "tsx",
          "typescript",
          "vitest",
          "webpack",
          "webpack-cli",
          "xo");

  /** What may also be turned against others: npm wants such a package to say so. */
  private static final Pattern DUAL_USE =
      Pattern.compile(
          "(?i)\\b(?:port[ -]?scan(?:ner|ning)?|vulnerabilit(?:y|ies)[ -]scann(?:er|ing)|exploit(?:s|ation)?"
              + "|pen(?:etration)?[ -]?test(?:ing|er)?|brute[ -]?forc(?:e|er|ing)|password[ -]crack(?:er|ing)"
              + "|key[ -]?logger|reverse[ -]shell|payload[ -]generator|c2[ -](?:server|framework)"
              + "|root[ -]?kit|shellcode|phishing|packet[ -](?:sniffer|injection)|arp[ -]spoof(?:er|ing)?"
              + "|credential[ -](?:dump(?:er|ing)?|harvest(?:er|ing)?)|malware|ransomware|fuzzer"
              + "|sql[ -]?injection|xss[ -](?:scanner|payloads?)|ddos|stress(?:er|[ -]tester))\\b");

  /** Words that say that it is about defence. */
  private static final Pattern DEFENCE =
      Pattern.compile(
          "(?i)\\b(?:prevent(?:s|ing|ion)?|protect(?:s|ion|ing)?|detect(?:s|or|ion|ing)?"
              + "|block(?:s|ing)?|sanitiz|escape|defen[cs]e|against|mitigat|safe|avoid|guard"
              + "|rate[ -]limit)\\w*");

  private final House house;
  private final Manifest manifest;
  private final List<Finding> findings = new ArrayList<>();

  private FormRules(House house, Manifest manifest) {
    this.house = house;
    this.manifest = manifest;
  }

  static List<Finding> check(House house, Manifest manifest) {
    FormRules rules = new FormRules(house, manifest);
    rules.licence();
    rules.links();
    rules.engines();
    rules.modules();
    rules.dependencies();
    rules.words();
    return rules.findings;
  }

  private void licence() {
    String licence = manifest.text("license");
    if (manifest.field("license").isTextual() && !licence.isEmpty() && !Licences.isKnown(licence)) {
      say(
          house.strict(),
          "licence-unknown",
          "No tool knows the licence " + shown(licence) + ".",
          "State a licence as SPDX names it, such as \"MIT\", or \"SEE LICENSE IN <file>\".");
    }
  }

  private void links() {
    JsonNode repository = manifest.field("repository");
    String place = repository.isTextual() ? repository.asText() : repository.path("url").asText("");
    if (!repository.isMissingNode() && !REPOSITORY.matcher(place).matches()) {
      warning(
          "repository-form",
          "\"repository\" names no repository: " + shown(place) + ".",
          "State {\"type\": \"git\", \"url\": \"git+https://...\"}.");
    }
    JsonNode bugs = manifest.field("bugs");
    String report = bugs.isTextual() ? bugs.asText() : bugs.path("url").asText("");
    String mail = bugs.isTextual() ? bugs.asText() : bugs.path("email").asText("");
    if (!bugs.isMissingNode() && !WEB.matcher(report).matches() && !MAIL.matcher(mail).matches()) {
      warning(
          "bugs-form",
          "\"bugs\" says nowhere to report to: " + shown(report) + ".",
          "State {\"url\": \"https://...\"}.");
    }
    JsonNode homepage = manifest.field("homepage");
    if (!homepage.isMissingNode() && !WEB.matcher(homepage.asText("")).matches()) {
      warning(
          "homepage-form",
          "\"homepage\" is no address of a page: " + shown(homepage.asText("")) + ".",
          "State an address that begins with https://.");
    }
  }

  private void engines() {
    String stated = manifest.field("engines").path("node").asText("");
    if (stated.isEmpty()) {
      return;
    }
    Optional<NodeRange> range = NodeRange.parse(stated);
    if (range.isEmpty()) {
      warning(
          "engines-unreadable",
          shown(stated) + " in \"engines\" is no range of versions.",
          "State a range such as \">=20\".");
    } else if (!range.get().isSatisfiable()) {
      say(
          Severity.ERROR,
          "engines-unsatisfiable",
          "No Node is in the range " + shown(stated) + " of \"engines\".",
          "State a range such as \">=20\".");
    }
  }

  private void modules() {
    String type = manifest.text("type");
    if (manifest.has("type") && !Set.of("module", "commonjs").contains(type)) {
      say(
          Severity.ERROR,
          "type-unknown",
          "Node does not know the \"type\" " + shown(type) + ", and takes every .js for CommonJS.",
          "State \"module\" or \"commonjs\".");
    }
    for (var each : manifest.field("imports").properties()) {
      if (!each.getKey().startsWith("#") || each.getKey().length() == 1) {
        say(
            Severity.ERROR,
            "imports-form",
            shown(each.getKey()) + " in \"imports\" does not begin with \"#\"; Node never uses it.",
            "Begin every name in \"imports\" with \"#\".");
      }
    }
  }

  private void dependencies() {
    var needed = manifest.dependencies("dependencies");
    for (String name : needed.keySet()) {
      if (name.equals(manifest.name())) {
        say(
            Severity.ERROR,
            "dependency-on-itself",
            "The package depends on " + shown(name) + ", which is itself.",
            "Remove it.");
      } else if (manifest.dependencies("devDependencies").containsKey(name)) {
        warning(
            "dependency-twice",
            shown(name) + " is in \"dependencies\" and in \"devDependencies\".",
            "State it once.");
      }
    }
    for (var each : manifest.field("peerDependenciesMeta").properties()) {
      boolean optional = each.getValue().path("optional").asBoolean();
      if (!optional && !manifest.dependencies("peerDependencies").containsKey(each.getKey())) {
        warning(
            "peer-unknown",
            shown(each.getKey()) + " in \"peerDependenciesMeta\" is no peer dependency.",
            "State its range in \"peerDependencies\".");
      }
    }
  }

  /** A warning for each tool of developers that everybody has to install, and nothing loads. */
  static List<Finding> tools(Manifest manifest, PackedFiles files) {
    List<Finding> findings = new ArrayList<>();
    for (String name : manifest.dependencies("dependencies").keySet()) {
      if (FOR_DEVELOPMENT.contains(name) && !isLoaded(name, files)) {
        findings.add(
            Finding.warning(
                "dependency-for-development",
                Manifest.FILE,
                shown(name) + " is installed for everybody, but no packed file loads it.",
                "Move it to \"devDependencies\"."));
      }
    }
    return findings;
  }

  private static boolean isLoaded(String name, PackedFiles files) {
    return files.readable().stream()
        .filter(path -> path.matches(".*\\.[cm]?[jt]s") || !path.contains("."))
        .flatMap(path -> files.text(path).stream())
        .anyMatch(text -> text.contains("'" + name) || text.contains("\"" + name));
  }

  private void words() {
    StringBuilder said = new StringBuilder(manifest.name().replace('-', ' ').replace('/', ' '));
    said.append('\n').append(manifest.text("description"));
    manifest.field("keywords").forEach(each -> said.append('\n').append(each.asText("")));
    String text = said.toString().toLowerCase(Locale.ROOT);
    boolean attacks = DUAL_USE.matcher(text).find() && !DEFENCE.matcher(text).find();
    if (attacks && !manifest.has("contentPolicy")) {
      warning(
          "content-policy-missing",
          "What it is said to do may be turned against others, and \"contentPolicy\" is missing.",
          "State \"contentPolicy\", add a file DISCLOSURE, and publish by stage or with a one-time"
              + " code.");
    }
  }

  private void warning(String code, String sentence, String remedy) {
    say(Severity.WARNING, code, sentence, remedy);
  }

  private void say(Severity severity, String code, String sentence, String remedy) {
    findings.add(new Finding(severity, code, Manifest.FILE, sentence, remedy));
  }

  private static String shown(String text) {
    return "\"" + Text.visible(text, 80) + "\"";
  }
}
