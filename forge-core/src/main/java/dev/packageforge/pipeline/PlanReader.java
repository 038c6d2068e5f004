package dev.packageforge.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackagePlan.PlannedFile;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the plan in a model's answer: the first whole JSON object that has a name, whatever stands
 * around it.
 */
final class PlanReader {
  private static final int MAX_ITEMS = 40;
  private static final int MAX_TEXT = 500;

  private PlanReader() {}

  /** The plan; empty if the answer holds none that could be read. */
  static Optional<PackagePlan> read(String answer) {
    for (LenientJson.Found found : LenientJson.in(answer)) {
      Optional<JsonNode> json = found.isWhole() ? named(found.json()) : Optional.empty();
      if (json.isPresent()) {
        return json.map(PlanReader::plan);
      }
    }
    return Optional.empty();
  }

  /** The object that has a name, which may be wrapped into another. */
  private static Optional<JsonNode> named(JsonNode json) {
    if (isName(json.path("name").asText(""))) {
      return Optional.of(json);
    }
    return json.size() == 1 ? named(json.iterator().next()) : Optional.empty();
  }

  private static PackagePlan plan(JsonNode json) {
    List<PlannedFile> files = new ArrayList<>();
    for (JsonNode file : items(json, "files")) {
      files.add(new PlannedFile(text(file, "path"), text(file, "purpose")));
    }
    List<String> behaviours = new ArrayList<>();
    for (JsonNode behaviour : items(json, "behaviours")) {
      behaviours.add(Text.visible(behaviour.asText(), MAX_TEXT));
    }
    List<PlannedDependency> dependencies = new ArrayList<>();
    for (JsonNode needed : items(json, "dependencies")) {
      dependencies.add(
          new PlannedDependency(
              text(needed, "name"), text(needed, "range"), text(needed, "reason")));
    }
    return new PackagePlan(
        json.path("name").asText(), text(json, "summary"), files, behaviours, dependencies);
  }

  private static boolean isName(String name) {
    try {
      return !new PackageId(name, "0").name().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String text(JsonNode object, String field) {
    return Text.visible(object.path(field).asText(""), MAX_TEXT);
  }

  private static List<JsonNode> items(JsonNode object, String field) {
    List<JsonNode> items = new ArrayList<>();
    for (JsonNode item : object.path(field)) {
      if (items.size() < MAX_ITEMS) {
        items.add(item);
      }
    }
    return items;
  }
}
