package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the fields of a package.json have the form they are documented with. npm makes something
 * of other forms too: it takes the indices of an array for names, and a text for a list of
 * dependencies. What has one form only cannot be read in two ways.
 */
final class FieldRules {
  private static final List<String> TEXTS =
      List.of("name", "version", "type", "main", "types", "typings", "license", "description");
  private static final List<String> OBJECTS =
      List.of(
          "dependencies",
          "devDependencies",
          "optionalDependencies",
          "peerDependencies",
          "peerDependenciesMeta",
          "imports",
          "publishConfig",
          "directories",
          "repository",
          "config");
  private static final List<String> OBJECTS_OF_TEXTS = List.of("scripts", "engines");
  private static final List<String> LISTS_OF_TEXTS =
      List.of("files", "keywords", "os", "cpu", "libc");

  /** Fields by which npm or Node decides something for those who install the package. */
  private static final Set<String> READ_BY_NPM =
      Set.of(
          "name",
          "version",
          "type",
          "main",
          "bin",
          "exports",
          "imports",
          "scripts",
          "dependencies",
          "optionalDependencies",
          "peerDependencies");

  private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Commands that people, or programs of theirs, would start without knowing whose they are. */
  private static final Set<String> COMMANDS_OF_OTHERS =
      Set.of(
          "awk",
          "bash",
          "bun",
          "cat",
          "chmod",
          "chown",
          "cmd",
          "corepack",
          "cp",
          "curl",
          "deno",
          "docker",
          "echo",
          "env",
          "find",
          "git",
          "grep",
          "java",
          "kill",
          "less",
          "ln",
          "ls",
          "make",
          "mkdir",
          "mv",
          "node",
          "node-gyp",
          "nodejs",
          "npm",
          "npx",
          "perl",
          "pip",
          "pnpm",
          "pnpx",
          "powershell",
          "ps",
          "pwsh",
          "python",
          "python3",
          "rm",
          "ruby",
          "sed",
          "sh",
          "ssh",
          "sudo",
          "tar",
          "test",
          "touch",
          "vi",
          "wget",
          "which",
          "xargs",
          "yarn",
          "yarnpkg",
          "zsh");

  private final House house;
  private final Manifest manifest;
  private final List<Finding> findings = new ArrayList<>();

  private FieldRules(House house, Manifest manifest) {
    this.house = house;
    this.manifest = manifest;
  }

  static List<Finding> check(House house, Manifest manifest) {
    FieldRules rules = new FieldRules(house, manifest);
    for (String field : TEXTS) {
      rules.form(field, manifest.field(field).isTextual(), "a text");
    }
    for (String field : OBJECTS) {
      JsonNode node = manifest.field(field);
      boolean brief = field.equals("repository") && node.isTextual();
      rules.form(field, node.isObject() || brief, "an object");
    }
    for (String field : OBJECTS_OF_TEXTS) {
      JsonNode node = manifest.field(field);
      rules.form(field, node.isObject() && holdsTexts(node), "an object of texts");
    }
    for (String field : LISTS_OF_TEXTS) {
      JsonNode node = manifest.field(field);
      rules.form(field, node.isArray() && holdsTexts(node), "a list of texts");
    }
    JsonNode exports = manifest.field("exports");
    rules.form("exports", exports.isTextual() || exports.isContainerNode(), "a text or an object");
    rules.commands();
    return rules.findings;
  }

  private static boolean holdsTexts(JsonNode node) {
    return node.valueStream().allMatch(JsonNode::isTextual);
  }

  private void form(String field, boolean isRight, String right) {
    if (!isRight && !manifest.field(field).isMissingNode()) {
      findings.add(
          new Finding(
              READ_BY_NPM.contains(field) ? Finding.Severity.ERROR : house.strict(),
              "field-form",
              Manifest.FILE,
              "\"" + field + "\" is not " + right + ".",
              "Write it as " + right + ", or leave it out."));
    }
  }

  private void commands() {
    JsonNode bin = manifest.field("bin");
    form(
        "bin",
        bin.isTextual() || (bin.isObject() && holdsTexts(bin)),
        "a text or an object of texts");
    if (!manifest.field("directories").path("bin").isMissingNode()) {
      say(
          house.strict(),
          "\"directories\" makes a command of every file of a folder.",
          "Name each command in \"bin\".");
    }
    for (String name : EntryPoints.bins(manifest).keySet()) {
      String shown = "\"" + Text.visible(name, 80) + "\"";
      if (!COMMAND.matcher(name).matches()) {
        say(
            Finding.Severity.ERROR,
            shown + " cannot be the name of a command on every system.",
            "Use letters, digits, dots and hyphens.");
      } else if (COMMANDS_OF_OTHERS.contains(name.toLowerCase(Locale.ROOT)) && isForeign(name)) {
        say(
            house.strict(),
            "The command " + shown + " would stand in for a well-known one.",
            "Give the command a name of its own.");
      }
    }
  }

  /** Whether a well-known command is not this very package. */
  private boolean isForeign(String command) {
    return house == House.OURS || !manifest.name().equals(command);
  }

  private void say(Finding.Severity severity, String sentence, String remedy) {
    findings.add(new Finding(severity, "bin-refused", Manifest.FILE, sentence, remedy));
  }
}
