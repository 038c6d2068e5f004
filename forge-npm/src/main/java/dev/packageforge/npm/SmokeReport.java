package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.Text;
import dev.packageforge.npm.EntryPoints.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the sealed report of a smoke run says. */
final class SmokeReport {
  private final List<JsonNode> events;
  private final Places places;

  SmokeReport(List<JsonNode> events, Places places) {
    this.events = events;
    this.places = places;
  }

  /** What went wrong, commands first; what was never reported went wrong too. */
  List<Failure> failures(List<String> bins, List<Load> loads, Ran ran) {
    List<Failure> failures = new ArrayList<>();
    for (String bin : bins) {
      Optional<JsonNode> event = find("bin", "name", bin);
      if (event.isEmpty()) {
        return List.of(unreported(bin + " --help", ran));
      }
      command(event.get()).ifPresent(failures::add);
    }
    for (int i = 0; i < loads.size(); i++) {
      String what = loads.get(i).toString();
      Optional<JsonNode> event = find("load", "index", String.valueOf(i));
      if (event.isEmpty()) {
        failures.add(unreported(what, ran));
        return failures;
      }
      if (!event.get().path("ok").asBoolean()) {
        failures.add(new CrashReader(places).read(what, what, output(event.get())));
      }
    }
    if (failures.isEmpty() && (!SealedReport.isComplete(events) || !ran.succeeded())) {
      failures.add(unreported("The smoke run", ran));
    }
    return failures;
  }

  /** Where what was loaded is not what its types declare. */
  List<Finding> differences(LintReport types, int loads) {
    List<Finding> found = new ArrayList<>();
    for (int i = 0; i < loads; i++) {
      int index = i;
      find("load", "index", String.valueOf(i))
          .ifPresent(loaded -> found.addAll(types.differences(index, loaded)));
    }
    return found;
  }

  private Optional<Failure> command(JsonNode event) {
    String line = Text.visible(event.path("name").asText(""), 80) + " --help";
    String problem = event.path("problem").asText("");
    int exit = event.path("exit").asInt();
    if (!problem.isEmpty()) {
      Finding finding =
          Finding.error(
              "command-failed",
              "",
              line + " could not run to its end: " + Text.visible(problem, 80) + ".",
              "Let it print its usage and end.");
      return Optional.of(new Failure(finding, line, output(event)));
    }
    if (exit != 0) {
      Failure crash = new CrashReader(places).read(line, line, output(event));
      Finding finding =
          Finding.error(
              "command-failed",
              crash.finding().where(),
              line + " ended with exit code " + exit + ".",
              "Let --help print the usage and end with exit code 0.");
      return Optional.of(new Failure(finding, line, crash.evidence()));
    }
    if (event.path("silent").asBoolean()) {
      Finding finding =
          Finding.error(
              "command-silent",
              "",
              line + " printed nothing.",
              "npm starts commands through a link: do not compare process.argv[1] with the"
                  + " module's own address; just run.");
      return Optional.of(new Failure(finding, line, List.of()));
    }
    return Optional.empty();
  }

  /** The process ended, or was ended, before our script could say how this went. */
  private Failure unreported(String what, Ran ran) {
    Optional<Failure> ceiling = ran.ceiling(what);
    if (ceiling.isPresent()) {
      return ceiling.get();
    }
    Failure crash = new CrashReader(places).read(what, what, ran.lines());
    if (!crash.finding().where().isEmpty()) {
      return crash;
    }
    Finding finding =
        Finding.error(
            "entry-ends-process",
            "",
            what + " ended the whole process.",
            "Importing a module must have no effect; call process.exit in a command only.");
    return new Failure(finding, what, ran.tail());
  }

  private Optional<JsonNode> find(String kind, String field, String value) {
    return events.stream()
        .filter(event -> event.path("kind").asText("").equals(kind))
        .filter(event -> event.path(field).asText("").equals(value))
        .findFirst();
  }

  private static List<String> output(JsonNode event) {
    return event.path("output").asText("").lines().toList();
  }
}
