package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether a package that is written in TypeScript has what its build needs. */
final class TypeScriptRules {
  private static final String CONFIGURATION = "tsconfig.json";
  private static final Pattern SOURCE = Pattern.compile(".*(?<!\\.d)\\.[cm]?tsx?");
  private static final Pattern COMPILER = Pattern.compile("(?:^|.*[^\\w-])tsc(?:[^\\w-].*|$)");
  private static final JsonMapper LENIENT =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private final Manifest manifest;
  private final FileSet files;
  private final List<Finding> findings = new ArrayList<>();

  private TypeScriptRules(Manifest manifest, FileSet files) {
    this.manifest = manifest;
    this.files = files;
  }

  static List<Finding> check(Manifest manifest, FileSet files) {
    TypeScriptRules rules = new TypeScriptRules(manifest, files);
    String build = manifest.scripts().getOrDefault("build", "");
    if (COMPILER.matcher(build).matches()) {
      rules.compiler();
      rules.configuration(build);
      rules.entries();
    } else {
      rules.sources();
    }
    return rules.findings;
  }

  /** Sources that nothing compiles are of use to nobody. */
  private void sources() {
    Optional<SourceFile> source =
        files.files().stream()
            .filter(file -> SOURCE.matcher(file.path()).matches())
            .filter(file -> !TestFiles.isOfTests(file.path()))
            .findFirst();
    if (source.isPresent() && !manifest.hasBuild()) {
      error(
          "build-missing",
          source.get().path(),
          "Node does not run TypeScript, and no \"build\" script makes JavaScript of it.",
          "Add \"build\": \"tsc\" to \"scripts\", or write the file in JavaScript.");
    }
  }

  private void compiler() {
    if (!isDeclared(DependencyRules.COMPILER)) {
      error(
          "compiler-not-declared",
          Manifest.FILE,
          "The build runs tsc, but \"typescript\" is not among the \"devDependencies\".",
          "Add \"devDependencies\": {\"typescript\": \"^5.9.0\", \"@types/node\": \"^20.0.0\"}.");
    }
    if (isDeclared(DependencyRules.NODE_TYPES)) {
      return;
    }
    for (SourceFile file : files) {
      if (SOURCE.matcher(file.path()).matches() && !TestFiles.isOfTests(file.path())) {
        ImportScanner.imports(JsLexer.tokens(file.content())).stream()
            .filter(found -> NodeBuiltins.answers(found.specifier()))
            .findFirst()
            .ifPresent(found -> typesOfNode(file.path() + ":" + found.line(), found.specifier()));
      }
    }
  }

  private void typesOfNode(String where, String specifier) {
    error(
        "node-types-missing",
        where,
        "tsc does not know \""
            + Text.visible(specifier, 80)
            + "\" without \"@types/node\" among the \"devDependencies\".",
        "Add \"@types/node\": \"^20.0.0\" to \"devDependencies\".");
  }

  private boolean isDeclared(String name) {
    return Manifest.DEPENDENCY_SECTIONS.stream()
        .anyMatch(section -> manifest.dependencies(section).containsKey(name));
  }

  private void configuration(String build) {
    Optional<SourceFile> file = files.find(CONFIGURATION);
    if (file.isEmpty()) {
      boolean another = build.contains("-p ") || build.contains("--project");
      if (!another) {
        error("tsconfig-missing", "", "The build runs tsc without a tsconfig.json.", "Write it.");
      }
      return;
    }
    try {
      JsonNode options = LENIENT.readTree(file.get().content()).path("compilerOptions");
      if (options.path("noEmit").asBoolean()) {
        error(
            "tsconfig-emits-nothing",
            CONFIGURATION,
            "\"noEmit\" keeps tsc from writing anything.",
            "Remove it, and set \"outDir\".");
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      error(
          "tsconfig-unreadable",
          CONFIGURATION + ":" + line,
          "tsconfig.json is not valid: " + Text.visible(e.getOriginalMessage(), 200) + ".",
          "Write one JSON object.");
    }
  }

  /** A compiler writes one file for each source, of the same name. */
  private void entries() {
    Set<String> stems =
        files.files().stream().map(file -> stem(file.path())).collect(Collectors.toSet());
    for (EntryPoint point : EntryPoints.of(manifest)) {
      String target = point.target();
      boolean made =
          files.find(target).isPresent() || target.contains("*") || stems.contains(stem(target));
      if (!made) {
        error(
            "entry-point-missing",
            Manifest.FILE,
            point.field()
                + " names \""
                + Text.visible(target, 80)
                + "\", which is no file and has no source of that name to be built from.",
            "Name a file that the build makes, or write its source.");
      }
    }
  }

  private static String stem(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst("(?:\\.d)?\\.[cm]?[jt]sx?$", "");
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }
}
