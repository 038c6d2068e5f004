package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the sealed report of a test run says. */
final class TestReport {
  private static final int MAX_VALUES = 160;

  /** Escape sequences as Node quotes them in a comparison. */
  private static final Pattern QUOTED_COLOURS = Pattern.compile("\\\\x1[Bb]\\[[0-9;]*m");

  private final List<JsonNode> events;
  private final Places places;
  private List<Suspicion.Definition> suspects = List.of();

  /** Reads a report on files that are not known. */
  TestReport(List<JsonNode> events, Places places) {
    this(events, places, FileSet.empty());
  }

  /**
   * Reads a report.
   *
   * @param files the draft that was tested
   */
  TestReport(List<JsonNode> events, Places places, FileSet files) {
    this.events = events;
    this.places = places;
    boolean red = events.stream().anyMatch(event -> is(event, "state", "failed"));
    if (red) {
      Suspicion suspicion = new Suspicion(files);
      for (JsonNode event : events) {
        boolean ran = is(event, "state", "passed") || is(event, "state", "failed");
        if (is(event, "kind", "file") && is(event, "state", "failed")) {
          suspicion.test(text(event, "name"), /* line= */ 0, /* passed= */ false);
        } else if (ran && is(event, "kind", "test")) {
          suspicion.test(
              text(event, "file"), event.path("line").asInt(), is(event, "state", "passed"));
        }
      }
      suspects = suspicion.most();
    }
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
    String failure = text(error, "failure");
    if (failure.equals("testTimeoutFailure")) {
      Finding finding =
          Finding.error(
              "timed-out",
              place(event),
              (is(event, "kind", "file") ? "Test file " : "Test ")
                  + quoted(name)
                  + " did not end in time.",
              "Let nothing wait forever: close servers, timers and streams.");
      return new Failure(finding, name, hint());
    }
    if (is(event, "kind", "file")) {
      List<String> output = text(event, "output").lines().toList();
      Failure crash =
          new CrashReader(places).read("Test file " + quoted(name), name, end(error), output);
      boolean told = isOfCode(crash.finding().where());
      return told ? crash : crash.and(hint());
    }
    if (failure.equals("cancelledByParent")) {
      Finding finding =
          Finding.error(
              "never-settled",
              place(event),
              "Test " + quoted(name) + " waits for a promise that never settles.",
              "Resolve or reject every promise.");
      return new Failure(finding, name, hint());
    }
    boolean compares = text(error, "code").equals("ERR_ASSERTION");
    if (compares) {
      List<String> texts = List.of(text(error, "actual"), text(error, "message"));
      Optional<Failure> inside =
          new CrashReader(places)
              .quoted("Test " + quoted(name) + " failed: its program", name, texts);
      if (inside.isPresent()) {
        return inside.get();
      }
    }
    String where =
        text(error, "stack")
            .lines()
            .map(places::clean)
            .flatMap(line -> places.in(line).stream())
            .findFirst()
            .orElse(place(event));
    String type = compares || text(error, "type").isEmpty() ? "" : text(error, "type") + ": ";
    Finding finding =
        Finding.error(
            "test-failed",
            where,
            "Test " + quoted(name) + " failed: " + type + message(error),
            failure.equals("hookFailed") ? "Correct what runs before or after the tests." : "");
    List<String> evidence = new ArrayList<>();
    if (!isOfCode(where)) {
      evidence.addAll(hint());
    }
    evidence.addAll(evidence(error));
    return new Failure(finding, name, evidence);
  }

  private static boolean isOfCode(String where) {
    return where.contains(":") && !TestFiles.isOfTests(where.substring(0, where.indexOf(':')));
  }

  /** How a process ended that said nothing. */
  private static String end(JsonNode error) {
    String signal = text(error, "signal");
    return signal.isEmpty()
        ? "with exit code " + error.path("exit").asInt(1)
        : "by the signal " + Text.visible(signal, 20);
  }

  /** The definitions that the failing tests have in common, told once. */
  private List<String> hint() {
    if (suspects.isEmpty()) {
      return List.of();
    }
    String told =
        suspects.stream().map(Suspicion.Definition::toString).collect(Collectors.joining(", "));
    suspects = List.of();
    return List.of("suspects: " + told);
  }

  /** What differed, if that is short; else the first line of what was said. */
  private String message(JsonNode error) {
    String expected = text(error, "expected");
    String actual = text(error, "actual");
    if (isBrief(error) && !(expected + actual).contains("\n")) {
      return "expected " + Text.visible(expected) + ", got " + Text.visible(actual);
    }
    String first = text(error, "message").lines().findFirst().orElse("");
    return Text.visible(places.clean(first), 200);
  }

  private static boolean isBrief(JsonNode error) {
    return error.has("expected")
        && text(error, "expected").length() + text(error, "actual").length() <= MAX_VALUES;
  }

  private List<String> evidence(JsonNode error) {
    List<String> lines = new ArrayList<>();
    if (isBrief(error) && (text(error, "expected") + text(error, "actual")).contains("\n")) {
      text(error, "expected").lines().forEach(line -> lines.add("expected: " + line));
      text(error, "actual").lines().forEach(line -> lines.add("actual:   " + line));
    } else if (!isBrief(error)) {
      text(error, "message").lines().skip(1).limit(12).forEach(lines::add);
    }
    text(error, "stack")
        .lines()
        .map(places::clean)
        .filter(line -> line.stripLeading().startsWith("at ") && places.in(line).isPresent())
        .limit(3)
        .forEach(lines::add);
    return lines.stream()
        .map(line -> QUOTED_COLOURS.matcher(places.clean(line)).replaceAll(""))
        .filter(line -> !line.isBlank())
        .toList();
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
