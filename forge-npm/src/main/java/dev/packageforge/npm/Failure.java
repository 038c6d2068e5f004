package dev.packageforge.npm;

import dev.packageforge.Finding;
import java.util.List;
import java.util.stream.Stream;

/**
 * One thing that went wrong in a step.
 *
 * @param finding what, for people
 * @param name of the test, entry or command at fault; empty if there is none
 * @param evidence lines for the model, cleaned of what belongs to the sandbox
 */
record Failure(Finding finding, String name, List<String> evidence) {
  Failure {
    evidence = List.copyOf(evidence);
  }

  /** The same with more to tell, which comes first. */
  Failure and(List<String> more) {
    return new Failure(finding, name, Stream.concat(more.stream(), evidence.stream()).toList());
  }

  static Failure of(Finding finding, List<String> evidence) {
    return new Failure(finding, "", evidence);
  }

  static List<Failure> of(List<Finding> findings) {
    return findings.stream().map(finding -> of(finding, List.of())).toList();
  }
}
