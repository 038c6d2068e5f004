package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.registry.RegistryException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * npm's chain of settings as its own client reads it: the environment's {@code npm_config_*}, then
 * the project's, the user's and the global {@code .npmrc}. The first that says something wins. What
 * is given on npm's command line, and what is built into one copy of npm, is not among them.
 */
final class NpmConfig {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern INNER_UNDERSCORE = Pattern.compile("(?!^)_");
  private static final String PREFIX = "npm_config_";

  /**
   * One value, and where it was found.
   *
   * @param texts the value; several for an array
   * @param source where, in a few words: {@code project .npmrc, line 3}
   * @param place where, for somebody who must mend it: the file's path, or the variable
   * @param missing variables it names that are not set
   */
  record Value(List<String> texts, String source, String place, List<String> missing) {
    Value {
      texts = List.copyOf(texts);
      missing = List.copyOf(missing);
    }

    String text() {
      return texts.get(texts.size() - 1);
    }

    boolean isFalse() {
      return text().equals("false");
    }
  }

  private final Map<String, String> environment;
  private final Path folder;
  private final Path home;
  private final NpmVariables variables;
  private final List<Map<String, Value>> layers = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  private NpmConfig(Map<String, String> environment, Path folder, Path home) {
    this.environment = environment;
    this.folder = folder;
    this.home = home;
    this.variables = new NpmVariables(environment);
  }

  /**
   * Reads the chain.
   *
   * @throws RegistryException if a file of it is there and cannot be read
   */
  static NpmConfig read(Map<String, String> environment, Path folder, Path home) {
    Path here = folder.toAbsolutePath().normalize();
    NpmConfig config = new NpmConfig(Map.copyOf(environment), here, home.toAbsolutePath());
    config.layers.add(config.fromEnvironment());
    Path project = config.projectFolder().resolve(".npmrc");
    config.layers.add(config.fromFile(project, "project .npmrc"));
    Path user = config.path("userconfig").orElse(home.toAbsolutePath().resolve(".npmrc"));
    config.layers.add(
        user.equals(project) ? Map.of() : config.fromFile(user, "user " + user.getFileName()));
    config
        .path("globalconfig")
        .or(() -> config.globalPrefix().map(prefix -> prefix.resolve("etc").resolve("npmrc")))
        .filter(file -> !file.equals(user) && !file.equals(project))
        .ifPresent(file -> config.layers.add(config.fromFile(file, "global npmrc")));
    return config;
  }

  /** What is said of a key, by the first that says anything. */
  Optional<Value> find(String key) {
    return layers.stream()
        .flatMap(layer -> Optional.ofNullable(layer.get(key)).stream())
        .findFirst();
  }

  /** Every key that anybody says something of. */
  Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    layers.forEach(layer -> keys.addAll(layer.keySet()));
    return keys;
  }

  /** What people should be told of the files themselves. */
  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** A variable whose name npm's HTTP client takes in either case. */
  Optional<Value> variable(String lowerCase) {
    for (String name : List.of(lowerCase, lowerCase.toUpperCase(Locale.ROOT))) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        String place = "environment " + name;
        return Optional.of(new Value(List.of(value.strip()), place, place, List.of()));
      }
    }
    return Optional.empty();
  }

  /** A setting that is a file, made absolute as npm does. */
  Optional<Path> path(String key) {
    return find(key).flatMap(this::path);
  }

  /**
   * A value that is a file, made absolute as npm does.
   *
   * @throws RegistryException if it cannot be a path
   */
  Optional<Path> path(Value value) {
    String text = value.text();
    if (text.isBlank() || text.equals("null") || value.isFalse()) {
      return Optional.empty();
    }
    try {
      boolean inHome = text.startsWith("~/") || text.startsWith("~" + File.separator);
      Path path = inHome ? home.resolve(text.substring(2)) : folder.resolve(text);
      return Optional.of(path.normalize());
    } catch (InvalidPathException e) {
      throw new RegistryException(
          value.place() + " names a file that cannot exist.",
          "Correct that setting, or delete it.",
          /* retryable= */ false,
          e);
    }
  }

  private Map<String, Value> fromEnvironment() {
    Map<String, Value> values = new HashMap<>();
    // Sorted, so that the small letters that npm itself writes come last and win.
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              boolean ours =
                  name.regionMatches(/* ignoreCase= */ true, 0, PREFIX, 0, PREFIX.length());
              if (ours && !value.isEmpty()) {
                String source = "environment " + name;
                String key = environmentKey(name.substring(PREFIX.length()));
                values.put(key, filled(List.of(value), source, source));
              }
            });
    return values;
  }

  private static String environmentKey(String rest) {
    return rest.startsWith("//")
        ? rest
        : INNER_UNDERSCORE.matcher(rest).replaceAll("-").toLowerCase(Locale.ROOT);
  }

  private Map<String, Value> fromFile(Path file, String called) {
    Map<String, Value> values = new HashMap<>();
    String text = text(file);
    Npmrc.parse(text == null ? "" : text)
        .forEach(
            (key, line) -> {
              String where = ", line " + line.line();
              values.put(
                  variables.fill(key).text(), filled(line.values(), called + where, file + where));
            });
    return values;
  }

  private Value filled(List<String> written, String source, String place) {
    List<NpmVariables.Filled> filled = written.stream().map(variables::fill).toList();
    return new Value(
        filled.stream().map(NpmVariables.Filled::text).toList(),
        source,
        place,
        filled.stream().flatMap(each -> each.missing().stream()).toList());
  }

  /** A file's text; null if there is no such file. */
  private static @Nullable String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      if (!Files.isRegularFile(file)) {
        return null; // a folder of that name, say: npm passes it by
      }
      throw new RegistryException(
          "npm's settings in " + file + " could not be read.",
          "Make it a text file in UTF-8 that this user may read, or take it away.",
          /* retryable= */ false,
          e);
    }
  }

  /** The nearest folder with a manifest or installed packages, or the workspace root above it. */
  private Path projectFolder() {
    Path nearest = null;
    for (Path at = folder; at != null; at = at.getParent()) {
      if (nearest == null) {
        boolean isProject =
            Files.isRegularFile(at.resolve("package.json"))
                || Files.isDirectory(at.resolve("node_modules"));
        nearest = isProject ? at : null;
      } else if (hasWorkspace(at, nearest)) {
        if (Files.isRegularFile(nearest.resolve(".npmrc"))) {
          remarks.add(
              nearest.resolve(".npmrc")
                  + " is not read, because npm reads the one of the workspace root "
                  + at
                  + ".");
        }
        return at;
      }
    }
    return nearest == null ? folder : nearest;
  }

  private static boolean hasWorkspace(Path root, Path member) {
    Path manifest = root.resolve("package.json");
    if (!Files.isRegularFile(manifest)) {
      return false;
    }
    JsonNode workspaces;
    try {
      workspaces = JSON.readTree(Files.readAllBytes(manifest)).path("workspaces");
    } catch (IOException e) {
      return false; // somebody else's manifest, above the project; npm passes it by as well
    }
    JsonNode patterns = workspaces.isArray() ? workspaces : workspaces.path("packages");
    Path relative = root.relativize(member);
    return patterns
        .valueStream()
        .map(pattern -> pattern.asText("").replaceAll("^\\./|/$", ""))
        .anyMatch(pattern -> matches(pattern, relative));
  }

  private static boolean matches(String pattern, Path relative) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(relative);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Where npm installs for everybody: beside the Node that runs it, unless somebody says else. */
  private Optional<Path> globalPrefix() {
    Optional<Path> said = path("prefix");
    if (said.isPresent()) {
      return said;
    }
    String variable = environment.get("PREFIX");
    if (variable != null && !variable.isBlank()) {
      return Optional.of(folder.resolve(variable));
    }
    boolean windows = File.separatorChar == '\\';
    String program = windows ? "node.exe" : "node";
    for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        Path node = entry.isBlank() ? null : Path.of(entry).resolve(program);
        if (node != null && Files.isExecutable(node)) {
          Path bin = node.toRealPath().getParent();
          return Optional.ofNullable(bin).map(each -> windows ? each : each.getParent());
        }
      } catch (IOException | InvalidPathException e) {
        // not a place that Node can be started from either
      }
    }
    return Optional.empty();
  }
}
