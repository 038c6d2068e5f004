package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the TypeScript compiler complains about. */
final class CompilerErrors {
  private static final Pattern ERROR =
      Pattern.compile("(?:([\\w@.+/-]+)\\(([0-9]+),[0-9]+\\): )?error TS([0-9]+): (.*)");
  private static final Pattern PRETTY =
      Pattern.compile("([\\w@.+/-]+):([0-9]+):[0-9]+ - error TS([0-9]+): (.*)");
  private static final int MORE_LINES = 6;

  private CompilerErrors() {}

  /** One failure for each error, those first from which others follow. */
  static List<Failure> in(List<String> lines) {
    record Ranked(int rank, Failure failure) {}
    List<Ranked> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = ERROR.matcher(lines.get(i));
      Matcher pretty = PRETTY.matcher(lines.get(i));
      Matcher told = pretty.matches() ? pretty : matcher;
      if (!told.matches()) {
        continue;
      }
      String where = told.group(1) == null ? "" : told.group(1) + ":" + told.group(2);
      int code = Integer.parseInt(told.group(3).length() > 6 ? "0" : told.group(3));
      Finding finding =
          Finding.error(
              slug(code),
              where,
              "tsc says TS" + told.group(3) + ": " + Text.visible(told.group(4), 300),
              remedy(code));
      found.add(new Ranked(rank(code), new Failure(finding, "", more(lines, i + 1))));
    }
    return found.stream()
        .sorted(Comparator.comparingInt(Ranked::rank))
        .map(Ranked::failure)
        .toList();
  }

  /** What belongs to an error stands below it, indented. */
  private static List<String> more(List<String> lines, int start) {
    List<String> more = new ArrayList<>();
    for (int i = start; i < lines.size() && more.size() < MORE_LINES; i++) {
      if (!lines.get(i).startsWith("  ")) {
        break;
      }
      more.add(lines.get(i).strip());
    }
    return more;
  }

  private static int rank(int code) {
    return isSyntax(code) ? 0 : isConfiguration(code) ? 1 : isModule(code) ? 2 : 3;
  }

  private static boolean isSyntax(int code) {
    return code >= 1000 && code < 2000;
  }

  private static boolean isConfiguration(int code) {
    return (code >= 5000 && code < 7000) || code >= 18000;
  }

  private static boolean isModule(int code) {
    return code == 2307 || code == 2305 || code == 2591 || code == 2580 || code == 7016;
  }

  private static String slug(int code) {
    return isSyntax(code)
        ? "syntax-error"
        : isConfiguration(code)
            ? "compiler-settings"
            : isModule(code) ? "module-not-found" : "type-error";
  }

  private static String remedy(int code) {
    return switch (code) {
      case 2580, 2591 ->
          "Add \"@types/node\": \"^20.0.0\" to \"devDependencies\" and \"node\" to \"types\".";
      case 2834, 2835 -> "Name the file with its extension, .js, though it ends in .ts.";
      case 1484, 1205 -> "Write import type, or export type.";
      default -> "";
    };
  }
}
