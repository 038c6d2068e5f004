package dev.packageforge.npm;

import dev.packageforge.FileSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What users of a package can see of it by reading: ways to load it, names, commands, flags. How a
 * function behaves, and what it takes, is not seen.
 *
 * @param promises one line for each thing that somebody may rely on
 * @param oldestNode the lowest version of Node it says it runs on; empty if it says nothing
 */
record Surface(Set<String> promises, Optional<SemVer> oldestNode) {
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
  private static final Pattern VERSION =
      Pattern.compile("([0-9]{1,6})(?:\\.([0-9]{1,6}))?(?:\\.([0-9]{1,6}))?");

  Surface {
    promises = Set.copyOf(promises);
  }

  /**
   * The version that follows.
   *
   * @throws IllegalArgumentException if the version is none
   */
  static String next(String version, FileSet before, FileSet after) {
    SemVer current =
        SemVer.parse(version)
            .orElseThrow(() -> new IllegalArgumentException("not a version: \"" + version + "\""));
    Optional<Manifest> old = Manifest.in(before);
    Optional<Manifest> young = Manifest.in(after);
    if (old.isEmpty() || young.isEmpty()) {
      return current.next(2);
    }
    return change(
            old.get(), new ModuleGraph(before, old), young.get(), new ModuleGraph(after, young))
        .next(current);
  }

  /**
   * What users see of the way from one state of a package to another.
   *
   * @param lost what somebody may rely on and that is gone, sorted
   * @param gained what is new, sorted
   * @param newerNode whether it asks for a newer Node than before
   * @param olderNode whether an older Node will do
   */
  record Change(List<String> lost, List<String> gained, boolean newerNode, boolean olderNode) {
    boolean breaks() {
      return !lost.isEmpty() || newerNode;
    }

    /** The version that follows. */
    String next(SemVer current) {
      boolean firstNumberMeansNothing = current.numbers().get(0).signum() == 0;
      if (breaks()) {
        return current.next(firstNumberMeansNothing ? 1 : 0);
      }
      return current.next(!gained.isEmpty() || olderNode ? 1 : 2);
    }
  }

  static Change change(Manifest old, ModuleGraph oldFiles, Manifest young, ModuleGraph youngFiles) {
    Set<String> oldFlags = flags(old, oldFiles);
    Set<String> youngFlags = flags(young, youngFiles);
    if (oldFlags.isEmpty() && youngFlags.isEmpty()) {
      oldFlags = documented(old, oldFiles);
      youngFlags = documented(young, youngFiles);
    }
    Surface was = of(old, oldFiles, oldFlags);
    Surface is = of(young, youngFiles, youngFlags);
    return new Change(
        is.missing(was), was.missing(is), is.needsNewerNodeThan(was), was.needsNewerNodeThan(is));
  }

  /** What the other has and this one has not. */
  private List<String> missing(Surface other) {
    return other.promises.stream().filter(each -> !promises.contains(each)).sorted().toList();
  }

  private boolean needsNewerNodeThan(Surface other) {
    return oldestNode.isPresent()
        && other.oldestNode.isPresent()
        && SemVer.BY_PREFERENCE.compare(oldestNode.get(), other.oldestNode.get()) > 0;
  }

  static Surface of(Manifest manifest, ModuleGraph graph, Set<String> flags) {
    Set<String> promises = new HashSet<>();
    for (EntryPoints.Load load : EntryPoints.loads(manifest, graph.paths())) {
      promises.add(load.toString());
      graph
          .source(load.target())
          .ifPresent(
              path ->
                  ExportReader.names(graph, path)
                      .forEach(name -> promises.add(load + " gives " + name)));
    }
    for (var each : manifest.field("exports").properties()) {
      if (each.getKey().startsWith(".") && !each.getValue().isNull()) {
        promises.add("path " + each.getKey());
      }
    }
    declarations(manifest, graph)
        .forEach(
            path -> ExportReader.names(graph, path).forEach(name -> promises.add("type " + name)));
    EntryPoints.bins(manifest).keySet().forEach(name -> promises.add("command " + name));
    flags.forEach(flag -> promises.add("flag " + flag));
    return new Surface(promises, oldest(manifest.field("engines").path("node").asText("")));
  }

  /** The lowest version that a range begins with; only its numbers are looked at. */
  static Optional<SemVer> oldest(String range) {
    Optional<SemVer> oldest = Optional.empty();
    for (String set : range.split("\\|\\|", -1)) {
      Matcher matcher = VERSION.matcher(set);
      if (!set.strip().startsWith("<") && matcher.find()) {
        Optional<SemVer> found =
            SemVer.parse(number(matcher, 1) + "." + number(matcher, 2) + "." + number(matcher, 3));
        boolean lower =
            oldest.isEmpty() || SemVer.BY_PREFERENCE.compare(found.orElseThrow(), oldest.get()) < 0;
        oldest = lower ? found : oldest;
      }
    }
    return oldest;
  }

  private static String number(Matcher matcher, int group) {
    return Optional.ofNullable(matcher.group(group)).orElse("0");
  }

  /** The files of types that are named, and those that lie beside what is loaded. */
  private static Set<String> declarations(Manifest manifest, ModuleGraph graph) {
    Set<String> paths = new TreeSet<>();
    EntryPoints.of(manifest).stream()
        .filter(point -> point.kind() == EntryPoint.Kind.TYPES)
        .map(EntryPoint::target)
        .forEach(paths::add);
    EntryPoints.loads(manifest, graph.paths()).stream()
        .flatMap(load -> graph.source(load.target()).stream())
        .map(path -> path.replaceFirst("\\.([cm]?)js$", ".d.$1ts"))
        .forEach(paths::add);
    paths.retainAll(graph.paths());
    return paths;
  }

  /** The flags in what the commands' files say, and in the options that they have parsed. */
  private static Set<String> flags(Manifest manifest, ModuleGraph graph) {
    List<String> commands =
        EntryPoints.bins(manifest).values().stream()
            .flatMap(target -> graph.source(target).stream())
            .toList();
    Set<String> flags = new TreeSet<>();
    for (String path : graph.reachable(commands, Integer.MAX_VALUE)) {
      List<JsToken> tokens = graph.tokens(path);
      for (int i = 0; i < tokens.size(); i++) {
        JsToken token = tokens.get(i);
        boolean isText =
            token.kind() == JsToken.Kind.STRING || token.kind() == JsToken.Kind.TEMPLATE;
        if (isText) {
          addFlags(token.text(), flags);
        }
        if (isText || token.kind() == JsToken.Kind.WORD) {
          parsed(tokens, i).ifPresent(flags::add);
        }
      }
    }
    return flags;
  }

  /** {@code json: { type: 'boolean' }} of {@code parseArgs} of {@code node:util}. */
  private static Optional<String> parsed(List<JsToken> tokens, int key) {
    boolean isOption =
        key + 5 < tokens.size()
            && tokens.get(key + 1).is(":")
            && tokens.get(key + 2).is("{")
            && tokens.get(key + 3).isWord("type")
            && tokens.get(key + 4).is(":")
            && tokens.get(key + 5).kind() == JsToken.Kind.STRING
            && Set.of("boolean", "string").contains(tokens.get(key + 5).text());
    return isOption ? Optional.of("--" + tokens.get(key).text()) : Optional.empty();
  }

  private static Set<String> documented(Manifest manifest, ModuleGraph files) {
    Set<String> flags = new TreeSet<>();
    if (!EntryPoints.bins(manifest).isEmpty()) {
      files.text("README.md").ifPresent(text -> addFlags(text, flags));
    }
    return flags;
  }

  private static void addFlags(String text, Set<String> flags) {
    Matcher matcher = FLAG.matcher(text);
    while (matcher.find()) {
      flags.add(matcher.group());
    }
  }
}
