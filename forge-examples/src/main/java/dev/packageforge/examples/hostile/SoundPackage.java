package dev.packageforge.examples.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The package that is spoiled by cases. By itself there is nothing wrong with it. */
final class SoundPackage {
  static final String MANIFEST = "package.json";
  private static final String CHANGES = MANIFEST + "+";
  private static final JsonMapper JSON = new JsonMapper();

  private SoundPackage() {}

  /** Its files by path. */
  static Map<String, String> shipped() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String path :
        new String[] {MANIFEST, "README.md", "LICENSE", "src/index.js", "test/tally.test.js"}) {
      files.put(path, HostileCorpus.text("sound/" + path));
    }
    return files;
  }

  /**
   * The package as a case has it.
   *
   * @param changes files by path; {@code package.json+} holds fields that replace those of the
   *     manifest, null for none
   */
  static Map<String, String> with(Map<String, String> sound, Map<String, String> changes) {
    Map<String, String> files = new TreeMap<>(sound);
    files.putAll(changes);
    String fields = files.remove(CHANGES);
    if (fields != null) {
      ObjectNode manifest = object(files.getOrDefault(MANIFEST, "{}"));
      object(fields)
          .properties()
          .forEach(
              each -> {
                if (each.getValue().isNull()) {
                  manifest.remove(each.getKey());
                } else {
                  manifest.set(each.getKey(), each.getValue());
                }
              });
      files.put(MANIFEST, manifest.toPrettyString() + "\n");
    }
    return files;
  }

  static ObjectNode object(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("not a JSON object: " + text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }
}
