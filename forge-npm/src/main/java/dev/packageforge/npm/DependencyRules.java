package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a package may build on: what the plan names, from the registry, in bounded versions. */
final class DependencyRules {
  /** What turns TypeScript into JavaScript; users of the package never install it. */
  static final String COMPILER = "typescript";

  static final String NODE_TYPES = "@types/node";
  private static final Set<String> TOOLS = Set.of(COMPILER, NODE_TYPES);

  private DependencyRules() {}

  /** What is wrong with one stated dependency. */
  static List<Finding> check(String where, String name, String range) {
    List<Finding> findings = new ArrayList<>();
    if (!PackageName.mayExist(name)) {
      findings.add(badName(where, "\"" + Text.visible(name, 80) + "\""));
    }
    VersionRange.problem(range)
        .ifPresent(
            problem ->
                findings.add(
                    Finding.error(
                        "dependency-source",
                        where,
                        "The dependency \""
                            + Text.visible(name, 80)
                            + "\" is not taken from the registry in known versions: "
                            + problem
                            + ".",
                        "State a range such as \"^1.2.3\"; no addresses, folders, tags or"
                            + " \"*\".")));
    if (VersionRange.isOpenEnded(range)) {
      findings.add(openEnded(where, "\"" + Text.visible(name, 80) + "\""));
    }
    return findings;
  }

  private static Finding badName(String where, String shown) {
    return Finding.error(
        "dependency-name",
        where,
        shown + " cannot be the name of a package.",
        "Name a package of the registry.");
  }

  private static Finding openEnded(String where, String shown) {
    return Finding.warning(
        "dependency-open-ended",
        where,
        "The range of " + shown + " takes every later version.",
        "State a range such as \"^1.2.3\".");
  }

  /** What is wrong with the dependencies of a manifest. */
  static List<Finding> check(Manifest manifest, PackagePlan plan) {
    Map<String, String> planned = new HashMap<>();
    plan.dependencies().forEach(each -> planned.putIfAbsent(each.name(), each.range().strip()));
    List<Finding> findings = new ArrayList<>();
    for (String section : Manifest.DEPENDENCY_SECTIONS) {
      manifest
          .dependencies(section)
          .forEach(
              (name, range) -> {
                findings.addAll(check(Manifest.FILE, name, range));
                String plannedRange = planned.get(name);
                if (plannedRange == null && isTool(section, name)) {
                  if (VersionRange.isOpenEnded(range)) {
                    findings.add(unbounded(name));
                  }
                } else if (plannedRange == null) {
                  findings.add(unplanned(section, name));
                } else if (!plannedRange.equals(range.strip())
                    && VersionRange.problem(range).isEmpty()) {
                  findings.add(otherwise(section, name, range, plannedRange));
                }
              });
    }
    findings.addAll(bundles(manifest));
    return findings;
  }

  private static List<Finding> bundles(Manifest manifest) {
    List<Finding> findings = new ArrayList<>();
    for (String bundle : List.of("bundleDependencies", "bundledDependencies")) {
      JsonNode bundled = manifest.field(bundle);
      boolean nothing = bundled.isArray() ? bundled.isEmpty() : bundled.equals(BooleanNode.FALSE);
      if (!bundled.isMissingNode() && !nothing) {
        findings.add(
            Finding.error(
                "dependency-bundled",
                Manifest.FILE,
                "\"" + bundle + "\" packs other packages into this one.",
                "Remove the field."));
      }
    }
    return findings;
  }

  /** What is wrong with what somebody's own package builds on, for those who install it. */
  static List<Finding> anybodys(Manifest manifest) {
    List<Finding> findings = new ArrayList<>();
    for (String section : Manifest.DEPENDENCY_SECTIONS) {
      if (!section.equals("devDependencies")) {
        manifest
            .dependencies(section)
            .forEach((name, range) -> findings.addAll(anybodys(section, name, range)));
      }
    }
    findings.addAll(bundles(manifest));
    return findings;
  }

  private static List<Finding> anybodys(String section, String name, String range) {
    List<Finding> findings = new ArrayList<>();
    String shown = "\"" + Text.visible(name, 80) + "\"";
    if (!PackageName.mayExist(name)) {
      findings.add(badName(Manifest.FILE, shown));
    }
    VersionRange.Kind kind = VersionRange.kind(range);
    if (kind == VersionRange.Kind.ELSEWHERE) {
      findings.add(
          Finding.error(
              "dependency-source",
              Manifest.FILE,
              "The dependency "
                  + shown
                  + " is not taken from the registry: \""
                  + Text.visible(range, 80)
                  + "\".",
              "State a range such as \"^1.2.3\" of a package that is published."));
    } else if (kind != VersionRange.Kind.BOUNDED && !section.equals("peerDependencies")) {
      findings.add(openEnded(Manifest.FILE, shown));
    }
    return findings;
  }

  /** Whether it is a compiler that a build may use without a plan. */
  private static boolean isTool(String section, String name) {
    return section.equals("devDependencies") && TOOLS.contains(name);
  }

  private static Finding unbounded(String name) {
    return Finding.error(
        "dependency-unbounded",
        Manifest.FILE,
        "\"" + name + "\" would be built with in every later version.",
        "State a range such as \"^5.9.0\".");
  }

  /** A warning for each planned dependency that no file imports. */
  static List<Finding> unused(PackagePlan plan, Set<String> imported) {
    return plan.dependencies().stream()
        .map(PackagePlan.PlannedDependency::name)
        .filter(name -> !imported.contains(name) && !name.startsWith("@types/"))
        .distinct()
        .map(
            name ->
                Finding.warning(
                    "dependency-unused",
                    Manifest.FILE,
                    "No file imports the planned dependency \"" + Text.visible(name, 80) + "\".",
                    "Do without it."))
        .toList();
  }

  private static Finding otherwise(String section, String name, String range, String planned) {
    String wanted = "\"" + Text.visible(planned, 80) + "\"";
    return Finding.error(
        "dependency-range-differs",
        Manifest.FILE,
        "\""
            + Text.visible(name, 80)
            + "\" in \""
            + section
            + "\" has the range \""
            + Text.visible(range, 80)
            + "\", but the plan settled on "
            + wanted
            + ".",
        "State the range " + wanted + ".");
  }

  private static Finding unplanned(String section, String name) {
    return Finding.error(
        "dependency-not-planned",
        Manifest.FILE,
        "\"" + Text.visible(name, 80) + "\" in \"" + section + "\" is not in the plan.",
        "Do without it; only the plan's dependencies were looked up.");
  }
}
