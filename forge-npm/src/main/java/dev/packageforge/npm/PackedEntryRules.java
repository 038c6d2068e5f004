package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Finding.Severity;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether every way into a packed package leads to a file of the right kind. */
final class PackedEntryRules {
  /** Fields that bundlers and pages read in place of {@code main}. */
  private static final List<String> OF_OTHERS = List.of("module", "browser", "unpkg", "jsdelivr");

  private static final Pattern DECLARATION = Pattern.compile(".*\\.d\\.(?:[^/]+\\.)?[cm]?ts");
  private static final Pattern TYPESCRIPT = Pattern.compile(".*\\.(?:[cm]?ts|tsx)");
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?js");
  private static final Pattern OF_WINDOWS = Pattern.compile(".*\\.(?:cmd|exe|bat|ps1)");
  private static final String SHEBANG = "#!/usr/bin/env node";
  private static final int MAX_MATCHES = 500;

  private final House house;
  private final Manifest manifest;
  private final PackedFiles files;
  private final Set<String> paths;
  private final Map<String, String> spellings = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Root> roots = new LinkedHashSet<>();

  /**
   * A file that is loaded from outside.
   *
   * @param path of the file
   * @param by who loads it
   * @param main whether by the package's name alone, or as a command: not by a path below it
   */
  record Root(String path, Loader by, boolean main) {}

  /** Who loads a file, and so how it reads what the file imports. */
  enum Loader {
    /** Node, which is exact. */
    NODE,
    /** A bundler or another runtime, which tries more. */
    OTHER,
    /** A compiler that looks for types. */
    TYPES
  }

  private PackedEntryRules(House house, Manifest manifest, PackedFiles files) {
    this.house = house;
    this.manifest = manifest;
    this.files = files;
    this.paths = files.paths();
    paths.forEach(path -> spellings.putIfAbsent(path.toLowerCase(Locale.ROOT), path));
  }

  /**
   * What reading the ways in tells.
   *
   * @param findings what is wrong with them
   * @param roots the files that they lead to
   */
  record Ways(List<Finding> findings, Set<Root> roots) {}

  static Ways in(House house, Manifest manifest, PackedFiles files) {
    PackedEntryRules rules = new PackedEntryRules(house, manifest, files);
    rules.exports();
    rules.main();
    rules.types();
    rules.others();
    rules.commands();
    if (rules.roots.isEmpty() && rules.findings.isEmpty() && rules.hasCode()) {
      rules.say(
          Severity.ERROR,
          "no-entry-point",
          "The package can be neither imported nor run by its name.",
          "Name the main file in \"exports\", or a command in \"bin\".");
    }
    return new Ways(List.copyOf(rules.findings), Set.copyOf(rules.roots));
  }

  private boolean hasCode() {
    return paths.stream().anyMatch(path -> SCRIPT.matcher(path).matches());
  }

  private boolean hasExports() {
    return manifest.has("exports");
  }

  // --- exports

  private void exports() {
    JsonNode exports = manifest.field("exports");
    boolean bySubpath = ExportTargets.isBySubpath(exports);
    if (bySubpath) {
      exports.properties().stream()
          .map(Map.Entry::getKey)
          .filter(key -> !key.startsWith("."))
          .findFirst()
          .ifPresent(
              key ->
                  say(
                      Severity.ERROR,
                      "exports-mixed-keys",
                      "\"exports\" has paths and conditions side by side, such as "
                          + shown(key)
                          + "; Node refuses the package.",
                      "Put conditions below the path they belong to."));
      exports
          .properties()
          .forEach(e -> order(ExportTargets.key("exports", e.getKey()), e.getValue()));
    } else {
      order("exports", exports);
    }
    List<ExportTargets.Target> targets = ExportTargets.of(manifest);
    Set<String> reached = new HashSet<>();
    for (ExportTargets.Target target : targets) {
      if (target.stated().startsWith("./") && !target.stated().contains("/../")) {
        if (exists(target) && target.fallback()) {
          reached.add(target.subpath());
        }
      }
    }
    for (ExportTargets.Target target : targets) {
      target(target, reached.contains(target.subpath()));
    }
  }

  private void target(ExportTargets.Target target, boolean anotherIsThere) {
    if (!target.stated().startsWith("./") || target.stated().contains("/../")) {
      say(
          Severity.ERROR,
          "export-form",
          target.at() + " is " + shown(target.stated()) + ", which does not begin with \"./\".",
          "Begin every target in \"exports\" with \"./\".");
      return;
    }
    if (!exists(target)) {
      if (!(target.fallback() && anotherIsThere)) {
        boolean hurts = (target.ofNode() || target.isOfTypes()) && !target.stated().contains("*");
        missing(hurts ? Severity.ERROR : house.strict(), target.at(), target.path());
      }
      return;
    }
    matches(target).forEach(path -> exported(target, path));
  }

  private boolean exists(ExportTargets.Target target) {
    return target.stated().endsWith("/")
        ? paths.stream().anyMatch(path -> path.startsWith(target.path()))
        : !matches(target).isEmpty();
  }

  private List<String> matches(ExportTargets.Target target) {
    String path = target.path();
    int star = path.indexOf('*');
    if (star < 0) {
      return paths.contains(path) ? List.of(path) : List.of();
    }
    String head = path.substring(0, star);
    String tail = path.substring(star + 1).replace("*", "");
    return paths.stream()
        .filter(each -> each.length() > head.length() + tail.length())
        .filter(each -> each.startsWith(head) && each.endsWith(tail))
        .limit(MAX_MATCHES)
        .toList();
  }

  private void exported(ExportTargets.Target target, String path) {
    boolean wild = target.stated().contains("*");
    boolean main = target.subpath().equals(".");
    if (target.isOfTypes()) {
      if (!wild && SCRIPT.matcher(path).matches()) {
        say(
            Severity.ERROR,
            "types-not-declarations",
            target.at() + " is " + shown(path) + ", which declares no types.",
            "Name a file that ends in .d.ts.");
      }
      roots.add(new Root(path, Loader.TYPES, main));
      return;
    }
    boolean declares = DECLARATION.matcher(path).matches();
    if (target.ofNode() && !wild && TYPESCRIPT.matcher(path).matches() && !declares) {
      say(
          Severity.ERROR,
          "entry-point-not-javascript",
          target.at() + " is " + shown(path) + ", which Node does not run in a dependency.",
          "Name the JavaScript that is built from it.");
    } else if (target.ofNode() && main && declares && hasCode()) {
      say(
          house.strict(),
          "entry-point-not-code",
          target.at() + " is " + shown(path) + ", which has types and no code.",
          "Put it under \"types\", and name the code beside it.");
    }
    if (SCRIPT.matcher(path).matches()) {
      roots.add(new Root(path, target.ofNode() && !wild ? Loader.NODE : Loader.OTHER, main));
    } else if (declares) {
      roots.add(new Root(path, Loader.TYPES, main));
    }
  }

  /** Conditions are tried in the order in which they stand, and the first that holds is taken. */
  private void order(String at, JsonNode node) {
    if (!node.isObject()) {
      node.forEach(each -> order(at, each));
      return;
    }
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    int types = first(keys);
    boolean hidden =
        types > 0
            && keys.subList(0, types).stream()
                .anyMatch(key -> ExportTargets.OF_NODE.contains(key) && hides(node.path(key)));
    int fallback = keys.indexOf("default");
    if (hidden) {
      say(
          Severity.ERROR,
          "exports-types-not-first",
          at + " has \"types\" behind a condition that is met first, so that nobody finds them.",
          "Put \"types\" first.");
    } else if (fallback >= 0 && fallback < keys.size() - 1 && keys.size() - 1 != types) {
      say(
          Severity.ERROR,
          "exports-default-not-last",
          at
              + " has \"default\" before "
              + shown(keys.get(fallback + 1))
              + ", which is never reached.",
          "Put \"default\" last.");
    }
    node.properties().forEach(e -> order(ExportTargets.key(at, e.getKey()), e.getValue()));
  }

  private static int first(List<String> keys) {
    for (int i = 0; i < keys.size(); i++) {
      if (ExportTargets.isTypes(keys.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a compiler that takes this branch is left without types. */
  private boolean hides(JsonNode branch) {
    if (branch.isTextual()) {
      String path = new EntryPoint("", branch.asText(), EntryPoint.Kind.EXPORT).target();
      return !DECLARATION.matcher(path).matches() && sibling(path).noneMatch(paths::contains);
    }
    if (branch.isObject()) {
      List<String> keys = new ArrayList<>();
      branch.fieldNames().forEachRemaining(keys::add);
      return first(keys) < 0;
    }
    return false;
  }

  /** Where compilers look for the types of a script that has none named. */
  private static Stream<String> sibling(String path) {
    return Stream.of(
        path.replaceFirst("\\.([cm]?)js$", ".d.$1ts"), path.replaceFirst("\\.[cm]?js$", ".d.ts"));
  }

  // --- the older fields

  private void main() {
    boolean stated = manifest.field("main").isTextual() && !manifest.text("main").isEmpty();
    String main = stated ? manifest.text("main") : "index.js";
    Optional<String> found = byRequire(main);
    if (found.isEmpty() && stated) {
      boolean another = hasExports() || byRequire("index.js").isPresent();
      String path = new EntryPoint("main", main, EntryPoint.Kind.MAIN).target();
      missing(another ? house.strict() : Severity.ERROR, "main", path);
      return;
    }
    if (found.isEmpty()) {
      return;
    }
    String path = found.get();
    if (DECLARATION.matcher(path).matches()) {
      roots.add(new Root(path, Loader.TYPES, true));
    } else if (TYPESCRIPT.matcher(path).matches()) {
      say(
          hasExports() ? house.strict() : Severity.ERROR,
          "entry-point-not-javascript",
          "main is " + shown(path) + ", which Node does not run in a dependency.",
          "Name the JavaScript that is built from it.");
    } else if (SCRIPT.matcher(path).matches() || !path.contains(".")) {
      roots.add(new Root(path, hasExports() ? Loader.OTHER : Loader.NODE, true));
    }
  }

  /** The file that {@code require} finds for a path below the root. */
  private Optional<String> byRequire(String stated) {
    String path = new EntryPoint("main", stated, EntryPoint.Kind.MAIN).target();
    String stem = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (stem.isEmpty() || stem.equals(".")) {
      stem = "index.js";
    }
    String base = stem;
    return Stream.of("", ".js", ".json", ".node", "/index.js", "/index.json")
        .map(tail -> base + tail)
        .filter(paths::contains)
        .findFirst();
  }

  private void types() {
    for (String field : List.of("types", "typings")) {
      if (!manifest.field(field).isTextual() || manifest.text(field).isEmpty()) {
        continue;
      }
      String path = new EntryPoint(field, manifest.text(field), EntryPoint.Kind.TYPES).target();
      String stem = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      Optional<String> found =
          Stream.concat(
                  Stream.of("", ".d.ts", ".ts", "/index.d.ts").map(tail -> stem + tail),
                  SCRIPT.matcher(stem).matches() ? sibling(stem) : Stream.of())
              .filter(paths::contains)
              .filter(each -> TYPESCRIPT.matcher(each).matches())
              .findFirst();
      if (found.isPresent()) {
        roots.add(new Root(found.get(), Loader.TYPES, true));
      } else if (paths.contains(stem) && SCRIPT.matcher(stem).matches()) {
        say(
            Severity.ERROR,
            "types-not-declarations",
            field + " is " + shown(stem) + ", which declares no types.",
            "Name a file that ends in .d.ts.");
      } else {
        boolean another =
            ExportTargets.of(manifest).stream().anyMatch(ExportTargets.Target::isOfTypes);
        missing(another ? house.strict() : Severity.ERROR, field, path);
      }
    }
  }

  private void others() {
    for (String field : OF_OTHERS) {
      if (manifest.field(field).isTextual() && !manifest.text(field).isEmpty()) {
        Optional<String> found = byRequire(manifest.text(field));
        if (found.isEmpty()) {
          String path = new EntryPoint(field, manifest.text(field), EntryPoint.Kind.MAIN).target();
          missing(house.strict(), field, path);
        } else if (SCRIPT.matcher(found.get()).matches()) {
          roots.add(new Root(found.get(), Loader.OTHER, true));
        }
      }
    }
  }

  // --- commands

  private void commands() {
    for (String target : new LinkedHashSet<>(EntryPoints.bins(manifest).values())) {
      String path = new EntryPoint("bin", target, EntryPoint.Kind.BIN).target();
      if (!paths.contains(path)) {
        missing(Severity.ERROR, "bin", path);
      } else if (!OF_WINDOWS.matcher(path).matches()) {
        files.bytes(path).ifPresent(bytes -> command(path, bytes));
      }
    }
  }

  private void command(String path, byte[] bytes) {
    String text = files.text(path).orElse("");
    String first = text.substring(0, Math.max(0, (text + "\n").indexOf('\n')));
    boolean binary = bytes.length > 1 && (bytes[0] == 0x7f || text.indexOf('\0') >= 0);
    if (binary) {
      return;
    }
    boolean right = house == House.OURS ? first.strip().equals(SHEBANG) : first.startsWith("#!");
    if (!right) {
      findings.add(
          Finding.error(
              "bin-without-shebang",
              path + ":1",
              "A command must begin with the line \"" + SHEBANG + "\".",
              "Make that the first line, ended by a line feed alone."));
    } else if (first.endsWith("\r")) {
      findings.add(
          Finding.error(
              "bin-crlf",
              path + ":1",
              "The first line ends with a carriage return, which some systems take for a part of"
                  + " the program's name.",
              "End the lines of the file with a line feed alone."));
    }
    if (SCRIPT.matcher(path).matches() || first.contains("node")) {
      roots.add(new Root(path, Loader.NODE, true));
    } else if (TYPESCRIPT.matcher(path).matches()) {
      say(
          house.strict(),
          "entry-point-not-javascript",
          "bin is " + shown(path) + ", which Node does not run in a dependency.",
          "Name the JavaScript that is built from it.");
    }
  }

  private void missing(Severity severity, String field, String path) {
    String twin = spellings.getOrDefault(path.toLowerCase(Locale.ROOT), path);
    String remedy =
        twin.equals(path)
            ? "Name a file that is there, or add it; \"files\" must list it."
            : "There is " + shown(twin) + ", which is another file on most systems.";
    say(
        severity,
        "entry-point-not-packed",
        field + " names " + shown(path) + ", which is not in the tarball.",
        remedy);
  }

  private void say(Severity severity, String code, String sentence, String remedy) {
    findings.add(new Finding(severity, code, Manifest.FILE, sentence, remedy));
  }

  private static String shown(String text) {
    return "\"" + Text.visible(text, 80) + "\"";
  }
}
