package dev.packageforge.npm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** At which paths of a package an imported file may be. */
final class ImportPaths {
  private static final Pattern DECLARATION = Pattern.compile(".*\\.d\\.[cm]?ts");

  /** Folders that builds write to. */
  private static final Set<String> BUILT =
      Set.of("dist", "lib", "build", "out", "output", "esm", "cjs", "types");

  private ImportPaths() {}

  /** Whether a specifier means a file next to the one that imports it. */
  static boolean isRelative(String specifier) {
    return specifier.startsWith("./")
        || specifier.startsWith("../")
        || specifier.equals(".")
        || specifier.equals("..");
  }

  /** The path that a relative specifier means; empty if it leaves the package. */
  static Optional<String> resolve(String from, String specifier) {
    List<String> at = new ArrayList<>(List.of(from.split("/", -1)));
    at.remove(at.size() - 1);
    for (String step : specifier.split("/", -1)) {
      if (step.equals("..")) {
        if (at.isEmpty()) {
          return Optional.empty();
        }
        at.remove(at.size() - 1);
      } else if (!step.equals(".") && !step.isEmpty()) {
        at.add(step);
      }
    }
    return Optional.of(String.join("/", at));
  }

  /** The paths that are tried for a target, in order. */
  static Stream<String> candidates(String from, String target, boolean byRequire) {
    if (DECLARATION.matcher(from).matches()) {
      String stem = target.replaceFirst("\\.[cm]?js$", "");
      return Stream.of(target, stem + ".d.ts", stem + ".d.mts", stem + ".d.cts");
    }
    if (byRequire) {
      String stem = target.isEmpty() ? "" : target + "/";
      return Stream.of(
          target, target + ".js", target + ".json", target + ".node", stem + "index.js");
    }
    return from.endsWith("ts")
        ? Stream.of(
            target,
            target.replaceFirst("\\.([cm]?)js$", ".$1ts"),
            target + ".ts",
            target + "/index.ts")
        : Stream.of(target);
  }

  /** The file among these paths that a relative import means. */
  static Optional<String> find(
      String from, String specifier, boolean byRequire, Set<String> paths) {
    return resolve(from, specifier)
        .flatMap(target -> candidates(from, target, byRequire).filter(paths::contains).findFirst());
  }

  /**
   * The file among these paths that a build makes a file of, told by the names: {@code
   * src/index.ts} for {@code dist/index.js} or {@code dist/cjs/index.cjs}. A file that is there
   * already is its own source.
   */
  static Optional<String> source(String path, Set<String> paths) {
    if (paths.contains(path)) {
      return Optional.of(path);
    }
    if (!BUILT.contains(path.split("/", 2)[0])) {
      return Optional.empty();
    }
    String stem = path.replaceFirst("(?:\\.d)?\\.[cm]?[jt]s$", "");
    String below = stem.substring(stem.indexOf('/') + 1);
    String deeper = below.substring(below.indexOf('/') + 1);
    return Stream.of("src/" + below, "src/" + deeper, below, deeper)
        .flatMap(
            base ->
                Stream.of(".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs").map(base::concat))
        .filter(paths::contains)
        .findFirst();
  }
}
