package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the {@code exports} of a manifest lead to, and under which conditions. */
final class ExportTargets {
  /** Conditions that Node itself may meet; all others belong to other programs. */
  static final Set<String> OF_NODE =
      Set.of("node", "import", "require", "default", "module-sync", "node-addons");

  /** What holds when Node imports or requires, older ones and newer ones. */
  private static final List<Set<String>> WAYS_OF_NODE =
      List.of(
          Set.of("node", "import", "default"),
          Set.of("node", "require", "default"),
          Set.of("node", "import", "module-sync", "default"),
          Set.of("node", "require", "module-sync", "default"));

  private final List<Target> targets = new ArrayList<>();
  private final Set<String> arrived = new HashSet<>();

  private ExportTargets() {}

  /**
   * One end of a path through the conditions.
   *
   * @param at where it stands, as {@code exports["."]["import"]}
   * @param subpath the key it stands under; a dot for the package itself
   * @param conditions that must hold, outermost first
   * @param stated the target as it stands there
   * @param fallback whether it stands in a list, where the next one is tried
   * @param ofNode whether it is where Node arrives, by import or by require
   */
  record Target(
      String at,
      String subpath,
      List<String> conditions,
      String stated,
      boolean fallback,
      boolean ofNode) {
    boolean isOfTypes() {
      return conditions.stream().anyMatch(each -> isTypes(each));
    }

    /** The path below the package's root. */
    String path() {
      return new EntryPoint(at, stated, EntryPoint.Kind.EXPORT).target();
    }
  }

  /** Whether a condition is one that compilers ask for types with. */
  static boolean isTypes(String condition) {
    return condition.equals("types") || condition.startsWith("types@");
  }

  static List<Target> of(Manifest manifest) {
    ExportTargets all = new ExportTargets();
    JsonNode exports = manifest.field("exports");
    if (isBySubpath(exports)) {
      for (Map.Entry<String, JsonNode> each : exports.properties()) {
        all.subpath(key("exports", each.getKey()), each.getKey(), each.getValue());
      }
    } else {
      all.subpath("exports", ".", exports);
    }
    return all.targets;
  }

  /** Whether the keys are paths, and not conditions. */
  static boolean isBySubpath(JsonNode exports) {
    return exports.isObject()
        && exports.properties().stream().anyMatch(each -> each.getKey().startsWith("."));
  }

  static String key(String at, String key) {
    return at + "[\"" + Text.visible(key, 80) + "\"]";
  }

  private void subpath(String at, String subpath, JsonNode node) {
    arrived.clear();
    for (Set<String> conditions : WAYS_OF_NODE) {
      String end = arrive(at, node, conditions);
      if (!end.isEmpty()) {
        arrived.add(end);
      }
    }
    walk(at, subpath, List.of(), node, false);
  }

  /** Where the first target stands whose conditions all hold; empty if there is none. */
  private static String arrive(String at, JsonNode node, Set<String> conditions) {
    if (node.isTextual()) {
      return at;
    }
    if (node.isArray()) {
      return node.isEmpty() ? "" : arrive(at, node.path(0), conditions);
    }
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (conditions.contains(each.getKey())) {
        String end = arrive(key(at, each.getKey()), each.getValue(), conditions);
        if (!end.isEmpty() || each.getValue().isNull()) {
          return end;
        }
      }
    }
    return "";
  }

  private void walk(
      String at, String subpath, List<String> conditions, JsonNode node, boolean fallback) {
    if (node.isTextual()) {
      targets.add(
          new Target(at, subpath, conditions, node.asText(), fallback, arrived.contains(at)));
    } else if (node.isArray()) {
      node.forEach(each -> walk(at, subpath, conditions, each, node.size() > 1));
    } else {
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        List<String> more = new ArrayList<>(conditions);
        more.add(each.getKey());
        walk(key(at, each.getKey()), subpath, List.copyOf(more), each.getValue(), fallback);
      }
    }
  }
}
