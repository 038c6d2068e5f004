package dev.packageforge.npm;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells the names that a module gives to whoever loads it, as far as reading tells: ECMAScript
 * exports, TypeScript declarations, and what CommonJS assigns to {@code exports}. For one thread.
 */
final class ExportReader {
  private static final Set<String> DECLARING =
      Set.of("const", "let", "var", "class", "function", "enum", "interface", "type", "namespace");
  private static final Set<String> BEFORE_DECLARING = Set.of("declare", "abstract", "async");
  private static final Set<String> LISTING = Set.of("const", "let", "var");
  private static final Set<String> OPENING = Set.of("(", "[", "{");
  private static final Set<String> CLOSING = Set.of(")", "]", "}");
  private static final String DEFAULT = "default";

  private final ModuleGraph graph;
  private final Set<String> visited = new HashSet<>();
  private final Set<String> names = new TreeSet<>();

  private ExportReader(ModuleGraph graph) {
    this.graph = graph;
  }

  /** The names of a module of the package, sorted; re-exports are followed inside the package. */
  static Set<String> names(ModuleGraph graph, String path) {
    ExportReader reader = new ExportReader(graph);
    reader.read(path);
    return reader.names;
  }

  private void read(String path) {
    if (!visited.add(path)) {
      return;
    }
    List<JsToken> tokens = graph.tokens(path);
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.MARK) {
        depth += OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
      } else if (depth == 0 && token.isWord("export") && !isMember(tokens, i)) {
        exported(path, tokens, i + 1);
      } else if (token.isWord("exports")) {
        assigned(path, tokens, i, depth);
      }
    }
  }

  private static boolean isMember(List<JsToken> tokens, int at) {
    return at > 0 && tokens.get(at - 1).is(".");
  }

  /** What stands after {@code export}. */
  private void exported(String path, List<JsToken> tokens, int start) {
    int at = start;
    while (isOneOf(tokens, at, BEFORE_DECLARING)) {
      at++;
    }
    if (isWord(tokens, at, DEFAULT) || is(tokens, at, "=")) {
      names.add(DEFAULT);
    } else if (is(tokens, at, "*")) {
      everything(path, tokens, at + 1);
    } else if (is(tokens, at, "{")) {
      list(tokens, at + 1);
    } else if (isWord(tokens, at, "type") && is(tokens, at + 1, "{")) {
      list(tokens, at + 2);
    } else if (isWord(tokens, at, "type") && is(tokens, at + 1, "*")) {
      everything(path, tokens, at + 2);
    } else if (isOneOf(tokens, at, DECLARING)) {
      boolean isEnum = isWord(tokens, at, "const") && isWord(tokens, at + 1, "enum");
      declared(tokens, at + (isEnum ? 2 : 1), !isEnum && isOneOf(tokens, at, LISTING));
    }
  }

  private void everything(String path, List<JsToken> tokens, int after) {
    if (isWord(tokens, after, "as")) {
      text(tokens, after + 1).ifPresent(names::add);
      return;
    }
    if (isWord(tokens, after, "from")) {
      text(tokens, after + 1).ifPresent(specifier -> follow(path, specifier, false));
    }
  }

  /** What another module gives, this one gives too; not its default. */
  private void follow(String path, String specifier, boolean byRequire) {
    Optional<String> target =
        ImportPaths.isRelative(specifier)
            ? ImportPaths.find(path, specifier, byRequire, graph.paths())
            : Optional.empty();
    if (target.isEmpty()) {
      names.add("* from " + specifier);
      return;
    }
    boolean hadDefault = names.contains(DEFAULT);
    read(target.get());
    if (!hadDefault && !byRequire) {
      names.remove(DEFAULT);
    }
  }

  /** {@code a, b as c, type D }}: the last word of each. */
  private void list(List<JsToken> tokens, int start) {
    Optional<String> last = Optional.empty();
    for (int at = start; at < tokens.size() && !is(tokens, at, "}"); at++) {
      if (is(tokens, at, ",")) {
        last.ifPresent(names::add);
        last = Optional.empty();
      } else {
        last = text(tokens, at);
      }
    }
    last.ifPresent(names::add);
  }

  private void declared(List<JsToken> tokens, int start, boolean several) {
    int at = is(tokens, start, "*") ? start + 1 : start;
    if (is(tokens, at, "{") || is(tokens, at, "[")) {
      pattern(tokens, at);
      return;
    }
    text(tokens, at).ifPresent(names::add);
    int depth = 0;
    for (int i = at + 1; several && i < tokens.size() && !endsStatement(tokens, i, depth); i++) {
      JsToken token = tokens.get(i);
      if (token.kind() == JsToken.Kind.MARK) {
        depth += OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
      }
      if (depth == 0 && token.is(",")) {
        text(tokens, i + 1).ifPresent(names::add);
      }
    }
  }

  private static boolean endsStatement(List<JsToken> tokens, int at, int depth) {
    JsToken token = tokens.get(at);
    JsToken last = tokens.get(at - 1);
    boolean complete = last.kind() != JsToken.Kind.MARK || CLOSING.contains(last.text());
    boolean newLine = token.line() > last.line() && token.kind() == JsToken.Kind.WORD;
    return depth < 0
        || (depth == 0 && (token.is(";") || token.isWord("export") || (newLine && complete)));
  }

  /** {@code { a, b: c, ...rest }} or {@code [a, b]}: the names that are bound. */
  private void pattern(List<JsToken> tokens, int open) {
    int depth = 0;
    for (int at = open; at < tokens.size(); at++) {
      JsToken token = tokens.get(at);
      depth +=
          token.kind() != JsToken.Kind.MARK
              ? 0
              : OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
      if (depth == 0) {
        return;
      }
      boolean bound = token.kind() == JsToken.Kind.WORD && !is(tokens, at + 1, ":");
      if (bound && !is(tokens, at - 1, "=")) {
        names.add(token.text());
      }
    }
  }

  /** {@code exports.a = …}, {@code module.exports = …}. */
  private void assigned(String path, List<JsToken> tokens, int at, int depth) {
    boolean ofModule = isMember(tokens, at) && at > 1 && isWord(tokens, at - 2, "module");
    if (isMember(tokens, at) && !ofModule) {
      return;
    }
    if (is(tokens, at + 1, ".")) {
      if (is(tokens, at + 3, "=") && !is(tokens, at + 4, "=")) {
        text(tokens, at + 2).ifPresent(names::add);
      }
    } else if (ofModule && is(tokens, at + 1, "=") && !is(tokens, at + 2, "=")) {
      if (is(tokens, at + 2, "{")) {
        // Inside of something else it may stand often, each time with all that follows to be read.
        if (depth == 0) {
          members(path, tokens, at + 3);
        }
      } else if (isWord(tokens, at + 2, "require") && is(tokens, at + 3, "(")) {
        text(tokens, at + 4).ifPresent(specifier -> follow(path, specifier, true));
      } else {
        names.add(DEFAULT);
      }
    }
  }

  /** The keys of an object that is written out. */
  private void members(String path, List<JsToken> tokens, int start) {
    int depth = 0;
    boolean expected = true;
    for (int at = start; at < tokens.size() && depth >= 0; at++) {
      JsToken token = tokens.get(at);
      if (depth == 0 && expected && token.is(".") && isWord(tokens, at + 3, "require")) {
        text(tokens, at + 5).ifPresent(specifier -> follow(path, specifier, true));
      } else if (depth == 0 && expected && token.kind() != JsToken.Kind.MARK) {
        boolean prefix =
            isOneOf(tokens, at, Set.of("async", "get", "set")) && text(tokens, at + 1).isPresent();
        if (!prefix) {
          names.add(token.text());
          expected = false;
        }
      } else if (token.kind() == JsToken.Kind.MARK) {
        depth += OPENING.contains(token.text()) ? 1 : CLOSING.contains(token.text()) ? -1 : 0;
        boolean comma = depth == 0 && token.is(",");
        expected = comma || (expected && token.is("*"));
      }
    }
  }

  private static boolean is(List<JsToken> tokens, int at, String mark) {
    return at >= 0 && at < tokens.size() && tokens.get(at).is(mark);
  }

  private static boolean isWord(List<JsToken> tokens, int at, String word) {
    return at >= 0 && at < tokens.size() && tokens.get(at).isWord(word);
  }

  private static boolean isOneOf(List<JsToken> tokens, int at, Set<String> words) {
    return at < tokens.size()
        && tokens.get(at).kind() == JsToken.Kind.WORD
        && words.contains(tokens.get(at).text());
  }

  /** A name, or a string in a name's place. */
  private static Optional<String> text(List<JsToken> tokens, int at) {
    return at < tokens.size()
            && (tokens.get(at).kind() == JsToken.Kind.WORD
                || tokens.get(at).kind() == JsToken.Kind.STRING)
        ? Optional.of(tokens.get(at).text())
        : Optional.empty();
  }
}
