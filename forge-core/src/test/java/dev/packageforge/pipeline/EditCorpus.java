package dev.packageforge.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Edits of files as models write them, made from seeds: each with the file it is for and the file
 * that must come of it.
 */
final class EditCorpus {
  /** How the edit differs from what it should be. */
  enum Drift {
    NONE,
    FILE_WITH_CARRIAGE_RETURNS,
    EDIT_WITH_CARRIAGE_RETURNS,
    TRAILING_SPACE_IN_EDIT,
    TRAILING_SPACE_IN_FILE,
    BLANK_LINES_AROUND,
    INDENTED_MORE,
    INDENTED_LESS,
    TABS_IN_EDIT,
    TABS_IN_FILE,
    WIDER_LEVELS,
    SPACE_WITHIN_LINES,
    /** Nothing may come of the next ones. */
    WRONG_WORD,
    LINE_LEFT_OUT,
    TWO_PLACES,
    /** Nothing is left to do. */
    APPLIED_ALREADY;

    boolean mayBeRefusedOnly() {
      return this == WRONG_WORD || this == LINE_LEFT_OUT || this == TWO_PLACES;
    }
  }

  /** One case. */
  record Case(long seed, Drift drift, String before, List<Edit> edits, String after) {}

  /** A change: lines from one to another become others. */
  private record Change(int from, int to, List<String> lines) {}

  private final Random random;
  private final long seed;

  private EditCorpus(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 17);
  }

  static Case of(long seed) {
    return new EditCorpus(seed).make();
  }

  private Case make() {
    Drift drift = Drift.values()[(int) (seed % Drift.values().length)];
    List<String> file = file();
    List<Change> changes = changes(file);
    List<String> after = applied(file, changes);
    List<Edit> edits = new ArrayList<>();
    for (Change change : changes) {
      edits.add(edit(file, change));
    }
    Collections.shuffle(edits, random);
    String before = text(file);
    String expected = text(after);
    return switch (drift) {
      case NONE -> new Case(seed, drift, before, edits, expected);
      case FILE_WITH_CARRIAGE_RETURNS ->
          new Case(
              seed, drift, before.replace("\n", "\r\n"), edits, expected.replace("\n", "\r\n"));
      case EDIT_WITH_CARRIAGE_RETURNS ->
          new Case(seed, drift, before, all(edits, line -> line + "\r"), expected);
      case TRAILING_SPACE_IN_EDIT ->
          new Case(seed, drift, before, search(edits, line -> line + spaces()), expected);
      case TRAILING_SPACE_IN_FILE -> spacedFile(drift, file, changes, edits);
      case BLANK_LINES_AROUND ->
          new Case(
              seed,
              drift,
              before,
              edits.stream()
                  .map(e -> new Edit("\n" + e.search() + "\n", "\n" + e.replacement() + "\n"))
                  .toList(),
              expected);
      case INDENTED_MORE -> {
        String more = " ".repeat(1 + random.nextInt(6));
        yield new Case(seed, drift, before, all(edits, line -> more + line), expected);
      }
      case INDENTED_LESS ->
          new Case(seed, drift, before, edits.stream().map(this::outdented).toList(), expected);
      case TABS_IN_EDIT -> new Case(seed, drift, before, all(edits, this::tabbed), expected);
      case TABS_IN_FILE ->
          new Case(
              seed,
              drift,
              text(file.stream().map(this::tabbed).toList()),
              edits.stream().map(this::tabbedIfUnseen).toList(),
              text(after.stream().map(this::tabbed).toList()));
      case WIDER_LEVELS -> new Case(seed, drift, before, all(edits, this::wider), expected);
      case SPACE_WITHIN_LINES ->
          new Case(seed, drift, before, search(edits, this::spacedWithin), expected);
      case WRONG_WORD ->
          new Case(
              seed,
              drift,
              before,
              edits.stream()
                  .map(e -> new Edit(e.search().replaceFirst("\\w+", "neverSeen"), e.replacement()))
                  .toList(),
              before);
      case LINE_LEFT_OUT -> new Case(seed, drift, before, List.of(gap(file)), before);
      case TWO_PLACES -> twoPlaces(drift, file);
      case APPLIED_ALREADY -> new Case(seed, drift, expected, telling(edits), expected);
    };
  }

  private Case spacedFile(Drift drift, List<String> file, List<Change> changes, List<Edit> edits) {
    List<String> spaced = file.stream().map(line -> line + spaces()).toList();
    List<Change> same =
        changes.stream()
            .map(
                change -> {
                  List<String> kept = new ArrayList<>(change.lines());
                  return new Change(change.from(), change.to(), kept);
                })
            .toList();
    return new Case(seed, drift, text(spaced), edits, text(applied(spaced, same)));
  }

  /** An edit whose lines stand in the file, but not next to each other. */
  private Edit gap(List<String> file) {
    int at = random.nextInt(file.size() - 3);
    while (squeezed(file.get(at)).length() < 3 || squeezed(file.get(at + 1)).length() < 3) {
      at = (at + 1) % (file.size() - 3);
    }
    String search = file.get(at) + "\n" + file.get(at + 2) + "\n";
    String known = squeezed(text(file));
    return known.contains(squeezed(search))
        ? new Edit("not a line of this file at all\n", "x\n")
        : new Edit(search, "something quite different\n");
  }

  private Case twoPlaces(Drift drift, List<String> file) {
    int at = random.nextInt(file.size() - 3);
    List<String> piece = file.subList(at, at + 3);
    List<String> twice = new ArrayList<>(file);
    twice.addAll(piece);
    String space = " ".repeat(random.nextInt(3));
    String search = text(piece.stream().map(line -> space + line + spaces()).toList());
    Edit edit = new Edit(search.isBlank() ? "no such line\n" : search, "new\n");
    return new Case(seed, drift, text(twice), List.of(edit), text(twice));
  }

  /** Only edits that say enough to be recognised, and that are not undone by another one. */
  private static List<Edit> telling(List<Edit> edits) {
    return edits.stream().filter(e -> squeezed(e.replacement()).length() >= 30).toList();
  }

  private List<Change> changes(List<String> file) {
    List<Change> changes = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    int from = random.nextInt(Math.max(1, file.size() / count));
    while (changes.size() < count && from < file.size()) {
      int to = Math.min(file.size(), from + random.nextInt(4));
      if (to == from) {
        to = Math.min(file.size(), from + 1);
      }
      changes.add(new Change(from, to, changed(file.subList(from, to))));
      from = to + 12 + random.nextInt(20);
    }
    return changes;
  }

  private List<String> changed(List<String> lines) {
    List<String> changed = new ArrayList<>();
    for (String line : lines) {
      String indent = line.substring(0, line.length() - line.stripLeading().length());
      if (line.isBlank()) {
        changed.add("const blank = " + random.nextInt(1_000) + ";");
        continue;
      }
      switch (random.nextInt(4)) {
        case 0 -> changed.add(line.replaceFirst("\\w+", "renamed" + random.nextInt(1_000)));
        case 1 -> {
          changed.add(line);
          changed.add(indent + "inserted(" + random.nextInt(1_000) + ");");
        }
        case 2 -> {
          changed.add(indent + "if (guard" + random.nextInt(1_000) + ") {");
          changed.add(indent + "  " + line.strip());
          changed.add(indent + "}");
        }
        default -> changed.add(indent + "replaced" + random.nextInt(1_000) + "(value);");
      }
    }
    return changed;
  }

  private static List<String> applied(List<String> file, List<Change> changes) {
    List<String> after = new ArrayList<>();
    int at = 0;
    for (Change change : changes) {
      after.addAll(file.subList(at, change.from()));
      after.addAll(change.lines());
      at = change.to();
    }
    after.addAll(file.subList(at, file.size()));
    return after;
  }

  /** The change as an edit, with so many lines around that its place is the only one. */
  private Edit edit(List<String> file, Change change) {
    int from = change.from();
    int to = change.to();
    String all = squeezed(text(file));
    boolean up = random.nextBoolean();
    for (int round = 0; ; round++) {
      String search = squeezed(text(file.subList(from, to)));
      boolean once = search.length() > 3 && all.indexOf(search) == all.lastIndexOf(search);
      if (once && round > 1) {
        break;
      }
      if (from > 0 && (up || to == file.size())) {
        from--;
      } else if (to < file.size()) {
        to++;
      } else {
        break;
      }
      up = !up;
    }
    List<String> lines = new ArrayList<>(file.subList(from, change.from()));
    lines.addAll(change.lines());
    lines.addAll(file.subList(change.to(), to));
    return new Edit(text(file.subList(from, to)), text(lines));
  }

  private interface Bend {
    String bend(String line);
  }

  /** Bends both parts; an edit whose lines to find stay as they are gives no sign of a drift. */
  private static List<Edit> all(List<Edit> edits, Bend bend) {
    return edits.stream()
        .map(
            e ->
                bent(e.search(), bend).equals(e.search())
                    ? e
                    : new Edit(bent(e.search(), bend), bent(e.replacement(), bend)))
        .toList();
  }

  /** Bends the lines to find, and the same lines where the edit keeps them. */
  private static List<Edit> search(List<Edit> edits, Bend bend) {
    List<Edit> bent = new ArrayList<>();
    for (Edit edit : edits) {
      bent.add(new Edit(bent(edit.search(), bend), edit.replacement()));
    }
    return bent;
  }

  private static String bent(String lines, Bend bend) {
    return text(
        Arrays.stream(lines.split("\n", -1))
            .limit(lines.split("\n", -1).length - 1L)
            .map(line -> line.isBlank() ? line : bend.bend(line))
            .toList());
  }

  private Edit outdented(Edit edit) {
    int common =
        Arrays.stream((edit.search() + edit.replacement()).split("\n"))
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    int less = common == 0 ? 0 : 1 + random.nextInt(common);
    return all(List.of(edit), line -> line.substring(less)).get(0);
  }

  private String tabbed(String line) {
    String bare = line.stripLeading();
    int indent = line.length() - bare.length();
    return "\t".repeat(indent / 2) + " ".repeat(indent % 2) + bare;
  }

  private Edit tabbedIfUnseen(Edit edit) {
    return bent(edit.search(), this::tabbed).equals(edit.search())
        ? new Edit(edit.search(), bent(edit.replacement(), this::tabbed))
        : edit;
  }

  private String wider(String line) {
    String bare = line.stripLeading();
    int indent = line.length() - bare.length();
    return " ".repeat(indent / 2 * 4 + indent % 2) + bare;
  }

  private String spacedWithin(String line) {
    return line.replace("(", "( ").replace(" = ", "=").replace(",", " ,");
  }

  private String spaces() {
    return " ".repeat(random.nextInt(3));
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static String text(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private List<String> file() {
    return switch (random.nextInt(3)) {
      case 0 -> code();
      case 1 -> manifest();
      default -> readme();
    };
  }

  private List<String> code() {
    List<String> lines = new ArrayList<>();
    lines.add("#!/usr/bin/env tool");
    lines.add("import { strict as assert } from 'assert';");
    lines.add("import { read, write } from './" + word() + ".js';");
    lines.add("");
    for (int i = 0, functions = 4 + random.nextInt(8); i < functions; i++) {
      function(lines);
    }
    lines.add("export default { version: '1.0.0' };");
    return lines;
  }

  private void function(List<String> lines) {
    String name = word() + random.nextInt(50);
    lines.add("/**");
    lines.add(" * Says " + word() + " to a " + word() + ".");
    lines.add(" */");
    lines.add("export function " + name + "(value, options = {}) {");
    lines.add("  if (value == null) {");
    lines.add("    throw new TypeError('" + word() + " is missing');");
    lines.add("  }");
    lines.add("  const " + word() + " = [];");
    lines.add("  for (const item of value) {");
    lines.add(
        "    if (options." + word() + " && item." + word() + " > " + random.nextInt(9) + ") {");
    if (random.nextBoolean()) {
      lines.add("      result.push(item." + word() + ".trim(), " + random.nextInt(99) + ");");
    }
    lines.add("      continue;");
    lines.add("    }");
    lines.add("    result.push(item);");
    lines.add("  }");
    lines.add("");
    lines.add("  return result;");
    lines.add("}");
    lines.add("");
  }

  private List<String> manifest() {
    List<String> lines = new ArrayList<>();
    lines.add("{");
    lines.add("  \"name\": \"" + word() + "-" + word() + "\",");
    lines.add("  \"version\": \"1." + random.nextInt(9) + ".0\",");
    for (int i = 0, parts = 5 + random.nextInt(5); i < parts; i++) {
      lines.add("  \"" + word() + i + "\": {");
      for (int k = 0, items = 2 + random.nextInt(5); k < items; k++) {
        lines.add("    \"" + word() + k + "\": \"^" + random.nextInt(9) + "." + k + ".0\",");
      }
      lines.add("    \"nested\": {");
      lines.add("      \"types\": \"./index.d.ts\",");
      lines.add("      \"default\": \"./" + word() + ".js\"");
      lines.add("    }");
      lines.add("  },");
    }
    lines.add("  \"license\": \"MIT\"");
    lines.add("}");
    return lines;
  }

  private List<String> readme() {
    List<String> lines = new ArrayList<>();
    lines.add("# " + word());
    lines.add("");
    for (int i = 0, parts = 5 + random.nextInt(6); i < parts; i++) {
      lines.add("## " + word() + " and " + word());
      lines.add("");
      lines.add("It takes the " + word() + " of a " + word() + ", and gives " + word() + " back.");
      lines.add("");
      lines.add("- " + word() + ": the default is " + random.nextInt(100));
      lines.add("  - nested " + word() + " of " + word());
      lines.add("");
      lines.add("```js");
      lines.add("const " + word() + " = " + word() + "('a', " + random.nextInt(100) + ");");
      lines.add("```");
      lines.add("");
    }
    lines.add("MIT");
    return lines;
  }

  private String word() {
    String[] words = {
      "slug", "table", "cursor", "reader", "token", "format", "split", "merge", "count", "window",
      "header", "value", "range", "parse", "digest", "entry", "column", "filter", "queue", "locale"
    };
    return words[random.nextInt(words.length)];
  }
}
