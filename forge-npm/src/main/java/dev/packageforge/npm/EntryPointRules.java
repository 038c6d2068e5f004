package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether every way into the package leads somewhere. */
final class EntryPointRules {
  private EntryPointRules() {}

  /** What is wrong before a build; a package with a build script may still make what is missing. */
  static List<Finding> check(Manifest manifest, FileSet files, Set<String> paths) {
    List<EntryPoint> points = EntryPoints.of(manifest);
    List<Finding> findings = new ArrayList<>(forms(points));
    boolean nothing = points.stream().allMatch(p -> p.kind() == EntryPoint.Kind.TYPES);
    if (nothing && !paths.contains("index.js") && !manifest.hasBuild()) {
      findings.add(
          Finding.error(
              "no-entry-point",
              Manifest.FILE,
              "The package can be neither imported nor run.",
              "Name the main file in \"exports\", or a command in \"bin\"."));
    }
    if (!manifest.hasBuild()) {
      findings.addAll(missing(points, paths, "entry-point-missing", "among the files"));
    }
    for (EntryPoint point : points) {
      if (point.kind() == EntryPoint.Kind.BIN) {
        files.find(point.target()).ifPresent(file -> shebang(file, findings));
      }
    }
    return findings;
  }

  /** A finding for each entry point that is not among these paths. */
  static List<Finding> missing(
      List<EntryPoint> points, Set<String> paths, String code, String place) {
    return points.stream()
        .filter(point -> !EntryPoints.exists(point, paths))
        .map(
            point ->
                Finding.error(
                    code,
                    Manifest.FILE,
                    point.field()
                        + " names \""
                        + Text.visible(point.target(), 80)
                        + "\", which is not "
                        + place
                        + ".",
                    "Name a file that is there, or add it; \"files\" must list it."))
        .toList();
  }

  private static List<Finding> forms(List<EntryPoint> points) {
    return points.stream()
        .filter(point -> point.field().startsWith("exports"))
        .filter(point -> !point.stated().startsWith("./") || point.stated().contains("/../"))
        .map(
            point ->
                Finding.error(
                    "export-form",
                    Manifest.FILE,
                    point.field()
                        + " is \""
                        + Text.visible(point.stated(), 80)
                        + "\", which does not begin with \"./\".",
                    "Begin every target in \"exports\" with \"./\"."))
        .toList();
  }

  private static void shebang(SourceFile file, List<Finding> findings) {
    String first = file.content().lines().findFirst().orElse("");
    if (!first.equals("#!/usr/bin/env node") || file.content().startsWith(first + "\r")) {
      findings.add(
          Finding.error(
              "bin-without-shebang",
              file.path() + ":1",
              "A command must begin with the line \"#!/usr/bin/env node\".",
              "Make that the first line, ended by a line feed alone."));
    }
  }
}
