package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the sealed report of a test run says. */
final class TestReport {
  private static final int MAX_VALUES = 160;

  private final List<JsonNode> events;
  private final Places places;

  TestReport(List<JsonNode> events, Places places) {
    this.events = events;
    this.places = places;
  }

  boolean isComplete() {
    return SealedReport.isComplete(events);
  }

  /** Named tests that ran to a result; not files, suites, or what was skipped. */
  long executed() {
    return events.stream()
        .filter(event -> is(event, "kind", "test") && !is(event, "state", "skipped"))
        .count();
  }

  long failed() {
    return events.stream()
        .filter(event -> !is(event, "kind", "suite") && is(event, "state", "failed"))
        .count();
  }

  /** Root causes: neither a suite nor a test that failed only because one inside it did. */
  List<Failure> failures() {
    List<JsonNode> causes = new ArrayList<>();
    for (JsonNode event : events) {
      boolean follows = is(event.path("error"), "failure", "subtestsFailed");
      if (is(event, "state", "failed") && !follows) {
        causes.add(event);
      }
    }
    // Files run side by side; a digest must not depend on which was faster.
    causes.sort(
        Comparator.comparing((JsonNode event) -> !is(event, "kind", "file"))
            .thenComparing(event -> text(event, "file"))
            .thenComparing(event -> event.path("line").asInt()));
    return causes.stream().map(this::failure).toList();
  }

  private Failure failure(JsonNode event) {
    String name = text(event, "name");
    JsonNode error = event.path("error");
    if (is(error, "failure", "testTimeoutFailure")) {
      Finding finding =
          Finding.error(
              "timed-out",
              place(event),
              "Test " + quoted(name) + " did not end in time.",
              "Let nothing wait forever: close servers, timers and streams.");
      return new Failure(finding, name, List.of());
    }
    if (is(event, "kind", "file")) {
      List<String> output = text(event, "output").lines().toList();
      return new CrashReader(places).read("Test file " + quoted(name), name, output);
    }
    String where =
        text(error, "stack")
            .lines()
            .map(places::clean)
            .flatMap(line -> places.in(line).stream())
            .findFirst()
            .orElse(place(event));
    Finding finding =
        Finding.error(
            "test-failed", where, "Test " + quoted(name) + " failed: " + message(error), "");
    return new Failure(finding, name, evidence(error));
  }

  /** What differed, if that is short; else the first line of what was said. */
  private String message(JsonNode error) {
    String expected = text(error, "expected");
    String actual = text(error, "actual");
    boolean brief = expected.length() + actual.length() <= MAX_VALUES;
    if (error.has("expected") && brief && !(expected + actual).contains("\n")) {
      return "expected " + Text.visible(expected) + ", got " + Text.visible(actual);
    }
    String first = text(error, "message").lines().findFirst().orElse("");
    return Text.visible(places.clean(first), 200);
  }

  private List<String> evidence(JsonNode error) {
    List<String> lines = new ArrayList<>();
    String type = text(error, "type");
    text(error, "message").lines().limit(12).forEach(line -> lines.add(places.clean(line)));
    if (!type.isEmpty() && !lines.isEmpty()) {
      lines.set(0, type + ": " + lines.get(0));
    }
    if (error.has("expected")) {
      text(error, "expected").lines().limit(6).forEach(line -> lines.add("expected: " + line));
      text(error, "actual").lines().limit(6).forEach(line -> lines.add("actual:   " + line));
    }
    text(error, "stack")
        .lines()
        .map(places::clean)
        .filter(line -> line.stripLeading().startsWith("at ") && places.in(line).isPresent())
        .limit(3)
        .forEach(lines::add);
    return lines;
  }

  private static String place(JsonNode event) {
    int line = event.path("line").asInt();
    return text(event, "file") + (line > 0 ? ":" + line : "");
  }

  private static String quoted(String name) {
    return "\"" + Text.visible(name, 120) + "\"";
  }

  private static boolean is(JsonNode node, String field, String value) {
    return node.path(field).asText("").equals(value);
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
