package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import dev.packageforge.npm.EntryPoints.Load;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the sealed report of a lint run says. */
final class LintReport {
  /** What our own rules say already, with a place and a remedy of ours. */
  private static final Set<String> STATED =
      Set.of(
          "BIN_FILE_NOT_EXECUTABLE",
          "EXPORTS_DEFAULT_SHOULD_BE_LAST",
          "EXPORTS_TYPES_SHOULD_BE_FIRST",
          "EXPORTS_VALUE_INVALID",
          "INVALID_REPOSITORY_VALUE",
          "LOCAL_DEPENDENCY",
          "USE_ENGINES_NODE",
          "USE_FILES",
          "USE_LICENSE",
          "USE_TYPE");

  /** The ways into a package whose files our own rules look for. */
  private static final Set<String> LOOKED_FOR =
      Set.of("main", "types", "typings", "bin", "exports");

  private static final Set<String> MISSING_FILE =
      Set.of("FILE_DOES_NOT_EXIST", "FILE_NOT_PUBLISHED");

  /** What TypeScript says of declarations that lack a file or a name of their own package. */
  private static final Set<Integer> MODULE_MISSING = Set.of(2307, 2792);

  private static final Set<Integer> NAME_MISSING = Set.of(2305, 2459, 2460, 2614, 2724);

  private static final Pattern RELATIVE = Pattern.compile("^'?\"?[^'\"]*['\"]{1,2}\\.{1,2}/");
  private static final Pattern SPECIFIER = Pattern.compile("['\"]([^'\"]+)['\"]");
  private static final Pattern SENTENCE = Pattern.compile("(?<=[.])\\s+(?=[A-Z])");
  private static final int SHOWN = 8;

  private final List<JsonNode> events;
  private final Manifest manifest;
  private final List<Load> loads;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Reads a report.
   *
   * @param loads what was asked about
   * @param typed whether the package has declarations at all
   */
  LintReport(List<JsonNode> events, Manifest manifest, List<Load> loads, boolean typed) {
    this.events = events;
    this.manifest = manifest;
    this.loads = List.copyOf(loads);
    events.stream().filter(event -> is(event, "publint")).forEach(this::publint);
    Set<String> told = new HashSet<>();
    for (JsonNode event : events) {
      String place = text(event, "file") + ":" + event.path("line").asInt();
      boolean own = !text(event, "file").isEmpty();
      if (is(event, "types") && own && told.add(place + "|" + event.path("code").asInt())) {
        declaration(event, place);
      }
    }
    if (typed) {
      untyped();
    }
  }

  boolean isComplete() {
    return SealedReport.isComplete(events);
  }

  List<Finding> errors() {
    return findings.stream().filter(Finding::isError).toList();
  }

  List<Finding> warnings() {
    return findings.stream().filter(finding -> !finding.isError()).toList();
  }

  private void publint(JsonNode event) {
    String code = text(event, "code");
    String field = event.path("path").path(0).asText("");
    boolean ours =
        STATED.contains(code) || (MISSING_FILE.contains(code) && LOOKED_FOR.contains(field));
    if (ours || text(event, "type").equals("suggestion")) {
      return;
    }
    String slug = "publint-" + code.toLowerCase(Locale.ROOT).replace('_', '-');
    String[] parts = SENTENCE.split(Text.visible(text(event, "message"), 600), 2);
    String remedy = parts.length > 1 ? parts[1] : "";
    String sentence = parts[0].endsWith(".") ? parts[0] : parts[0] + ".";
    findings.add(
        text(event, "type").equals("error")
            ? Finding.error(slug, Manifest.FILE, sentence, remedy)
            : Finding.warning(slug, Manifest.FILE, sentence, remedy));
  }

  private void declaration(JsonNode event, String place) {
    int code = event.path("code").asInt();
    String message = Text.visible(text(event, "message").lines().findFirst().orElse(""), 300);
    String sentence = "TypeScript says of these declarations: " + message + " (TS" + code + ")";
    boolean ofPackage = RELATIVE.matcher(message).find();
    if (code >= 7000 && code < 7100) {
      return; // That a type is left open is a matter of taste.
    }
    if (MODULE_MISSING.contains(code) && !ofPackage) {
      Matcher specifier = SPECIFIER.matcher(message);
      String module = specifier.find() ? specifier.group(1) : "a module";
      findings.add(
          Finding.warning(
              "types-import-missing",
              place,
              "These declarations import \""
                  + module
                  + "\", which is not installed with the"
                  + " package, or has no types.",
              "Declare what has its types in \"dependencies\" or \"peerDependencies\"."));
      return;
    }
    boolean certain =
        event.path("syntax").asBoolean()
            || (ofPackage && (MODULE_MISSING.contains(code) || NAME_MISSING.contains(code)));
    findings.add(
        Finding.error(
            certain ? "types-broken" : "types-inconsistent",
            place,
            sentence,
            "Correct the declarations, so that a program that imports the package compiles."));
  }

  /** That TypeScript finds no types where the manifest says that there are some. */
  private void untyped() {
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      boolean root = load.specifier().equals(manifest.name()) && !load.byRequire();
      if (root && declared(i).isEmpty() && (manifest.has("types") || manifest.has("typings"))) {
        findings.add(
            Finding.error(
                "types-not-found",
                Manifest.FILE,
                "The package has types, but TypeScript finds none for " + load + ".",
                "Name them by \"types\", first, in \"exports\", beside the file they are of."));
      }
    }
  }

  private Optional<JsonNode> declared(int index) {
    return events.stream()
        .filter(event -> is(event, "declared") && event.path("index").asInt() == index)
        .findFirst();
  }

  /**
   * What an entry declares and what it gives, if these differ.
   *
   * @param index of the entry
   * @param loaded what was reported when it was loaded
   */
  List<Finding> differences(int index, JsonNode loaded) {
    Optional<JsonNode> known = index < loads.size() ? declared(index) : Optional.empty();
    if (known.isEmpty() || !loaded.has("names") || known.get().path("any").asBoolean()) {
      return List.of();
    }
    Load load = loads.get(index);
    boolean assigned = known.get().path("assigned").asBoolean();
    // What an import of a CommonJS file gives depends on who reads it, not on its declarations.
    if (!load.byRequire() && (assigned || !isModule(load.target()))) {
      return List.of();
    }
    Set<String> declared = texts(known.get().path("names"));
    Set<String> missing = new TreeSet<>(declared);
    missing.removeAll(texts(loaded.path("names")));
    Set<String> extra = new TreeSet<>(texts(loaded.path("own")));
    extra.removeAll(declared);
    extra.removeAll(texts(known.get().path("constants")));
    extra.removeIf(name -> name.startsWith("_") || name.equals("module.exports"));
    if (load.byRequire()) {
      missing.remove("default");
      extra.remove("default");
    }
    List<Finding> found = new ArrayList<>();
    String file = text(known.get(), "file");
    if (!missing.isEmpty()) {
      found.add(
          Finding.error(
              "types-without-runtime",
              file,
              "The types of " + load + " declare " + named(missing) + ", which it does not give.",
              "Export what is declared, or declare what is exported."));
    }
    if (!extra.isEmpty() && !assigned) {
      found.add(
          Finding.warning(
              "runtime-without-types",
              file,
              load + " gives " + named(extra) + ", which its types do not declare.",
              "Declare it, or do not export it."));
    }
    return found;
  }

  private boolean isModule(String target) {
    return target.endsWith(".mjs") || (target.endsWith(".js") && manifest.isModule());
  }

  private static String named(Set<String> names) {
    String shown =
        names.stream()
            .limit(SHOWN)
            .map(name -> "\"" + Text.visible(name, 60) + "\"")
            .collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
  }

  private static Set<String> texts(JsonNode array) {
    return array.valueStream().map(node -> node.asText("")).collect(Collectors.toSet());
  }

  private static boolean is(JsonNode event, String kind) {
    return text(event, "kind").equals(kind);
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
