package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the files themselves add to a failure. For one thread. */
final class Hints {
  private static final Pattern REQUESTED = Pattern.compile("requested module '([^']+)'");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "(?:the dependency|names|the script|[Tt]he field|published:) \"([^\"]+)\""
              + "|^\"([^\"]+)\" in \"|^The (name|version) is ");
  private static final Pattern MISSING =
      Pattern.compile("(?:Cannot find (?:module|package)|Package subpath) '([^']+)'");
  private static final Set<String> OF_ENDS =
      Set.of(CrashReader.ENDED, "entry-ends-process", "no-tests-executed", "test-report-missing");
  private static final Set<String> OF_WAITING =
      Set.of("timed-out", "never-settled", "out-of-memory");
  private static final Set<String> OF_MESSAGES = Set.of("unhandled-rejection", "crashed");
  private static final int SHORTEST_MESSAGE = 4;
  private static final int SHOWN = 3;
  private static final int MAX_NAMES = 20;

  private final ModuleGraph graph;
  private final FileSet files;

  Hints(FileSet files) {
    this.files = files;
    this.graph = new ModuleGraph(files, Manifest.in(files));
  }

  /** Where a failure is: with the line of the import at fault, if that is all it lacks. */
  String place(Finding finding) {
    String where = finding.where();
    Matcher dependency = DEPENDENCY.matcher(finding.sentence());
    if (where.equals(Manifest.FILE) && dependency.find()) {
      return where + line(where, told(dependency));
    }
    if (OF_MESSAGES.contains(finding.code()) && !isOfCode(where)) {
      return thrower(finding.sentence()).orElse(where);
    }
    Matcher missing = MISSING.matcher(finding.sentence());
    if (where.contains(":") || !missing.find()) {
      return where;
    }
    String wanted = missing.group(1);
    return ImportScanner.imports(graph.tokens(where)).stream()
        .filter(each -> means(where, each.specifier(), wanted))
        .findFirst()
        .map(each -> where + ":" + each.line())
        .orElse(where);
  }

  private static boolean isOfCode(String where) {
    return where.contains(":") && !TestFiles.isOfTests(where.substring(0, where.indexOf(':')));
  }

  /** The one place in the code with a text that the sentence ends with, if there is only one. */
  private Optional<String> thrower(String sentence) {
    List<String> places = new ArrayList<>();
    for (SourceFile file : files) {
      for (JsToken token : graph.tokens(file.path())) {
        boolean isText =
            token.kind() == JsToken.Kind.STRING || token.kind() == JsToken.Kind.TEMPLATE;
        if (isText
            && token.text().length() >= SHORTEST_MESSAGE
            && !TestFiles.isOfTests(file.path())
            && sentence.endsWith(token.text())) {
          places.add(file.path() + ":" + token.line());
        }
      }
    }
    return places.size() == 1 ? Optional.of(places.get(0)) : Optional.empty();
  }

  private static String told(Matcher matcher) {
    return Stream.of(1, 2, 3)
        .flatMap(group -> Optional.ofNullable(matcher.group(group)).stream())
        .findFirst()
        .orElse("");
  }

  /** The line of a file that first holds a text, after a colon. */
  private String line(String path, String text) {
    List<String> lines =
        files.find(path).map(file -> file.content().lines().toList()).orElse(List.of());
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(text)) {
        return ":" + (i + 1);
      }
    }
    return "";
  }

  private static boolean means(String from, String specifier, String wanted) {
    return specifier.equals(wanted)
        || PackageName.ofImport(specifier).equals(wanted)
        || (ImportPaths.isRelative(specifier)
            && ImportPaths.resolve(from, specifier).filter(wanted::endsWith).isPresent());
  }

  /** Lines that say where else to look. */
  List<String> of(Failure failure) {
    Finding finding = failure.finding();
    String path = finding.where().replaceFirst(":[0-9]+$", "");
    if (!path.isEmpty() && files.find(path).isEmpty()) {
      return ImportPaths.source(path, graph.paths()).stream()
          .map(source -> path + " is built from " + source)
          .toList();
    }
    if (finding.code().equals("export-missing")) {
      return exports(finding);
    }
    if (OF_WAITING.contains(finding.code())) {
      return places("what may never end is in ", Hints::waits);
    }
    return OF_ENDS.contains(finding.code())
        ? places("the process is ended in ", Hints::ends)
        : List.of();
  }

  /** What the module does export that was asked for another name. */
  private List<String> exports(Finding finding) {
    Matcher requested = REQUESTED.matcher(finding.sentence());
    if (!requested.find()) {
      return List.of();
    }
    String importer = finding.where().replaceFirst(":[0-9]+$", "");
    String specifier = requested.group(1);
    Optional<String> module =
        ImportPaths.isRelative(specifier)
            ? ImportPaths.find(importer, specifier, /* byRequire= */ false, graph.paths())
            : graph.own(specifier).stream().findFirst();
    return module.stream()
        .map(
            path ->
                path
                    + " exports "
                    + String.join(
                        ", ", ExportReader.names(graph, path).stream().limit(MAX_NAMES).toList()))
        .toList();
  }

  /** Where the code outside the tests has something, in a line. */
  private List<String> places(String what, BiPredicate<List<JsToken>, Integer> has) {
    List<String> places = new ArrayList<>();
    for (SourceFile file : files) {
      List<JsToken> tokens = graph.tokens(file.path());
      for (int i = 0; i < tokens.size() && places.size() < SHOWN; i++) {
        if (!TestFiles.isOfTests(file.path()) && has.test(tokens, i)) {
          places.add(file.path() + ":" + tokens.get(i).line());
        }
      }
    }
    return places.isEmpty() ? List.of() : List.of(what + String.join(", ", places));
  }

  private static boolean ends(List<JsToken> tokens, int at) {
    return isText(tokens, at, "process", ".")
        && at + 2 < tokens.size()
        && Set.of("exit", "abort", "kill").contains(tokens.get(at + 2).text());
  }

  private static boolean waits(List<JsToken> tokens, int at) {
    return isText(tokens, at, "while", "(", "true", ")")
        || isText(tokens, at, "while", "(", "1", ")")
        || isText(tokens, at, "for", "(", ";", ";", ")")
        || isText(tokens, at, "new", "Promise", "(", "(", ")", "=", ">", "{", "}")
        || isText(tokens, at, "setInterval", "(")
        || isText(tokens, at, ".", "listen", "(");
  }

  private static boolean isText(List<JsToken> tokens, int at, String... texts) {
    for (int i = 0; i < texts.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).text().equals(texts[i])) {
        return false;
      }
    }
    return true;
  }
}
