package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Finding.Severity;
import dev.packageforge.Text;
import dev.packageforge.npm.PackedEntryRules.Loader;
import dev.packageforge.npm.PackedEntryRules.Root;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
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

/**
 * Whether everything that a packed package loads is packed too, or declared, and is written in the
 * module system in which it will be read. Looks at the files that the ways in lead to, and no
 * others.
 */
final class ClosureRules {
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?js");
  private static final Pattern DECLARATION = Pattern.compile(".*\\.d\\.(?:[^/]+\\.)?[cm]?ts");
  private static final Pattern ELSEWHERE = Pattern.compile("https?:.*|/.*|[A-Za-z]:[\\\\/].*");

  /** What one package manager lends to all it loads. */
  private static final String OF_ITS_LOADER = "pnpapi";

  private final House house;
  private final Manifest manifest;
  private final PackedFiles files;
  private final Set<String> paths;
  private final Set<String> needed = new HashSet<>();
  private final Set<String> own = new HashSet<>();
  private final Map<String, ScriptFacts> facts = new HashMap<>();
  private final Map<String, Optional<String>> kinds = new HashMap<>();
  private final Map<String, String> spellings = new HashMap<>();
  private final Set<Root> seen = new LinkedHashSet<>();
  private final Deque<Root> open = new ArrayDeque<>();
  private final Map<String, Finding> findings = new HashMap<>();
  private final List<String> order = new ArrayList<>();

  private ClosureRules(House house, Manifest manifest, PackedFiles files) {
    this.house = house;
    this.manifest = manifest;
    this.files = files;
    this.paths = files.paths();
    for (String section : Manifest.DEPENDENCY_SECTIONS) {
      Set<String> into = section.equals("devDependencies") ? own : needed;
      into.addAll(manifest.dependencies(section).keySet());
    }
    needed.addAll(bundled(manifest));
    paths.forEach(path -> spellings.putIfAbsent(path.toLowerCase(Locale.ROOT), path));
  }

  private static Set<String> bundled(Manifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.field("bundleDependencies").forEach(each -> names.add(each.asText("")));
    manifest.field("bundledDependencies").forEach(each -> names.add(each.asText("")));
    return names;
  }

  static List<Finding> check(House house, Manifest manifest, PackedFiles files, Set<Root> roots) {
    ClosureRules rules = new ClosureRules(house, manifest, files);
    roots.stream()
        .sorted(Comparator.comparing(Root::main).reversed().thenComparing(Root::path))
        .forEach(rules::reach);
    while (!rules.open.isEmpty()) {
      rules.file(rules.open.remove());
    }
    return rules.order.stream().map(key -> rules.findings.get(key)).toList();
  }

  private void reach(Root root) {
    boolean isCode =
        root.by() == Loader.TYPES
            ? DECLARATION.matcher(root.path()).matches()
            : SCRIPT.matcher(root.path()).matches() || !root.path().contains(".");
    if (isCode && seen.add(root)) {
      open.add(root);
    }
  }

  private void file(Root file) {
    Optional<ScriptFacts> known = facts(file.path());
    if (known.isEmpty()) {
      return;
    }
    if (file.by() == Loader.NODE) {
      kind(file, known.get());
    }
    for (ScriptFacts.Import each : known.get().imports()) {
      imported(file, each);
    }
  }

  private Optional<ScriptFacts> facts(String path) {
    ScriptFacts known = facts.get(path);
    if (known == null) {
      Optional<String> text = files.text(path);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      known = ScriptFacts.of(text.get());
      facts.put(path, known);
    }
    return Optional.of(known);
  }

  // --- the module system

  /** How Node reads a file: by its extension, else by the nearest package.json. */
  private boolean isModule(String path) {
    return path.endsWith(".mjs") || (!path.endsWith(".cjs") && type(path).equals("module"));
  }

  private String type(String path) {
    String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    while (!folder.isEmpty()) {
      Optional<String> said = kinds.computeIfAbsent(folder, this::typeOf);
      if (said.isPresent()) {
        return said.get();
      }
      folder = folder.contains("/") ? folder.substring(0, folder.lastIndexOf('/')) : "";
    }
    return manifest.text("type");
  }

  private Optional<String> typeOf(String folder) {
    return files
        .text(folder + "/" + Manifest.FILE)
        .map(
            text -> {
              try {
                return Manifest.parse(text).text("type");
              } catch (UnreadableManifestException e) {
                return "";
              }
            });
  }

  private void kind(Root file, ScriptFacts known) {
    String path = file.path();
    Severity harm = file.main() ? Severity.ERROR : house.strict();
    boolean module = isModule(path);
    if (module && !known.isModule() && known.common() > 0) {
      say(
          harm,
          "export-format-mismatch",
          path + ":" + known.common(),
          "Node reads this file as an ECMAScript module, but it is written as CommonJS.",
          "Name it .cjs, or write it with import and export.");
    } else if (!module && known.isModule()) {
      boolean said = path.endsWith(".cjs") || type(path).equals("commonjs");
      say(
          said || !detectsModules() ? harm : house.strict(),
          "export-format-mismatch",
          path + ":" + known.module(),
          "Node reads this file as CommonJS, but it is written as an ECMAScript module.",
          "Name it .mjs, or set \"type\" to \"module\".");
    } else if (module && known.isModule()) {
      known
          .firstMissed()
          .ifPresent(
              word ->
                  say(
                      harm,
                      "commonjs-name-in-module",
                      path + ":" + word.line(),
                      "There is no \"" + word.text() + "\" in an ECMAScript module.",
                      "Use import, and import.meta.url in place of the file's own path."));
    }
  }

  /** Whether every Node it says it runs on looks into a file to tell what it is. */
  private boolean detectsModules() {
    return NodeRange.parse(manifest.field("engines").path("node").asText(""))
        .filter(range -> range.lowestIsAtLeast(20, 19))
        .isPresent();
  }

  // --- what is imported

  private void imported(Root file, ScriptFacts.Import found) {
    String specifier = found.specifier().split("[?]", 2)[0];
    String where = file.path() + ":" + found.line();
    String shown = "\"" + Text.visible(specifier, 80) + "\"";
    Severity severity = found.certain() ? Severity.ERROR : house.strict();
    if (specifier.isEmpty()) {
      return;
    }
    if (ImportPaths.isRelative(specifier)) {
      relative(file, found, specifier, where, shown, severity);
    } else if (specifier.startsWith("#")) {
      if (!isMapped(specifier)) {
        say(
            severity,
            "import-missing",
            where,
            shown + " is not in \"imports\".",
            "Import a file, or add the name to \"imports\".");
      }
    } else if (ELSEWHERE.matcher(specifier).matches()) {
      say(
          file.by() == Loader.NODE && file.main() ? severity : house.strict(),
          "import-from-elsewhere",
          where,
          shown + " is imported from outside the package and the registry.",
          "Import a file of the package, a dependency, or a module of Node.");
    } else if (!found.caught() && (!specifier.contains(":") || specifier.startsWith("node:"))) {
      bare(file, specifier, where, shown, file.main() ? severity : house.strict());
    }
  }

  private void relative(
      Root file,
      ScriptFacts.Import found,
      String specifier,
      String where,
      String shown,
      Severity severity) {
    Optional<String> resolved = ImportPaths.resolve(file.path(), specifier);
    if (resolved.isEmpty()) {
      say(
          severity,
          "import-outside-package",
          where,
          shown + " leads out of the package.",
          "Import a file of the package.");
      return;
    }
    String target = resolved.get();
    boolean exact = file.by() == Loader.NODE && !found.byRequire();
    Optional<String> there = candidates(file, target, exact).filter(paths::contains).findFirst();
    if (there.isPresent()) {
      if (exact && there.get().endsWith(".json") && !found.attributes() && found.certain()) {
        say(
            Severity.ERROR,
            "json-import-without-attribute",
            where,
            "Node does not import " + shown + " without being told that it is JSON.",
            "Write \"with { type: 'json' }\" behind it.");
      }
      reach(new Root(there.get(), file.by(), file.main()));
      return;
    }
    boolean folder =
        !exact && paths.contains(target.isEmpty() ? Manifest.FILE : target + "/" + Manifest.FILE);
    if (!folder && !target.contains("node_modules/")) {
      missing(file, target, exact, where, shown, severity);
    }
  }

  private void missing(
      Root file, String target, boolean exact, String where, String shown, Severity severity) {
    Optional<String> twin =
        candidates(file, target, exact)
            .map(each -> spellings.get(each.toLowerCase(Locale.ROOT)))
            .filter(each -> each != null)
            .findFirst();
    if (twin.isPresent()) {
      say(
          severity,
          "import-case-differs",
          where,
          shown
              + " is spelled otherwise than the file \""
              + Text.visible(twin.get(), 80)
              + "\"; on most systems that is another file.",
          "Spell it as the file is named.");
      return;
    }
    boolean tried = exact && candidates(file, target, false).anyMatch(paths::contains);
    Severity harm = file.by() == Loader.OTHER ? house.strict() : severity;
    boolean types = file.by() == Loader.TYPES;
    say(
        types ? house.strict() : harm,
        types ? "types-import-missing" : "import-missing",
        where,
        shown
            + (tried
                ? " has no extension, and Node tries none."
                : " leads to no file that is packed."),
        tried
            ? "Name the file with its extension."
            : "Pack that file, or import one that is there.");
  }

  /** The paths that are tried for a target, in order. */
  private static Stream<String> candidates(Root file, String target, boolean exact) {
    if (exact) {
      return Stream.of(target);
    }
    if (file.by() == Loader.TYPES) {
      String stem = target.replaceFirst("\\.[cm]?[jt]sx?$", "").replaceFirst("\\.d$", "");
      return Stream.of(
          target,
          stem + ".d.ts",
          stem + ".d.mts",
          stem + ".d.cts",
          target + ".d.ts",
          target + ".d.mts",
          stem + ".ts",
          stem + ".tsx",
          target.isEmpty() ? "index.d.ts" : target + "/index.d.ts");
    }
    String folder = target.isEmpty() ? "" : target + "/";
    Stream<String> byNode =
        Stream.of(
            target,
            target + ".js",
            target + ".json",
            target + ".node",
            folder + "index.js",
            folder + "index.json",
            folder + "index.node");
    return file.by() == Loader.NODE
        ? byNode
        : Stream.concat(
            byNode,
            Stream.of(
                target + ".mjs",
                target + ".cjs",
                target + ".jsx",
                target + ".ts",
                target + ".tsx",
                folder + "index.mjs",
                folder + "index.cjs",
                folder + "index.ts",
                folder + "index.jsx"));
  }

  private boolean isMapped(String specifier) {
    for (var each : manifest.field("imports").properties()) {
      String key = each.getKey();
      int star = key.indexOf('*');
      if (star < 0
          ? key.equals(specifier) || (key.endsWith("/") && specifier.startsWith(key))
          : specifier.startsWith(key.substring(0, star))
              && specifier.endsWith(key.substring(star + 1))) {
        return true;
      }
    }
    return false;
  }

  private void bare(Root file, String specifier, String where, String shown, Severity severity) {
    String name = PackageName.ofImport(specifier);
    boolean known =
        NodeBuiltins.answers(specifier)
            || needed.contains(name)
            || name.equals(manifest.name())
            || name.equals(OF_ITS_LOADER)
            || !PackageName.mayExist(name)
            || paths.stream().anyMatch(path -> path.startsWith("node_modules/" + name + "/"));
    if (specifier.startsWith("node:") && !known) {
      say(
          severity,
          "import-missing",
          where,
          "Node has no module " + shown + ".",
          "Import another.");
    } else if (file.by() == Loader.TYPES) {
      if (!known && !needed.contains(types(name))) {
        say(
            house.strict(),
            "types-import-not-declared",
            where,
            shown + " has types that are used here, but no such dependency is declared.",
            "Declare \"" + Text.visible(name, 80) + "\", or what has its types.");
      }
    } else if (!known && own.contains(name)) {
      say(
          severity,
          "import-of-dev-dependency",
          where,
          shown + " is imported, but declared for development only: nobody else has it.",
          "Move it to \"dependencies\".");
    } else if (!known) {
      say(
          severity,
          "import-not-declared",
          where,
          shown + " is imported, but no such dependency is declared.",
          "Declare it in \"dependencies\", or do without it.");
    }
  }

  private static String types(String name) {
    String flat = name.startsWith("@") ? name.substring(1).replace("/", "__") : name;
    return "@types/" + flat;
  }

  /** Says a thing once a file, and once for all builds of it. */
  private void say(Severity severity, String code, String where, String sentence, String remedy) {
    String key = code + " " + where;
    Finding known = findings.get(key);
    if (known == null) {
      order.add(key);
    }
    if (known == null || (severity == Severity.ERROR && !known.isError())) {
      findings.put(key, new Finding(severity, code, where, sentence, remedy));
    }
  }
}
