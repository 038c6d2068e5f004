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
  private static final int SHOWN = 12;
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
    List<String> lines = output.stream().map(places::clean).toList();
    if (lines.stream().anyMatch(line -> line.contains("JavaScript heap out of memory"))) {
      Finding finding =
          Finding.error(
              "out-of-memory", "", what + " used too much memory.", "Hold less in memory.");
      return new Failure(finding, name, List.of());
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = ERROR.matcher(lines.get(i).strip());
      if (matcher.lookingAt() && !lines.get(i).contains("ERR_TEST_FAILURE")) {
        String type = matcher.group(1);
        String code = Optional.ofNullable(matcher.group(2)).orElse("");
        String message = Text.visible(matcher.group(3), 300);
        Finding finding =
            Finding.error(
                slug(type, code, message),
                where(lines, i).orElse(""),
                what + " ended with " + type + ": " + message,
                remedy(type, code, message));
        return new Failure(finding, name, evidence(lines, i));
      }
    }
    List<String> tail = lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
    return new Failure(Finding.error("crashed", "", what + " failed.", ""), name, tail);
  }

  private static String slug(String type, String code, String message) {
    if (type.equals("SyntaxError")) {
      return isMissingExport(message) ? "export-missing" : "syntax-error";
    }
    if (code.endsWith("MODULE_NOT_FOUND") || message.startsWith("Cannot find module")) {
      return "module-not-found";
    }
    return code.equals("ERR_PACKAGE_PATH_NOT_EXPORTED") ? "path-not-exported" : "crashed";
  }

  /** Node calls it a syntax error when one module asks for a name that another lacks. */
  private static boolean isMissingExport(String message) {
    return message.contains("does not provide an export named");
  }

  private static String remedy(String type, String code, String message) {
    if (isMissingExport(message)) {
      return "Export that name, or import one that is exported.";
    }
    return switch (code) {
      case "ERR_MODULE_NOT_FOUND" ->
          "Import a file that is packed (\"files\" must list it), with its extension.";
      case "ERR_PACKAGE_PATH_NOT_EXPORTED" -> "Add that path to \"exports\", or import another.";
      default -> type.equals("SyntaxError") ? "Write it so that Node can parse it." : "";
    };
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
