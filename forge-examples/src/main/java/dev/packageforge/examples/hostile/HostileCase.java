package dev.packageforge.examples.hostile;

import static java.util.Objects.requireNonNull;

import dev.packageforge.SandboxReport;
import java.util.Map;
import java.util.TreeMap;

/**
 * One attack, and what must come of it.
 *
 * @param number its place in the corpus
 * @param name in kebab case
 * @param story what it does, a sentence
 * @param from the least that a sandbox must hold for this to be promised; {@code CLOSED} if reading
 *     is enough, so that nothing may be run
 * @param attack what is done
 * @param files what it needs, by path
 */
public record HostileCase(
    int number,
    String name,
    String story,
    SandboxReport.Level from,
    Attack attack,
    Map<String, String> files) {
  /** Copies the files, and refuses a case without name or story. */
  public HostileCase {
    requireNonNull(attack, "attack");
    files = Map.copyOf(new TreeMap<>(files));
    if (number < 1 || !name.matches("[a-z0-9]+(-[a-z0-9]+)*") || !story.endsWith(".")) {
      throw new IllegalArgumentException("a case needs a number, a name and a story: " + name);
    }
  }

  /** Whether a sandbox of this level promises it. */
  public boolean isPromisedBy(SandboxReport.Level level) {
    return from.compareTo(level) <= 0;
  }

  @Override
  public String toString() {
    return String.format("%03d %s", number, name);
  }
}
