package dev.packageforge.pipeline;

import static java.util.Objects.requireNonNull;

/**
 * A change to a part of a file.
 *
 * @param search the lines to find, each with its line feed; empty only for a file without content
 * @param replacement the lines instead, each with its line feed; empty to delete
 */
record Edit(String search, String replacement) {
  Edit {
    requireNonNull(search, "search");
    requireNonNull(replacement, "replacement");
  }
}
