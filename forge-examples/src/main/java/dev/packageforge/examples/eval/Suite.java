package dev.packageforge.examples.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Cases, from a folder or as they are shipped. A case is a folder with {@code case.json}, {@code
 * prompt.txt} and {@code acceptance.mjs}.
 */
public final class Suite {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,60}");
  private static final int MAX_BYTES = 256 * 1024;

  private Suite() {}

  /** Where the files of cases are. */
  @FunctionalInterface
  private interface Source {
    /**
     * Opens a file.
     *
     * @throws IOException if there is none
     */
    InputStream open(String path) throws IOException;
  }

  /**
   * The cases that are shipped, in the order of their index.
   *
   * @throws IOException if one is missing
   * @throws IllegalArgumentException if one is not what it should be
   */
  public static List<EvalCase> shipped() throws IOException {
    Source source = Suite::resource;
    List<String> names = text(source, "index.txt").lines().filter(line -> !line.isBlank()).toList();
    return read(source, names);
  }

  /**
   * The cases in a folder, by name.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if one is not what it should be
   */
  public static List<EvalCase> in(Path folder) throws IOException {
    List<String> names;
    try (Stream<Path> entries = Files.list(folder)) {
      names =
          entries
              .filter(entry -> Files.isRegularFile(entry.resolve("prompt.txt")))
              .map(entry -> String.valueOf(entry.getFileName()))
              .sorted()
              .toList();
    }
    return read(path -> Files.newInputStream(folder.resolve(path)), names);
  }

  private static InputStream resource(String path) throws IOException {
    InputStream in = Suite.class.getResourceAsStream(path);
    if (in == null) {
      throw new FileNotFoundException(path + " was not shipped");
    }
    return in;
  }

  private static List<EvalCase> read(Source source, List<String> names) throws IOException {
    List<EvalCase> cases = new ArrayList<>();
    for (String name : names) {
      try {
        cases.add(read(source, name));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("the case " + name + ": " + e.getMessage(), e);
      }
    }
    return cases;
  }

  private static EvalCase read(Source source, String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a case is named with a-z, 0-9 and -");
    }
    return new EvalCase(
        name,
        traits(text(source, name + "/case.json")),
        text(source, name + "/prompt.txt").strip(),
        text(source, name + "/acceptance.mjs"));
  }

  private static EvalCase.Traits traits(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("case.json is not JSON: " + e.getOriginalMessage(), e);
    }
    List<String> dependencies = new ArrayList<>();
    json.path("dependencies").forEach(each -> dependencies.add(each.asText()));
    return new EvalCase.Traits(
        json.path("title").asText(""),
        json.path("kind").asText(""),
        json.path("language").asText(""),
        json.path("modules").asText(""),
        dependencies);
  }

  private static String text(Source source, String path) throws IOException {
    try (InputStream in = source.open(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(path + " has more than " + MAX_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
