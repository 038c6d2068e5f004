package dev.packageforge.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads the server's answers. */
final class Answers {
  private Answers() {}

  /** An answer as text. */
  static String text(Object answer) {
    return answer instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(answer);
  }

  /** The fields of an INFO answer. */
  static Map<String, String> info(Object answer) {
    Map<String, String> fields = new TreeMap<>();
    text(answer)
        .lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
              }
            });
    return fields;
  }
}
