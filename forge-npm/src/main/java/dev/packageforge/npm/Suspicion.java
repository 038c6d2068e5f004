package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which definitions of a package are to blame for tests that fail: those that failing tests come to
 * and passing ones do not, weighed as Ochiai's coefficient does. Which test comes to what is read
 * from the names in the code, so it is a hint and no proof. For one thread.
 */
final class Suspicion {
  private static final Set<String> STARTING =
      Set.of("spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork");
  private static final Set<String> DECLARING = Set.of("function", "class", "const", "let", "var");
  private static final Set<String> OPENING = Set.of("(", "[", "{");
  private static final Set<String> CLOSING = Set.of(")", "]", "}");
  private static final int SHOWN = 3;

  /** Beyond these, a draft is too large to look for suspects in. */
  private static final int MAX_TESTS = 200;

  private static final int MAX_DEFINITIONS = 1_000;

  /**
   * Something with a name that stands at the top of a file.
   *
   * @param from its first word
   * @param to the word after its last
   */
  record Definition(String path, String name, int line, int from, int to) {
    @Override
    public String toString() {
      return (name.isEmpty() ? "" : name + " in ") + path + ":" + line;
    }
  }

  private final ModuleGraph graph;
  private final Optional<Manifest> manifest;
  private final Map<String, List<Definition>> byName = new HashMap<>();
  private final Map<String, Set<String>> near = new HashMap<>();
  private final Map<Definition, Tally> tallies = new LinkedHashMap<>();
  private final Map<Definition, Set<Definition>> known = new HashMap<>();
  private int definitions;
  private int tests;
  private int failing;

  /** How many tests came to a definition, and how far it was. */
  private static final class Tally {
    int failed;
    int passed;
    int hops;
  }

  Suspicion(FileSet files) {
    this.manifest = Manifest.in(files);
    this.graph = new ModuleGraph(files, manifest);
    for (SourceFile file : files) {
      for (Definition each : definitions(file.path())) {
        byName.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each);
        definitions++;
      }
    }
  }

  private List<Definition> definitions(String path) {
    List<JsToken> tokens = graph.tokens(path);
    List<Definition> found = new ArrayList<>();
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.MARK) {
        depth += OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
      } else if (depth == 0 && token.kind() == JsToken.Kind.WORD) {
        int name = nameAfter(tokens, i);
        if (name > 0) {
          found.add(new Definition(path, tokens.get(name).text(), token.line(), i, tokens.size()));
        }
      }
    }
    for (int i = 0; i + 1 < found.size(); i++) {
      Definition each = found.get(i);
      int end = found.get(i + 1).from();
      found.set(i, new Definition(path, each.name(), each.line(), each.from(), end));
    }
    return found;
  }

  /** Where the name stands that is defined here; 0 if nothing is. */
  private static int nameAfter(List<JsToken> tokens, int at) {
    if (DECLARING.contains(tokens.get(at).text())) {
      int name = at + 1 < tokens.size() && tokens.get(at + 1).is("*") ? at + 2 : at + 1;
      return name < tokens.size() && tokens.get(name).kind() == JsToken.Kind.WORD ? name : 0;
    }
    boolean assigns =
        tokens.get(at).isWord("exports")
            && at + 3 < tokens.size()
            && tokens.get(at + 1).is(".")
            && tokens.get(at + 3).is("=");
    return assigns ? at + 2 : 0;
  }

  /**
   * Takes note of a test.
   *
   * @param path its file
   * @param line where it begins; 0 means all of the file
   */
  void test(String path, int line, boolean passed) {
    if (tests++ >= MAX_TESTS || definitions > MAX_DEFINITIONS) {
      return;
    }
    failing += passed ? 0 : 1;
    reached(path, line)
        .forEach(
            (definition, hops) -> {
              Tally tally = tallies.computeIfAbsent(definition, d -> new Tally());
              tally.failed += passed ? 0 : 1;
              tally.passed += passed ? 1 : 0;
              tally.hops += hops;
            });
  }

  /** The definitions that a test comes to, with how far each is. */
  private Map<Definition, Integer> reached(String path, int line) {
    List<JsToken> tokens = graph.tokens(path);
    int start = 0;
    while (start < tokens.size() && tokens.get(start).line() < line) {
      start++;
    }
    Map<Definition, Integer> hops = new LinkedHashMap<>();
    Deque<Definition> open = new ArrayDeque<>();
    int end = line == 0 ? tokens.size() : closing(tokens, start);
    Definition test = new Definition(path, "", line, start, end);
    hops.put(test, 0);
    open.add(test);
    while (!open.isEmpty()) {
      Definition from = open.remove();
      for (Definition next : known.computeIfAbsent(from, this::mentioned)) {
        if (hops.putIfAbsent(next, hops.getOrDefault(from, 0) + 1) == null) {
          open.add(next);
        }
      }
    }
    hops.keySet().removeIf(each -> TestFiles.isOfTests(each.path()));
    return hops;
  }

  private Set<Definition> mentioned(Definition from) {
    List<JsToken> tokens = graph.tokens(from.path());
    Set<String> around = around(from.path());
    Set<Definition> found = new LinkedHashSet<>();
    for (int i = from.from(); i < from.to(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.WORD) {
        List<Definition> all = byName.getOrDefault(token.text(), List.of());
        List<Definition> own = all.stream().filter(d -> d.path().equals(from.path())).toList();
        found.addAll(own);
        if (own.isEmpty()) {
          all.stream().filter(d -> around.contains(d.path())).forEach(found::add);
        }
      }
      if (TestFiles.isOfTests(from.path())) {
        started(from.path(), token).forEach(file -> found.add(whole(file)));
      }
    }
    return found;
  }

  private Set<String> around(String path) {
    return near.computeIfAbsent(path, p -> graph.reachable(List.of(p), Integer.MAX_VALUE));
  }

  /** The files that a word of a test has started as programs. */
  private List<String> started(String path, JsToken token) {
    if (manifest.isEmpty()) {
      return List.of();
    }
    Map<String, String> bins = EntryPoints.bins(manifest.get());
    if (STARTING.contains(token.text())) {
      return bins.values().stream().flatMap(bin -> graph.source(bin).stream()).toList();
    }
    return token.kind() == JsToken.Kind.STRING && ImportPaths.isRelative(token.text())
        ? ImportPaths.find(path, token.text(), /* byRequire= */ false, graph.paths()).stream()
            .toList()
        : List.of();
  }

  private Definition whole(String path) {
    return new Definition(path, "", 1, 0, graph.tokens(path).size());
  }

  private static int closing(List<JsToken> tokens, int start) {
    int depth = 0;
    for (int i = start; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.MARK) {
        boolean closes = CLOSING.contains(token.text());
        depth += OPENING.contains(token.text()) ? 1 : closes ? -1 : 0;
        if (closes && depth <= 0) {
          return i;
        }
      }
    }
    return tokens.size();
  }

  /** The definitions most to blame for what failed, the first one most. */
  List<Definition> most() {
    Comparator<Map.Entry<Definition, Tally>> order =
        Comparator.comparing((Map.Entry<Definition, Tally> e) -> -score(e.getValue()))
            .thenComparing(e -> e.getValue().hops)
            .thenComparing(e -> e.getKey().path())
            .thenComparing(e -> e.getKey().line());
    return tallies.entrySet().stream()
        .filter(e -> e.getValue().failed > 0)
        .sorted(order)
        .limit(SHOWN)
        .map(Map.Entry::getKey)
        .toList();
  }

  private double score(Tally tally) {
    return tally.failed / Math.sqrt((double) failing * (tally.failed + tally.passed));
  }
}
