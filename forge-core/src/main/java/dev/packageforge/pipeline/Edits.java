package dev.packageforge.pipeline;

import dev.packageforge.pipeline.EditResult.Miss;
import dev.packageforge.pipeline.Sheet.Alike;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Applies a model's edits to a file: all of them or none, and never by a guess.
 *
 * <p>The lines to find are looked for as they are, then without regard to space at line ends, then
 * to blank lines around, then to an indentation that is other by the same for all lines, and at
 * last to all space and line breaks. The first way that finds anything decides, and it must find
 * one place only. Whole lines are found, never a part of one. All edits are looked for in the file
 * as it was; if that fails, one after the other, each in what the one before has left. Lines that
 * an edit keeps stay as the file has them, and so do its line ends.
 *
 * <p>An edit that is in the file already changes nothing. One without lines to find fits only a
 * file without content.
 */
final class Edits {
  private static final int MAX_PLACES = 5;

  private static final int MAX_MISSES = 5;

  /** Characters that edits one after the other may look at. */
  private static final long MAX_WORK = 4L * 1024 * 1024;

  /** What an edit's lines must have, besides space, to be recognised as applied already. */
  private static final int TELLING = 20;

  private Edits() {}

  /** The content after the edits, or why it stays as it is. */
  static EditResult apply(String content, List<Edit> edits) {
    List<Edit> once = List.copyOf(new LinkedHashSet<>(edits));
    Sheet sheet = new Sheet(content);
    List<Place> places = once.stream().map(edit -> find(sheet, edit)).toList();
    if (places.stream().anyMatch(place -> !place.lines().isEmpty())) {
      return new EditResult.Refused(misses(sheet, edits, once, places));
    }
    Optional<String> together = together(content, places);
    if (together.isPresent()) {
      return new EditResult.Applied(together.get());
    }
    if ((long) content.length() * once.size() > MAX_WORK) {
      return new EditResult.Refused(misses(sheet, edits, once, places));
    }
    return inTurn(content, edits, once);
  }

  /**
   * What is to be done for an edit.
   *
   * @param patches nothing, or one thing
   * @param lines where it would fit, if that is not one place; no line if nowhere
   */
  private record Place(boolean clear, List<Patch> patches, List<Integer> lines) {
    static final Place NOWHERE = new Place(false, List.of(), List.of());
    static final Place DONE = new Place(true, List.of(), List.of());

    static Place at(Patch patch) {
      return new Place(true, List.of(patch), List.of());
    }

    static Place several(List<Integer> lines) {
      return new Place(false, List.of(), lines);
    }
  }

  /** Characters from one place to another, and what will stand there. */
  private record Patch(int from, int to, String text) {}

  private static Optional<String> together(String content, List<Place> places) {
    List<Patch> patches = new ArrayList<>();
    for (Place place : places) {
      if (!place.clear()) {
        return Optional.empty();
      }
      patches.addAll(place.patches());
    }
    patches.sort(Comparator.comparingInt(Patch::from));
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Patch patch : patches) {
      if (patch.from() < at) {
        return Optional.empty();
      }
      out.append(content, at, patch.from()).append(patch.text());
      at = patch.to();
    }
    return Optional.of(out.append(content, at, content.length()).toString());
  }

  private static EditResult inTurn(String content, List<Edit> all, List<Edit> edits) {
    String now = content;
    List<Place> places = new ArrayList<>();
    for (Edit edit : edits) {
      Sheet sheet = new Sheet(now);
      Place place = find(sheet, edit);
      if (!place.clear() && place.lines().isEmpty() && isIn(sheet, edit.replacement())) {
        place = Place.DONE;
      }
      places.add(place);
      now = together(now, List.of(place)).orElse(now);
    }
    List<Miss> misses = misses(new Sheet(content), all, edits, places);
    return misses.isEmpty() ? new EditResult.Applied(now) : new EditResult.Refused(misses);
  }

  private static List<Miss> misses(
      Sheet sheet, List<Edit> all, List<Edit> edits, List<Place> places) {
    List<Miss> misses = new ArrayList<>();
    for (int i = 0; i < places.size() && misses.size() < MAX_MISSES; i++) {
      List<Integer> lines = places.get(i).lines();
      if (!places.get(i).clear()) {
        Edit edit = edits.get(i);
        List<String> nearest = lines.isEmpty() ? Nearest.lines(sheet, edit.search()) : List.of();
        misses.add(new Miss(all.indexOf(edit) + 1, lines, nearest));
      }
    }
    return misses;
  }

  private static Place find(Sheet sheet, Edit edit) {
    List<String> search = Sheet.lines(edit.search());
    List<String> replacement = Sheet.lines(edit.replacement());
    if (edit.search().isBlank()) {
      boolean fits = sheet.lines().stream().allMatch(String::isBlank);
      return fits
          ? Place.at(new Patch(0, sheet.start(sheet.lines().size()), edit.replacement()))
          : Place.NOWHERE;
    }
    Hunk hunk = new Hunk(search, replacement);
    Hunk trimmed = hunk.withoutBlankEdges();
    return inLines(sheet, hunk, Alike.EXACTLY)
        .or(() -> inLines(sheet, hunk, Alike.BUT_TRAILING_SPACE))
        .or(() -> inLines(sheet, trimmed, Alike.BUT_TRAILING_SPACE))
        .or(() -> shifted(sheet, trimmed))
        .or(() -> inTokens(sheet, trimmed))
        .orElse(Place.NOWHERE);
  }

  /** An edit as lines. */
  private record Hunk(List<String> search, List<String> replacement) {
    /** Without blank lines around the lines to find, and without as many around the others. */
    Hunk withoutBlankEdges() {
      int head = blanks(search);
      int tail = blanks(reversed(search));
      int top = Math.min(head, blanks(replacement));
      List<String> rest = replacement.subList(top, replacement.size());
      int bottom = Math.min(tail, blanks(reversed(rest)));
      return new Hunk(
          search.subList(head, search.size() - tail), rest.subList(0, rest.size() - bottom));
    }

    private static int blanks(List<String> lines) {
      int count = 0;
      while (count < lines.size() && lines.get(count).isBlank()) {
        count++;
      }
      return count;
    }

    private static List<String> reversed(List<String> lines) {
      List<String> reversed = new ArrayList<>(lines);
      Collections.reverse(reversed);
      return reversed;
    }

    /** Lines at the beginning that stay. */
    int kept() {
      return same(search, replacement);
    }

    /** Lines at the end that stay, of those after the ones at the beginning. */
    int keptAtEnd() {
      int kept = kept();
      return same(
          reversed(search.subList(kept, search.size())),
          reversed(replacement.subList(kept, replacement.size())));
    }

    /** The lines instead of those that do not stay. */
    List<String> changed() {
      return replacement.subList(kept(), replacement.size() - keptAtEnd());
    }

    List<String> all() {
      List<String> all = new ArrayList<>(search);
      all.addAll(replacement);
      return all;
    }

    private static int same(List<String> one, List<String> other) {
      int count = 0;
      while (count < Math.min(one.size(), other.size())
          && one.get(count).equals(other.get(count))) {
        count++;
      }
      return count;
    }
  }

  private static Optional<Place> inLines(Sheet sheet, Hunk hunk, Alike alike) {
    List<Integer> found = sheet.find(hunk.search(), alike, MAX_PLACES);
    if (found.size() != 1) {
      return several(found);
    }
    return Optional.of(
        isInAround(sheet, hunk, found.get(0))
            ? Place.DONE
            : Place.at(patch(sheet, hunk, found.get(0), hunk.changed())));
  }

  private static Optional<Place> shifted(Sheet sheet, Hunk hunk) {
    List<Integer> found = sheet.find(hunk.search(), Alike.BUT_INDENT, MAX_PLACES);
    return found.size() == 1 ? Optional.of(indented(sheet, hunk, found.get(0))) : several(found);
  }

  /** The place is known; whether it is known how the lines there must be indented. */
  private static Place indented(Sheet sheet, Hunk hunk, int at) {
    if (isInAround(sheet, hunk, at)) {
      return Place.DONE;
    }
    List<String> there = sheet.lines().subList(at, at + hunk.search().size());
    return new Indents(hunk.search(), there, hunk.all(), sheet.lines())
        .change(hunk.changed())
        .map(lines -> Place.at(patch(sheet, hunk, at, lines)))
        .orElse(Place.NOWHERE);
  }

  private static Optional<Place> inTokens(Sheet sheet, Hunk hunk) {
    List<Tokens.Place> found = sheet.tokens().find(hunk.search(), MAX_PLACES);
    if (found.size() != 1) {
      return several(found.stream().map(Tokens.Place::first).toList());
    }
    int from = found.get(0).first();
    int to = found.get(0).last() + 1;
    if (isLineByLine(hunk.search(), sheet.lines().subList(from, to))) {
      return Optional.of(indented(sheet, hunk, from));
    }
    List<String> first = hunk.search().subList(0, 1);
    return new Indents(first, sheet.lines().subList(from, from + 1), hunk.all(), sheet.lines())
        .change(hunk.replacement())
        .map(lines -> Place.at(patch(sheet, from, to, lines)));
  }

  private static boolean isLineByLine(List<String> one, List<String> other) {
    boolean same = one.size() == other.size();
    for (int i = 0; i < one.size() && same; i++) {
      same = withoutSpace(one.get(i)).equals(withoutSpace(other.get(i)));
    }
    return same;
  }

  private static String withoutSpace(String line) {
    StringBuilder rest = new StringBuilder(line.length());
    line.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> rest.append((char) c));
    return rest.toString();
  }

  /** That there are several places, if there are. */
  private static Optional<Place> several(List<Integer> found) {
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(Place.several(found.stream().map(line -> line + 1).toList()));
  }

  /**
   * Whether the lines to find stand where they do because the edit, which adds lines around them,
   * is in the file already.
   */
  private static boolean isInAround(Sheet sheet, Hunk hunk, int at) {
    if (hunk.replacement().size() <= hunk.search().size()) {
      return false;
    }
    Sheet replacement = new Sheet(String.join("\n", hunk.replacement()) + "\n");
    for (int offset : replacement.find(hunk.search(), Alike.BUT_INDENT, MAX_PLACES)) {
      int from = at - offset;
      int to = from + hunk.replacement().size();
      if (from >= 0 && to <= sheet.lines().size()) {
        Sheet there = new Sheet(String.join("\n", sheet.lines().subList(from, to)) + "\n");
        if (!there.find(hunk.replacement(), Alike.BUT_INDENT, 1).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether these lines, if they say enough to be recognised, stand in the file, and once. */
  private static boolean isIn(Sheet sheet, String replacement) {
    long telling = replacement.chars().filter(c -> !Character.isWhitespace(c)).count();
    return telling >= TELLING
        && sheet.find(Sheet.lines(replacement), Alike.BUT_INDENT, 2).size() == 1;
  }

  private static Patch patch(Sheet sheet, Hunk hunk, int at, List<String> changed) {
    return patch(sheet, at + hunk.kept(), at + hunk.search().size() - hunk.keptAtEnd(), changed);
  }

  /** Puts lines in the place of others, with the line ends that are usual there. */
  private static Patch patch(Sheet sheet, int from, int to, List<String> instead) {
    String end = lineEnd(sheet, from);
    int lines = sheet.lines().size();
    boolean open = lines > 0 && sheet.end(lines - 1).isEmpty();
    StringBuilder text = new StringBuilder();
    if (from == lines && open && !instead.isEmpty()) {
      text.append(end).append(String.join(end, instead));
    } else {
      instead.forEach(line -> text.append(line).append(end));
      if (to == lines && open && text.length() > 0) {
        text.setLength(text.length() - end.length());
      }
    }
    return new Patch(sheet.start(from), sheet.start(to), text.toString());
  }

  private static String lineEnd(Sheet sheet, int near) {
    if (sheet.lines().isEmpty()) {
      return "\n";
    }
    String here = sheet.end(Math.min(near, sheet.lines().size() - 1));
    String first = sheet.end(0);
    return !here.isEmpty() ? here : first.isEmpty() ? "\n" : first;
  }
}
