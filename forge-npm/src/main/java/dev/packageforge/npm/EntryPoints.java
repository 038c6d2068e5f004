package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a manifest promises to whoever imports or runs the package. */
final class EntryPoints {
  private static final List<String> TRIED = List.of("", ".js", ".json", ".node", "/index.js");

  private EntryPoints() {}

  /** Every file that the manifest names as a way in. */
  static List<EntryPoint> of(Manifest manifest) {
    List<EntryPoint> points = new ArrayList<>();
    if (manifest.has("main")) {
      points.add(new EntryPoint("main", manifest.text("main"), EntryPoint.Kind.MAIN));
    }
    for (String types : List.of("types", "typings")) {
      if (manifest.has(types)) {
        points.add(new EntryPoint(types, manifest.text(types), EntryPoint.Kind.TYPES));
      }
    }
    leaves("exports", manifest.field("exports"), points);
    bins(manifest)
        .forEach((name, target) -> points.add(new EntryPoint("bin", target, EntryPoint.Kind.BIN)));
    return points;
  }

  private static void leaves(String at, JsonNode node, List<EntryPoint> points) {
    if (node.isTextual()) {
      boolean types = at.endsWith("[\"types\"]");
      points.add(
          new EntryPoint(
              at, node.asText(), types ? EntryPoint.Kind.TYPES : EntryPoint.Kind.EXPORT));
    }
    node.properties()
        .forEach(
            e -> leaves(at + "[\"" + Text.visible(e.getKey(), 80) + "\"]", e.getValue(), points));
    if (node.isArray()) {
      node.forEach(element -> leaves(at, element, points));
    }
  }

  /** Commands by name, with the file each runs. */
  static Map<String, String> bins(Manifest manifest) {
    JsonNode bin = manifest.field("bin");
    Map<String, String> bins = new LinkedHashMap<>();
    if (bin.isTextual()) {
      String name = manifest.name();
      bins.put(name.substring(name.indexOf('/') + 1), bin.asText());
    }
    bin.properties().forEach(e -> bins.put(e.getKey(), e.getValue().asText("")));
    return bins;
  }

  /** Whether the file that an entry point names is among these. */
  static boolean exists(EntryPoint point, Set<String> paths) {
    String target = point.target();
    return switch (point.kind()) {
      case MAIN -> {
        String stem = target.endsWith("/") ? target.substring(0, target.length() - 1) : target;
        yield TRIED.stream()
            .map(tail -> stem.isEmpty() || stem.equals(".") ? "index.js" : stem + tail)
            .anyMatch(paths::contains);
      }
      case EXPORT, TYPES -> {
        int star = target.indexOf('*');
        yield star < 0
            ? paths.contains(target)
            : paths.stream()
                .anyMatch(
                    p ->
                        p.length() >= target.length()
                            && p.startsWith(target.substring(0, star))
                            && p.endsWith(target.substring(star + 1)));
      }
      case BIN -> paths.contains(target);
    };
  }

  /** How a user's program can load the package: each way is tried. */
  static List<Load> loads(Manifest manifest, Set<String> paths) {
    JsonNode exports = manifest.field("exports");
    String name = manifest.name();
    if (exports.isMissingNode() || exports.isNull()) {
      boolean loadable = manifest.has("main") || paths.contains("index.js");
      String main = manifest.has("main") ? manifest.text("main") : "./index.js";
      return loadable ? both(name, main, main, !manifest.isModule()) : List.of();
    }
    boolean bySubpath =
        exports.isObject() && exports.properties().stream().anyMatch(e -> isSubpath(e.getKey()));
    if (!bySubpath) {
      return loads(name, exports, manifest);
    }
    return exports.properties().stream()
        .filter(e -> isSubpath(e.getKey()) && !e.getKey().contains("*"))
        .flatMap(e -> loads(name + e.getKey().substring(1), e.getValue(), manifest).stream())
        .toList();
  }

  private static boolean isSubpath(String key) {
    return key.startsWith(".");
  }

  private static List<Load> loads(String specifier, JsonNode target, Manifest manifest) {
    String imported = resolve(target, Set.of("node", "import", "module-sync", "default"));
    String required = resolve(target, Set.of("node", "require", "module-sync", "default"));
    boolean common =
        states(target, "require")
            || required.endsWith(".cjs")
            || (required.endsWith(".js") && !manifest.isModule());
    return both(
        specifier,
        isCode(imported) ? imported : "",
        isCode(required) ? required : "",
        common && isCode(required));
  }

  /** Whether a condition is named anywhere in a target. */
  private static boolean states(JsonNode target, String condition) {
    return target.has(condition)
        || target.valueStream().anyMatch(inner -> states(inner, condition));
  }

  private static List<Load> both(
      String specifier, String imported, String required, boolean byRequire) {
    return Stream.of(new Load(specifier, false, imported), new Load(specifier, true, required))
        .filter(load -> load.byRequire() ? byRequire : !imported.isEmpty())
        .toList();
  }

  private static boolean isCode(String target) {
    return target.endsWith(".js") || target.endsWith(".mjs") || target.endsWith(".cjs");
  }

  /** The first target whose conditions all hold, as Node picks it; empty if there is none. */
  private static String resolve(JsonNode target, Set<String> conditions) {
    if (target.isTextual()) {
      return target.asText();
    }
    Stream<JsonNode> next =
        target.isArray()
            ? target.valueStream()
            : target.properties().stream()
                .filter(e -> conditions.contains(e.getKey()))
                .map(Map.Entry::getValue);
    return next.map(node -> resolve(node, conditions))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse("");
  }

  /**
   * One way to load a package.
   *
   * @param specifier as a program writes it
   * @param byRequire with {@code require}, not with {@code import}
   * @param target the file that it loads, as it stands in the manifest
   */
  record Load(String specifier, boolean byRequire, String target) {
    @Override
    public String toString() {
      return (byRequire ? "require" : "import") + "(\"" + specifier + "\")";
    }
  }
}
