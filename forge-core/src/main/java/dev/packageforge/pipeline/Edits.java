package dev.packageforge.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Applies a model's edits to a file: all of them or none, and never by a guess. */
final class Edits {
  private Edits() {}

  /** The content after the edits, or why it stays as it is. */
  static EditResult apply(String content, List<Edit> edits) {
    String now = content;
    List<EditResult.Miss> misses = new ArrayList<>();
    for (int i = 0; i < edits.size(); i++) {
      Edit edit = edits.get(i);
      if (edit.search().isEmpty() && now.isBlank()) {
        now = edit.replacement();
        continue;
      }
      int at = edit.search().isEmpty() ? -1 : now.indexOf(edit.search());
      int again = at < 0 ? -1 : now.indexOf(edit.search(), at + 1);
      if (at < 0) {
        misses.add(new EditResult.Miss(i + 1, List.of(), List.of()));
      } else if (again >= 0) {
        List<Integer> places = List.of(Lines.at(now, at), Lines.at(now, again));
        misses.add(new EditResult.Miss(i + 1, places, List.of()));
      } else {
        now =
            now.substring(0, at) + edit.replacement() + now.substring(at + edit.search().length());
      }
    }
    return misses.isEmpty() ? new EditResult.Applied(now) : new EditResult.Refused(misses);
  }
}
