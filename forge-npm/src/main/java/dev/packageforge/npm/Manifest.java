package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A package.json, read with suspicion: one JSON object, no key twice, not too large. Immutable. */
final class Manifest {
  static final String FILE = "package.json";

  /** Every way to state what npm would install along. */
  static final List<String> DEPENDENCY_SECTIONS =
      List.of("dependencies", "peerDependencies", "optionalDependencies", "devDependencies");

  private static final int MAX_CHARACTERS = 256 * 1024;
  private static final int MAX_DEPTH = 40;
  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final JsonNode json;

  private Manifest(JsonNode json) {
    this.json = json;
  }

  static Manifest parse(String text) throws UnreadableManifestException {
    if (text.length() > MAX_CHARACTERS) {
      throw new UnreadableManifestException(
          "package.json is longer than " + MAX_CHARACTERS + " characters", 0);
    }
    try {
      JsonNode json = READER.readTree(text);
      if (!json.isObject()) {
        throw new UnreadableManifestException("package.json is not a JSON object", 1);
      }
      return new Manifest(json);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
      throw new UnreadableManifestException(
          "package.json is not valid JSON: " + Text.visible(e.getOriginalMessage(), 200), line);
    }
  }

  /** The manifest among these files, if there is one that can be read. */
  static Optional<Manifest> in(FileSet files) {
    try {
      Optional<SourceFile> file = files.find(FILE);
      return file.isEmpty() ? Optional.empty() : Optional.of(parse(file.get().content()));
    } catch (UnreadableManifestException e) {
      return Optional.empty();
    }
  }

  /**
   * The files with this version in the manifest, where there is one; every other character stays.
   */
  static FileSet stamped(FileSet files, String version) {
    Optional<SourceFile> file = files.find(FILE);
    if (file.isEmpty() || in(files).isEmpty()) {
      return files;
    }
    String text = file.get().content();
    try (JsonParser parser = READER.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("version") && parser.currentToken().isScalarValue()) {
          int start = (int) parser.currentTokenLocation().getCharOffset();
          parser.finishToken();
          int end = (int) parser.currentLocation().getCharOffset();
          String stated = new TextNode(version).toString();
          String next = text.substring(0, start) + stated + text.substring(end);
          return files.with(List.of(new SourceFile(FILE, next)), Set.of());
        }
        parser.skipChildren();
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("a manifest that was just read cannot be read", e);
    }
  }

  String name() {
    return text("name");
  }

  String version() {
    return text("version");
  }

  /** The text of a field; empty if it has none. */
  String text(String field) {
    return json.path(field).asText("");
  }

  /** A field as it is; a missing node if there is none. */
  JsonNode field(String field) {
    return json.path(field);
  }

  boolean has(String field) {
    return json.hasNonNull(field);
  }

  /** All of it, to be changed. */
  ObjectNode copy() {
    return json.deepCopy();
  }

  /**
   * The fields that another manifest has not, or has otherwise, and the ones it has beyond these.
   */
  Set<String> differences(Manifest other) {
    Set<String> fields = new TreeSet<>();
    json.fieldNames().forEachRemaining(fields::add);
    other.json.fieldNames().forEachRemaining(fields::add);
    fields.removeIf(field -> json.path(field).equals(other.json.path(field)));
    return fields;
  }

  /** Whether {@code .js} files are ECMAScript modules. */
  boolean isModule() {
    return text("type").equals("module");
  }

  /** Names and ranges of one section, in order; what is no text becomes the empty range. */
  Map<String, String> dependencies(String section) {
    return texts(section);
  }

  /** Whether installing this package fetches others. */
  boolean needsOthers(boolean withDevelopment) {
    return DEPENDENCY_SECTIONS.stream()
        .filter(section -> withDevelopment || !section.equals("devDependencies"))
        .anyMatch(section -> !dependencies(section).isEmpty());
  }

  /** Scripts by name, in order. */
  Map<String, String> scripts() {
    return texts("scripts");
  }

  boolean hasBuild() {
    return scripts().containsKey("build");
  }

  private Map<String, String> texts(String field) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : json.path(field).properties()) {
      texts.put(each.getKey(), each.getValue().isTextual() ? each.getValue().asText() : "");
    }
    return texts;
  }
}
