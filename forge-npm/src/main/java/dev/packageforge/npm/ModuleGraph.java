package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a package build on which, as far as reading tells: what they import, and the files
 * that they name in a string that begins with a dot. For one thread.
 */
final class ModuleGraph {
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?[jt]sx?");

  private final Function<String, Optional<String>> texts;
  private final Set<String> paths;
  private final Optional<Manifest> manifest;
  private final Map<String, Set<EntryPoints.Load>> loads = new HashMap<>();
  private final Map<String, List<JsToken>> tokens = new HashMap<>();

  /**
   * Reads nothing yet.
   *
   * @param manifest by which the package's own name leads to its files
   */
  ModuleGraph(FileSet files, Optional<Manifest> manifest) {
    this(
        files.files().stream().map(SourceFile::path).collect(Collectors.toSet()),
        path -> files.find(path).map(SourceFile::content),
        manifest);
  }

  /** The same, of files that were packed. */
  ModuleGraph(PackedFiles files, Optional<Manifest> manifest) {
    this(Set.copyOf(files.paths()), files::text, manifest);
  }

  private ModuleGraph(
      Set<String> paths, Function<String, Optional<String>> texts, Optional<Manifest> manifest) {
    this.paths = paths;
    this.texts = texts;
    this.manifest = manifest;
  }

  Set<String> paths() {
    return paths;
  }

  /** The words of a script; none if the path is no script of the package. */
  List<JsToken> tokens(String path) {
    return tokens.computeIfAbsent(
        path,
        p ->
            SCRIPT.matcher(p).matches()
                ? texts.apply(p).map(JsLexer::tokens).orElse(List.of())
                : List.of());
  }

  /** What a file says, if it can be read. */
  Optional<String> text(String path) {
    return texts.apply(path);
  }

  /** The source of a file that a manifest names. */
  Optional<String> source(String target) {
    String plain = new EntryPoint("", target, EntryPoint.Kind.EXPORT).target();
    return ImportPaths.source(plain, paths)
        .or(() -> ImportPaths.find(Manifest.FILE, "./" + plain, /* byRequire= */ true, paths));
  }

  /** The files that loading or running the package begins with, and the commands' files. */
  List<String> entries() {
    Set<String> entries = new LinkedHashSet<>();
    manifest.ifPresent(
        known -> {
          EntryPoints.loads(known, paths)
              .forEach(load -> source(load.target()).ifPresent(entries::add));
          EntryPoints.bins(known).values().forEach(bin -> source(bin).ifPresent(entries::add));
        });
    return List.copyOf(entries);
  }

  /** The files of the package that a file builds on directly, in order. */
  List<String> under(String path) {
    Set<String> found = new LinkedHashSet<>();
    for (ImportScanner.Import each : ImportScanner.imports(tokens(path))) {
      String specifier = each.specifier();
      if (ImportPaths.isRelative(specifier)) {
        file(path, specifier, each.byRequire()).ifPresent(found::add);
      } else {
        found.addAll(own(specifier));
      }
    }
    for (JsToken token : tokens(path)) {
      if (token.kind() == JsToken.Kind.STRING && ImportPaths.isRelative(token.text())) {
        file(path, token.text(), /* byRequire= */ false).ifPresent(found::add);
      }
    }
    found.remove(path);
    return List.copyOf(found);
  }

  private Optional<String> file(String from, String specifier, boolean byRequire) {
    return ImportPaths.find(from, specifier, byRequire, paths)
        .or(
            () ->
                ImportPaths.resolve(from, specifier)
                    .flatMap(target -> ImportPaths.source(target, paths)));
  }

  /** What the package's own name, or an inner name of its manifest, leads to. */
  List<String> own(String specifier) {
    if (manifest.isEmpty()) {
      return List.of();
    }
    if (specifier.startsWith("#")) {
      List<String> targets = new ArrayList<>();
      collect(manifest.get().field("imports").path(specifier), targets);
      return targets.stream().flatMap(target -> source(target).stream()).toList();
    }
    if (loads.isEmpty()) {
      EntryPoints.loads(manifest.get(), paths)
          .forEach(load -> loads.computeIfAbsent(load.specifier(), s -> new HashSet<>()).add(load));
    }
    return loads.getOrDefault(specifier, Set.of()).stream()
        .flatMap(load -> source(load.target()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.valueStream().forEach(inner -> collect(inner, texts));
  }

  /** These files and what they build on, nearest first, over at most so many imports. */
  Set<String> reachable(Collection<String> from, int hops) {
    Set<String> reached = new LinkedHashSet<>(from);
    List<String> edge = List.copyOf(from);
    for (int hop = 0; hop < hops && !edge.isEmpty(); hop++) {
      List<String> next = new ArrayList<>();
      for (String path : edge) {
        for (String under : under(path)) {
          if (reached.add(under)) {
            next.add(under);
          }
        }
      }
      edge = next;
    }
    return reached;
  }
}
