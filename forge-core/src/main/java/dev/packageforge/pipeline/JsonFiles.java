package dev.packageforge.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files out of JSON: an object with {@code files}, each with {@code name} or {@code path} and
 * {@code content}, as it may also be written as a map from paths to contents, as a list without the
 * object around it, or as a string once more.
 */
final class JsonFiles {
  private static final List<String> PATHS = List.of("path", "name", "filename", "file");
  private static final List<String> CONTENTS = List.of("content", "contents", "code", "text");
  private static final String FILES = "files";
  private static final ObjectWriter WRITER = writer();

  private final BiConsumer<String, String> files;
  private final Refusals refusals;
  private boolean found;
  private @Nullable String cutOff;

  /**
   * A reader for one answer.
   *
   * @param files takes paths as they were given, with contents
   */
  JsonFiles(BiConsumer<String, String> files, Refusals refusals) {
    this.files = files;
    this.refusals = refusals;
  }

  /** Reads all that is in a text; whether there was anything. */
  boolean read(String text) {
    for (LenientJson.Found json : LenientJson.in(text)) {
      boolean before = found;
      found = false;
      value(json, json.json(), 0);
      if (found && !json.isWhole() && cutOff == null) {
        cutOff = "";
      }
      found |= before;
    }
    return found;
  }

  /** The file whose end is missing, if one is; empty if it is not known which. */
  Optional<String> cutOff() {
    return Optional.ofNullable(cutOff);
  }

  private void value(LenientJson.Found json, JsonNode value, int depth) {
    if (value.isArray()) {
      list(json, value);
    } else if (isFile(value)) {
      file(json, value);
    } else if (value.path(FILES).isArray()) {
      list(json, value.path(FILES));
    } else if (value.path(FILES) instanceof ObjectNode map) {
      map(json, map);
    } else if (value.path(FILES).isTextual()) {
      found |= read(value.path(FILES).textValue());
    } else if (depth == 0) {
      value.forEach(child -> value(json, child, depth + 1));
    }
  }

  private static boolean isFile(JsonNode value) {
    return string(value, PATHS).isPresent() && content(value, "").isPresent();
  }

  private void list(LenientJson.Found json, JsonNode list) {
    for (JsonNode item : list) {
      if (item.isObject() && (string(item, PATHS).isPresent() || content(item, "").isPresent())) {
        file(json, item);
      }
    }
  }

  private void file(LenientJson.Found json, JsonNode file) {
    found = true;
    String path = string(file, PATHS).orElse("");
    Optional<String> content = content(file, path);
    if (!json.isWhole(file)) {
      cutOff = path;
    } else if (content.isPresent()) {
      files.accept(path, content.get());
    } else {
      refusals.error(
          "content-missing", path, "The file has no content.", "Give the content as a string.");
    }
  }

  private void map(LenientJson.Found json, ObjectNode map) {
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String path = entry.getKey();
      JsonNode value = entry.getValue();
      Optional<String> content =
          value.isTextual() ? Optional.of(unquoted(value.textValue())) : content(value, path);
      found |= content.isPresent();
      if (!json.isWhole(value)) {
        cutOff = path;
      } else {
        content.ifPresent(text -> files.accept(path, text));
      }
    }
  }

  private static Optional<String> string(JsonNode object, List<String> names) {
    return names.stream()
        .filter(name -> object.path(name).isTextual())
        .map(name -> object.path(name).textValue())
        .findFirst();
  }

  /** The content: a string, lines in a list, or, for a JSON file, the very object. */
  private static Optional<String> content(JsonNode object, String path) {
    for (String name : CONTENTS) {
      JsonNode value = object.path(name);
      if (value.isTextual()) {
        return Optional.of(unquoted(value.textValue()));
      }
      if (value.isArray() && !path.endsWith(".json")) {
        StringBuilder lines = new StringBuilder();
        value.forEach(line -> lines.append(line.asText()).append('\n'));
        return Optional.of(lines.toString());
      }
      if (value.isContainerNode()) {
        return Optional.of(pretty(value));
      }
    }
    return Optional.empty();
  }

  /** The content itself, if it was written as a string of JSON once more. */
  private static String unquoted(String content) {
    String text = content.strip();
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    if (!quoted || text.indexOf('\n') >= 0 || !text.contains("\\n")) {
      return content;
    }
    List<LenientJson.Found> list = LenientJson.in("[" + text + "]");
    boolean one = list.size() == 1 && list.get(0).isWhole() && list.get(0).json().size() == 1;
    return one ? list.get(0).json().path(0).asText() : content;
  }

  private static String pretty(JsonNode value) {
    try {
      return WRITER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON could not be written", e);
    }
  }

  private static ObjectWriter writer() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER))
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter);
    return new ObjectMapper().writer(printer);
  }
}
