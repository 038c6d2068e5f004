package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Finding.Severity;
import dev.packageforge.PackageId;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a package.json may say. */
final class ManifestRules {
  /** Scripts that npm runs by itself, on somebody's machine. */
  private static final Set<String> RUN_BY_NPM =
      Set.of(
          "preinstall",
          "install",
          "postinstall",
          "preprepare",
          "prepare",
          "postprepare",
          "prepublish",
          "prepublishOnly",
          "publish",
          "postpublish",
          "prepack",
          "postpack",
          "dependencies",
          "preuninstall",
          "uninstall",
          "postuninstall",
          "preversion",
          "version",
          "postversion");

  /** Scripts that run on the machine of everybody who installs the package. */
  private static final Set<String> RUN_AT_INSTALL = Set.of("preinstall", "install", "postinstall");

  private static final Set<String> HARMLESS_PUBLISH_SETTINGS = Set.of("access", "tag");
  private static final List<String> REFUSED_FIELDS =
      List.of("workspaces", "overrides", "gypfile", "packageExtensions");

  private final House house;
  private final Manifest manifest;
  private final List<Finding> findings = new ArrayList<>();

  private ManifestRules(House house, Manifest manifest) {
    this.house = house;
    this.manifest = manifest;
  }

  /** What is wrong with the manifest of a draft. */
  static List<Finding> check(Manifest manifest, PackageId expected) {
    ManifestRules rules = new ManifestRules(House.OURS, manifest);
    rules.identity(expected);
    return rules.all();
  }

  /** What is wrong with the manifest of a package that somebody wrote by hand. */
  static List<Finding> anybodys(Manifest manifest) {
    ManifestRules rules = new ManifestRules(House.ANYBODYS, manifest);
    rules.names();
    return rules.all();
  }

  private List<Finding> all() {
    findings.addAll(FieldRules.check(house, manifest));
    findings.addAll(FormRules.check(house, manifest));
    scripts();
    publishing();
    courtesy();
    return findings;
  }

  private void names() {
    String name = manifest.name();
    PackageName.problem(name)
        .ifPresent(
            problem -> {
              boolean exists = NodeBuiltins.hides(name);
              Severity severity = exists ? Severity.WARNING : Severity.ERROR;
              say(
                  severity,
                  "name-refused",
                  problem + ".",
                  "Choose a name of small letters, digits, hyphens and dots; or put it in a scope.");
            });
    if (!SemVer.isStrict(manifest.version())) {
      error(
          "version-refused",
          shown(manifest.version()) + " is not a version as Semantic Versioning has it.",
          "State three numbers, such as \"1.0.0\".");
    }
  }

  private void identity(PackageId expected) {
    if (!manifest.name().equals(expected.name())) {
      error(
          "name-differs-from-plan",
          "The name is "
              + shown(manifest.name())
              + ", but the plan settled on "
              + shown(expected.name())
              + ".",
          "Set \"name\" to " + shown(expected.name()) + ".");
    }
    if (!manifest.version().equals(expected.version())) {
      error(
          "version-differs-from-plan",
          "The version is "
              + shown(manifest.version())
              + ", but it must be "
              + shown(expected.version())
              + ".",
          "Set \"version\" to " + shown(expected.version()) + ".");
    }
  }

  private void scripts() {
    Set<String> names = manifest.scripts().keySet();
    for (String name : names) {
      boolean around =
          Stream.of("pre", "post")
              .anyMatch(
                  side -> name.startsWith(side) && names.contains(name.substring(side.length())));
      boolean unasked =
          house == House.OURS ? RUN_BY_NPM.contains(name) || around : RUN_AT_INSTALL.contains(name);
      if (unasked) {
        error(
            "lifecycle-script",
            "npm would run the script " + shown(name) + " without being asked.",
            "Remove it.");
      }
    }
    if (!names.contains("test")) {
      warning(
          "test-script-missing",
          "There is no \"test\" script.",
          "Add \"scripts\": {\"test\": \"node --test\"}.");
    }
  }

  private void publishing() {
    JsonNode secluded = manifest.field("private");
    if (secluded.asBoolean(secluded.isTextual())) {
      error(
          "package-is-private",
          "\"private\" keeps npm from ever publishing it.",
          "Remove the field.");
    }
    for (var setting : manifest.field("publishConfig").properties()) {
      boolean changes =
          house == House.OURS
              ? !HARMLESS_PUBLISH_SETTINGS.contains(setting.getKey())
              : setting.getKey().equals("registry");
      if (changes) {
        say(
            house.strict(),
            "publish-config",
            "\"publishConfig\" changes how it is published: " + shown(setting.getKey()) + ".",
            "Remove the field; where and how to publish is decided at approval.");
      }
    }
    for (String field : REFUSED_FIELDS) {
      if (house == House.OURS && !manifest.field(field).isMissingNode()) {
        error(
            "field-refused",
            "The field " + shown(field) + " has no place in a single small package.",
            "Remove it.");
      }
    }
  }

  private void courtesy() {
    if (!manifest.has("license")) {
      warning("licence-missing", "There is no \"license\".", "Add \"license\": \"MIT\".");
    }
    if (!manifest.has("description")) {
      warning("description-missing", "There is no \"description\".", "Say what it does.");
    }
    if (manifest.field("engines").path("node").asText("").isEmpty()) {
      warning(
          "engines-missing",
          "It does not say which versions of Node it runs on.",
          "Add \"engines\": {\"node\": \">=20\"}.");
    }
    if (!manifest.has("files")) {
      warning(
          "files-missing",
          "Without \"files\", the tests and everything else are packed too.",
          "List in \"files\" what users need.");
    }
  }

  private void say(Severity severity, String code, String sentence, String remedy) {
    findings.add(new Finding(severity, code, Manifest.FILE, sentence, remedy));
  }

  private void error(String code, String sentence, String remedy) {
    findings.add(Finding.error(code, Manifest.FILE, sentence, remedy));
  }

  private void warning(String code, String sentence, String remedy) {
    findings.add(Finding.warning(code, Manifest.FILE, sentence, remedy));
  }

  private static String shown(String text) {
    return "\"" + Text.visible(text, 80) + "\"";
  }
}
