package dev.packageforge.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object a line. All of it is ASCII: what is not is escaped, so that untrusted text
 * reaches a program whole and a terminal without effect.
 */
final class JsonLines {
  private final ObjectMapper json =
      new ObjectMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());
  private final PrintStream out;

  JsonLines(PrintStream out) {
    this.out = out;
  }

  /** The fields of an object, in order; those without a value are left out. */
  static final class Fields {
    private final Map<String, Object> map = new LinkedHashMap<>();

    Fields with(String name, @Nullable Object value) {
      if (value != null) {
        map.put(name, value instanceof Fields inner ? inner.map : value);
      }
      return this;
    }

    Map<String, Object> map() {
      return map;
    }
  }

  /** An object that says what it is. */
  static Fields type(String type) {
    return new Fields().with("type", type);
  }

  void line(Fields fields) {
    try {
      out.println(json.writeValueAsString(fields.map()).replace("\u007f", "\\u007f"));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of plain values are always JSON", e);
    }
  }
}
