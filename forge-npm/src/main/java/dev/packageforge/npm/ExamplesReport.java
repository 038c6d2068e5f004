package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import dev.packageforge.npm.ReadmeExamples.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the sealed report of a run of examples says. */
final class ExamplesReport {
  private static final Pattern PLACE =
      Pattern.compile(
          "[^\\s()'\"]*readme-line-([0-9]{1,7})\\.[cm]js(?::([0-9]{1,7}))?(?::[0-9]+)?");
  private static final Pattern OF_README =
      Pattern.compile("README\\.md:[0-9]+", Pattern.CASE_INSENSITIVE);

  private final List<JsonNode> events;
  private final Places places;

  ExamplesReport(List<JsonNode> events, Places places) {
    this.events = events;
    this.places = places;
  }

  /** What went wrong; what was never reported went wrong too. */
  List<Failure> failures(List<Example> examples, Ran ran) {
    List<Failure> failures = new ArrayList<>();
    for (Example example : examples) {
      Optional<JsonNode> event =
          events.stream()
              .filter(each -> each.path("file").asText("").endsWith("/" + example.fileName()))
              .findFirst();
      if (event.isEmpty()) {
        failures.add(unreported(example, ran));
        return failures;
      }
      failure(example, event.get()).ifPresent(failures::add);
    }
    if (failures.isEmpty() && (!SealedReport.isComplete(events) || !ran.succeeded())) {
      failures.add(unreported(examples.get(examples.size() - 1), ran));
    }
    return failures;
  }

  private Optional<Failure> failure(Example example, JsonNode event) {
    String problem = event.path("problem").asText("");
    int exit = event.path("exit").asInt();
    String what = "The example at " + example;
    if (problem.equals("ETIMEDOUT")) {
      return Optional.of(
          failed(example, example.toString(), what + " did not end in time.", List.of()));
    }
    if (problem.isEmpty() && exit == 0) {
      return Optional.empty();
    }
    String end =
        problem.isEmpty() ? "with exit code " + exit : "because of " + Text.visible(problem, 40);
    List<String> output =
        event.path("output").asText("").lines().map(line -> inReadme(line, example)).toList();
    Failure crash = new CrashReader(places).read(what, example.toString(), end, output);
    String where =
        output.stream()
            .map(OF_README::matcher)
            .filter(Matcher::find)
            .map(Matcher::group)
            .findFirst()
            .orElse(example.toString());
    return Optional.of(failed(example, where, crash.finding().sentence(), crash.evidence()));
  }

  /** A place in the file that we made of an example is one in the README. */
  private static String inReadme(String line, Example example) {
    Matcher matcher = PLACE.matcher(line);
    return matcher.replaceAll(
        found -> {
          int below = found.group(2) == null ? 1 : Integer.parseInt(found.group(2));
          return Matcher.quoteReplacement(
              example.path() + ":" + (Integer.parseInt(found.group(1)) + below - 1));
        });
  }

  private Failure unreported(Example example, Ran ran) {
    return ran.ceiling("The example at " + example)
        .orElseGet(
            () ->
                failed(
                    example,
                    example.toString(),
                    "The example at " + example + " ended without a report.",
                    ran.tail()));
  }

  private static Failure failed(
      Example example, String where, String sentence, List<String> evidence) {
    Finding finding =
        Finding.error(
            "readme-example-failed",
            where,
            sentence,
            "Correct the example, or the code, so that it runs as it stands, by itself and to its"
                + " end.");
    return new Failure(finding, example.toString(), evidence);
  }
}
