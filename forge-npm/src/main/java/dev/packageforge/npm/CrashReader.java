package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the root cause in what Node prints when a script dies. */
final class CrashReader {
  /** What ended without saying why. */
  static final String ENDED = "process-ended";

  private static final int SHOWN = 12;
  private static final String REJECTION = "unhandled-rejection";
  private static final String CATCH = "Await every promise, or catch what it is rejected with.";
  private static final String LET_IT_END =
      "Call process.exit in no module, and set process.exitCode in a command only.";
  private static final Pattern REASON =
      Pattern.compile("UnhandledPromiseRejection: .* with the reason (.{1,200}?)\\.?\\]");
  private static final Pattern LATE =
      Pattern.compile(
          "(?:Test \"(.{1,120}?)\" at .{1,200}|A resource) generated asynchronous activity after"
              + " the test ended\\. This activity created the error \"(.{1,200}?)(?:\"|$)");
  private static final Pattern IMPORTER =
      Pattern.compile("imported from ([\\w@.+/-]+\\.[cm]?[jt]s)$|^- ([\\w@.+/-]+\\.[cm]?[jt]s)$");

  /** What surrounds a line of a text that Node quotes in a comparison. */
  private static final Pattern QUOTING =
      Pattern.compile(
          "^[+-]? *(?:actual:|expected:)? *(?:\\w+: )?['\"`]|\\\\n['\"`]? ?\\+?$|['\"`],?$");

  private static final Pattern ERROR =
      Pattern.compile("(?:Uncaught )?(\\w*(?:Error|Exception))(?: \\[(\\w+)\\])?: (.*)");
  private static final Pattern HEADER = Pattern.compile("\\S+:[0-9]+");

  private final Places places;

  CrashReader(Places places) {
    this.places = places;
  }

  /**
   * The failure in some output.
   *
   * @param what was done, as the start of a sentence: {@code Importing "tiny"}
   */
  Failure read(String what, String name, List<String> output) {
    return read(what, name, "", output);
  }

  /**
   * The failure in some output.
   *
   * @param end how it ended, to be told if nothing was printed: {@code with exit code 3}
   */
  Failure read(String what, String name, String end, List<String> output) {
    List<String> lines = output.stream().map(places::clean).toList();
    if (lines.stream().anyMatch(line -> line.contains("JavaScript heap out of memory"))) {
      Finding finding =
          Finding.error(
              "out-of-memory",
              "",
              what + " used too much memory.",
              "Hold less in memory; look for a loop that adds and never ends.");
      return new Failure(finding, name, List.of());
    }
    boolean rejected =
        lines.stream()
            .anyMatch(line -> line.contains("fromPromise") || line.contains("unhandledRejection"));
    for (int i = 0; i < lines.size(); i++) {
      Matcher late = LATE.matcher(lines.get(i));
      if (late.find()) {
        String sentence =
            what + " left work behind that failed when the test had ended: " + late.group(2);
        Finding finding =
            Finding.error(
                REJECTION,
                where(lines, i + 1).or(() -> places.in(lines.get(0))).orElse(""),
                Text.visible(sentence, 300),
                CATCH);
        List<String> test =
            late.group(1) == null ? List.of() : List.of("in test \"" + late.group(1) + "\"");
        return new Failure(finding, name, test);
      }
      Matcher matcher = ERROR.matcher(lines.get(i).strip());
      if (matcher.lookingAt() && !lines.get(i).contains("ERR_TEST_FAILURE")) {
        String type = matcher.group(1);
        String code = Optional.ofNullable(matcher.group(2)).orElse("");
        String message = Text.visible(matcher.group(3), 300);
        String slug = slug(type, code, message);
        boolean loose = rejected && slug.equals("crashed");
        Finding finding =
            Finding.error(
                loose ? REJECTION : slug,
                where(lines, i).or(() -> importer(lines)).orElse(""),
                what + " ended with " + type + ": " + message,
                loose ? CATCH : remedy(type, code, message));
        return new Failure(finding, name, evidence(lines, i));
      }
      Matcher reason = REASON.matcher(lines.get(i));
      if (reason.find()) {
        String sentence =
            what
                + " ended because nobody caught that a promise was rejected with "
                + reason.group(1);
        Finding finding = Finding.error(REJECTION, "", Text.visible(sentence, 300) + ".", CATCH);
        return new Failure(finding, name, List.of());
      }
    }
    List<String> tail =
        lines.stream()
            .filter(CrashReader::isTelling)
            .skip(Math.max(0, lines.size() - SHOWN))
            .toList();
    Finding finding =
        end.isEmpty()
            ? Finding.error("crashed", "", what + " failed.", "")
            : Finding.error(ENDED, "", what + " ended " + end + ".", LET_IT_END);
    return new Failure(finding, name, tail);
  }

  /** The error, and where it began, that a program printed into a text that was then compared. */
  Optional<Failure> quoted(String what, String name, List<String> texts) {
    for (String text : texts) {
      List<String> lines =
          text.lines()
              .map(line -> QUOTING.matcher(line).replaceAll("").replace("\\'", "'"))
              .flatMap(line -> Stream.of(line.split("\\\\n", -1)))
              .toList();
      Failure failure = read(what, name, lines);
      if (failure.finding().where().contains(":")) {
        List<String> frames =
            failure.evidence().stream()
                .filter(line -> line.stripLeading().startsWith("at "))
                .filter(line -> places.in(line).isPresent())
                .toList();
        return Optional.of(new Failure(failure.finding(), name, frames));
      }
    }
    return Optional.empty();
  }

  private static boolean isTelling(String line) {
    return !line.isBlank() && !line.startsWith("> ") && !line.startsWith("npm ");
  }

  private static String slug(String type, String code, String message) {
    if (type.equals("SyntaxError")) {
      return isMissingExport(message) ? "export-missing" : "syntax-error";
    }
    if (code.endsWith("MODULE_NOT_FOUND")
        || message.startsWith("Cannot find module")
        || message.startsWith("Cannot find package")) {
      return "module-not-found";
    }
    return switch (code) {
      case "ERR_PACKAGE_PATH_NOT_EXPORTED" -> "path-not-exported";
      case "ERR_REQUIRE_ESM" -> "require-of-module";
      case "ERR_UNHANDLED_REJECTION" -> REJECTION;
      default ->
          message.contains("in ES module scope") || message.startsWith("require is not defined")
              ? "require-of-module"
              : "crashed";
    };
  }

  /** Node calls it a syntax error when one module asks for a name that another lacks. */
  private static boolean isMissingExport(String message) {
    return message.contains("does not provide an export named")
        || message.startsWith("Named export ");
  }

  private static String remedy(String type, String code, String message) {
    if (isMissingExport(message)) {
      return "Export that name, or import one that is exported.";
    }
    if (message.startsWith("Cannot find package")) {
      return "Do without that package, or declare it in \"dependencies\" if the plan has it.";
    }
    return switch (slug(type, code, message)) {
      case "module-not-found" ->
          "Import a file that is packed (\"files\" must list it), with its extension.";
      case "path-not-exported" -> "Add that path to \"exports\", or import another.";
      case "require-of-module" ->
          "Use import in a .js file of \"type\": \"module\", or name the CommonJS file .cjs.";
      case REJECTION -> CATCH;
      case "syntax-error" -> "Write it so that Node can parse it.";
      default -> "";
    };
  }

  /** The file that asked for a module that is not there; Node tells no line. */
  private static Optional<String> importer(List<String> lines) {
    return lines.stream()
        .map(IMPORTER::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
        .findFirst();
  }

  /** Before a syntax error stands the place; after any other error stand the frames. */
  private Optional<String> where(List<String> lines, int error) {
    Stream<String> headers =
        lines.subList(0, error).stream().filter(line -> HEADER.matcher(line.strip()).matches());
    return Stream.concat(headers, lines.subList(error, lines.size()).stream())
        .flatMap(line -> places.in(line).stream())
        .findFirst();
  }

  private List<String> evidence(List<String> lines, int error) {
    return lines.subList(Math.max(0, error - 5), lines.size()).stream()
        .filter(line -> !line.isBlank() && !line.contains("(node:internal/"))
        .filter(line -> !line.startsWith("Node.js v"))
        .filter(line -> !line.contains(" node:internal/") && !line.startsWith("node:internal/"))
        .limit(SHOWN)
        .toList();
  }
}
