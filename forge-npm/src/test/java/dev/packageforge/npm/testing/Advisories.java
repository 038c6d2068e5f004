package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.PackageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is known to be wrong with published versions. */
final class Advisories {
  private record Advice(PackageId id, String severity, String title) {}

  private final List<Advice> all = new ArrayList<>();

  void add(PackageId id, String severity, String title) {
    all.add(new Advice(id, severity, title));
  }

  /** What is known of these versions, by the package's name. */
  ObjectNode about(JsonNode asked) {
    ObjectNode json = Json.object();
    for (Map.Entry<String, JsonNode> each : asked.properties()) {
      for (JsonNode version : each.getValue()) {
        PackageId id = new PackageId(each.getKey(), version.asText());
        for (int i = 0; i < all.size(); i++) {
          if (all.get(i).id().equals(id)) {
            json.withArray(each.getKey()).add(told(all.get(i), i));
          }
        }
      }
    }
    return json;
  }

  private static ObjectNode told(Advice advice, int number) {
    return Json.object()
        .put("id", number + 1)
        .put("title", advice.title())
        .put("severity", advice.severity())
        .put("vulnerable_versions", advice.id().version());
  }
}
