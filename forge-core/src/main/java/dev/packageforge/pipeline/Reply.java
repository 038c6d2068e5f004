package dev.packageforge.pipeline;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was read out of a model's answer.
 *
 * @param files the files as they are after the answer
 * @param refusals what was refused, and why; warnings tell what was put right in reading
 * @param cause the one line that says what was wrong or what is new; empty if none was given
 * @param cannot why the model gives up, if it does
 * @param contradictions by path, why a test cannot stay as it is
 * @param changed the paths whose files are new, gone, or other than before
 * @param missed the paths whose edits did not apply; their files are as before
 * @param cutOff the file at whose place the answer ended too early; an empty string if its name was
 *     cut as well
 * @param empty whether the answer holds neither files nor edits nor a word that it cannot be done
 */
record Reply(
    FileSet files,
    List<Finding> refusals,
    String cause,
    Optional<String> cannot,
    Map<String, String> contradictions,
    Set<String> changed,
    Set<String> missed,
    Optional<String> cutOff,
    boolean empty) {
  Reply {
    refusals = List.copyOf(refusals);
    contradictions = Map.copyOf(contradictions);
    changed = Set.copyOf(changed);
    missed = Set.copyOf(missed);
  }
}
