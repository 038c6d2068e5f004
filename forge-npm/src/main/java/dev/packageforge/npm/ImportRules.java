package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Whether everything that the files import is there. */
final class ImportRules {
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?[jt]s");

  private final Manifest manifest;
  private final Set<String> paths;
  private final Consumer<String> imported;
  private final Set<String> declared = new HashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  private ImportRules(Manifest manifest, Set<String> paths, Consumer<String> imported) {
    this.imported = imported;
    this.manifest = manifest;
    this.paths = paths;
    Manifest.DEPENDENCY_SECTIONS.forEach(
        section -> declared.addAll(manifest.dependencies(section).keySet()));
  }

  /**
   * What is wrong with the imports of some files.
   *
   * @param imported hears the name of each package that is imported
   */
  static List<Finding> check(
      Manifest manifest, FileSet files, Set<String> paths, Consumer<String> imported) {
    ImportRules rules = new ImportRules(manifest, paths, imported);
    for (SourceFile file : files) {
      if (SCRIPT.matcher(file.path()).matches() && paths.contains(file.path())) {
        ImportScanner.imports(JsLexer.tokens(file.content()))
            .forEach(found -> rules.one(file.path(), found));
      }
    }
    return rules.findings;
  }

  private void one(String path, ImportScanner.Import found) {
    String where = path + ":" + found.line();
    String specifier = found.specifier().split("[?]", 2)[0];
    String shown = "\"" + Text.visible(specifier, 80) + "\"";
    if (ImportPaths.isRelative(specifier)) {
      relative(path, where, specifier, found.byRequire());
    } else if (specifier.startsWith("#")) {
      if (!manifest.has("imports")) {
        error("import-missing", where, shown + " is not in \"imports\".", "Import a file.");
      }
    } else if (specifier.startsWith("/") || hasScheme(specifier)) {
      error(
          "import-from-elsewhere",
          where,
          shown + " is imported from outside the package and the registry.",
          "Import a file of the package, a dependency, or a module of Node.");
    } else {
      bare(where, specifier, shown);
    }
  }

  private void bare(String where, String specifier, String shown) {
    if (NodeBuiltins.answers(specifier)) {
      return;
    }
    if (specifier.startsWith("node:")) {
      error("import-missing", where, "Node has no module " + shown + ".", "Import another.");
      return;
    }
    String name = PackageName.ofImport(specifier);
    imported.accept(name);
    if (!declared.contains(name) && !name.equals(manifest.name())) {
      error(
          "import-not-declared",
          where,
          shown + " is imported, but no such dependency is declared.",
          "Do without it, or declare it if the plan has it.");
    }
  }

  private void relative(String path, String where, String specifier, boolean byRequire) {
    Optional<String> target = ImportPaths.resolve(path, specifier);
    if (target.isEmpty()) {
      error(
          "import-outside-package",
          where,
          "\"" + Text.visible(specifier, 80) + "\" leads out of the package.",
          "Import a file of the package.");
    } else if (ImportPaths.candidates(path, target.get(), byRequire).noneMatch(paths::contains)
        && !isBuilt(target.get())) {
      String sentence = "\"" + Text.visible(specifier, 80) + "\" leads to no file of the package.";
      String remedy = "Write that file, or import one that exists, with its extension.";
      findings.add(
          manifest.hasBuild()
              ? Finding.warning("import-missing", where, sentence, remedy)
              : Finding.error("import-missing", where, sentence, remedy));
    }
  }

  /** Whether the build makes the file. */
  private boolean isBuilt(String target) {
    return manifest.hasBuild() && ImportPaths.source(target, paths).isPresent();
  }

  private static boolean hasScheme(String specifier) {
    return !specifier.startsWith("node:") && specifier.contains(":");
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }
}
