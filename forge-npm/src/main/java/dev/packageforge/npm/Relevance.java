package dev.packageforge.npm;

import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which files a repair needs to see. */
final class Relevance {
  private static final int HOPS = 2;
  private static final Pattern WORD = Pattern.compile("[\\w@.+/-]+");
  private static final Set<Step> OF_THE_MANIFEST = Set.of(Step.INSPECT, Step.INSTALL, Step.PACK);

  private Relevance() {}

  /**
   * The files that a failure names, in the order in which it names them, then what they build on,
   * then the manifest if it may be at fault. All files if the failure names none and the package
   * has no way in.
   */
  static List<String> of(FileSet files, FailureDigest failure) {
    Optional<Manifest> manifest = Manifest.in(files);
    ModuleGraph graph = new ModuleGraph(files, manifest);
    String text = failure.headline() + "\n" + failure.text();
    List<String> named = named(text, graph);
    Set<String> relevant = new LinkedHashSet<>(graph.reachable(named, HOPS));
    boolean code =
        relevant.stream().anyMatch(path -> !TestFiles.isOfTests(path) && isCode(graph, path));
    if (!code && !OF_THE_MANIFEST.contains(failure.step())) {
      relevant.addAll(graph.reachable(graph.entries(), HOPS));
    }
    if (OF_THE_MANIFEST.contains(failure.step()) || manifest.isEmpty()) {
      files.find(Manifest.FILE).ifPresent(file -> relevant.add(file.path()));
    }
    return relevant.isEmpty()
        ? files.files().stream().map(SourceFile::path).toList()
        : List.copyOf(relevant);
  }

  private static boolean isCode(ModuleGraph graph, String path) {
    return !graph.tokens(path).isEmpty();
  }

  /** The files that a text names, in its order; for a file that was built, its source. */
  private static List<String> named(String text, ModuleGraph graph) {
    Set<String> named = new LinkedHashSet<>();
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      String path = words.group().replaceFirst("^(?:\\./)+", "").replaceFirst("\\.+$", "");
      ImportPaths.source(path, graph.paths())
          .filter(source -> path.contains(".") || source.equals(path))
          .ifPresent(named::add);
    }
    return List.copyOf(named);
  }
}
