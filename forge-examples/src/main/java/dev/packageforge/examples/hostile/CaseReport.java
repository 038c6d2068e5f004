package dev.packageforge.examples.hostile;

import java.time.Duration;
import java.util.List;

/**
 * What came of a case.
 *
 * @param attack the case
 * @param complaints a sentence for each thing that is not as it must be; empty if it was held
 * @param took wall-clock time
 */
public record CaseReport(HostileCase attack, List<String> complaints, Duration took) {
  /** Copies the list. */
  public CaseReport {
    complaints = List.copyOf(complaints);
  }

  /** Whether it did no harm and came to what it must. */
  public boolean held() {
    return complaints.isEmpty();
  }

  @Override
  public String toString() {
    return attack
        + (held() ? " held" : " NOT HELD: " + String.join(" ", complaints))
        + String.format(" (%.1f s)", took.toMillis() / 1000.0);
  }
}
