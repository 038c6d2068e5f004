package dev.packageforge.examples.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of the harness counted, and what must not have happened.
 *
 * @param seed to run it again with
 * @param counts by what was counted, in order; in whole numbers
 * @param violations a sentence each, with the run it is about; empty if everything held
 */
public record ChaosReport(long seed, Map<String, Long> counts, List<String> violations) {
  private static final int SHOWN = 20;

  /** Copies. */
  public ChaosReport {
    counts = new LinkedHashMap<>(counts);
    violations = List.copyOf(violations);
  }

  /** In order, for whoever prints. */
  @Override
  public Map<String, Long> counts() {
    return new LinkedHashMap<>(counts);
  }

  /** Whether everything held. */
  public boolean held() {
    return violations.isEmpty();
  }

  /** As a table, and the first violations below. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    counts.forEach((what, count) -> lines.add(String.format("%-38s %,10d", what, count)));
    lines.add(String.format("%-38s %10d", "seed", seed));
    lines.add(String.format("%-38s %,10d", "violations", violations.size()));
    violations.stream().limit(SHOWN).forEach(violation -> lines.add("  " + violation));
    if (violations.size() > SHOWN) {
      lines.add("  and " + (violations.size() - SHOWN) + " more");
    }
    return lines;
  }
}
