package dev.packageforge.pipeline;

import java.util.List;

/** What became of a file's edits: all of them, or none. */
sealed interface EditResult {
  /**
   * All edits are in.
   *
   * @param content the file as it is now; the same as before if every edit was in it already
   */
  record Applied(String content) implements EditResult {}

  /**
   * The file stays as it was.
   *
   * @param misses why, for each edit that does not fit; at least one
   */
  record Refused(List<Miss> misses) implements EditResult {
    public Refused {
      misses = List.copyOf(misses);
    }
  }

  /**
   * An edit that does not fit.
   *
   * @param edit its number among the file's edits, from 1
   * @param places the first lines of the places it fits, from 1: none or several
   * @param nearest if there is none, the lines that are most alike, as {@code 12: text}
   */
  record Miss(int edit, List<Integer> places, List<String> nearest) {
    public Miss {
      places = List.copyOf(places);
      nearest = List.copyOf(nearest);
    }

    /** Whether it fits several places. */
    boolean ambiguous() {
      return !places.isEmpty();
    }
  }
}
