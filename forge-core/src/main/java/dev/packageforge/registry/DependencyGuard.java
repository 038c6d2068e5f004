package dev.packageforge.registry;

import dev.packageforge.Finding;
import dev.packageforge.PackagePlan.PlannedDependency;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether a package is fit to be built on, before anything of it is installed. Most packages
 * that carry harm are found and taken away within days, so that what is younger than the cooldown
 * is refused. Safe for use by many threads.
 */
public final class DependencyGuard {
  /** How old what is built on must be, unless somebody says else: seven days. */
  public static final Duration COOLDOWN = Duration.ofDays(7);

  /** A name that resembles a popular one is forgiven to a package that has been there so long. */
  private static final Duration ESTABLISHED = Duration.ofDays(365);

  private final Clock clock;
  private final Duration cooldown;

  /**
   * A guard.
   *
   * @param clock what ages are told by
   * @param cooldown how old a package and one of its versions in range must be; zero for any age
   */
  public DependencyGuard(Clock clock, Duration cooldown) {
    if (cooldown.isNegative()) {
      throw new IllegalArgumentException("cooldown must not be negative, was " + cooldown);
    }
    this.clock = clock;
    this.cooldown = cooldown;
  }

  /**
   * What is to be said of a dependency.
   *
   * @param where the place that names it, as in {@link Finding#where}
   * @param needed what is wanted
   * @param found what the catalog has of it; empty if there is no such package
   * @return nothing if it is fit
   */
  public List<Finding> judge(String where, PlannedDependency needed, Optional<CatalogEntry> found) {
    if (found.isEmpty()) {
      return List.of(
          Finding.error(
              "dependency-does-not-exist",
              where,
              "There is no package called " + needed.name() + ".",
              "Do without it, or use one that exists."));
    }
    CatalogEntry entry = found.get();
    List<Finding> findings = new ArrayList<>();
    resemblance(where, entry).ifPresent(findings::add);
    if (entry.version().isEmpty()) {
      findings.add(
          Finding.error(
              "dependency-range-is-empty",
              where,
              "No version of " + entry.name() + " is in " + needed.range() + ".",
              "Use a range that has versions."));
      return List.copyOf(findings);
    }
    youth(where, entry).ifPresent(findings::add);
    if (entry.facts().installScript()) {
      findings.add(
          Finding.error(
              "dependency-install-script",
              where,
              entry.name() + " " + entry.version() + " runs a script when it is installed.",
              "Use a package that needs none; such scripts are never run here."));
    }
    if (!entry.deprecated().isEmpty()) {
      findings.add(
          Finding.warning(
              "dependency-is-deprecated",
              where,
              entry.name() + " is deprecated by its owner: " + entry.deprecated(),
              "Use what the owner recommends."));
    }
    return List.copyOf(findings);
  }

  private Optional<Finding> resemblance(String where, CatalogEntry entry) {
    String popular = entry.facts().resembles();
    boolean established =
        entry.facts().created().filter(since -> age(since).compareTo(ESTABLISHED) >= 0).isPresent();
    return popular.isEmpty() || established
        ? Optional.empty()
        : Optional.of(
            Finding.error(
                "dependency-near-name",
                where,
                "The name " + entry.name() + " may be mistaken for the popular " + popular + ".",
                "If " + popular + " is meant, use it; else do without."));
  }

  /** One version that is old enough will do: it can be chosen. */
  private Optional<Finding> youth(String where, CatalogEntry entry) {
    CatalogEntry.Facts facts = entry.facts();
    if (facts.created().filter(this::isYoung).isPresent()) {
      return Optional.of(
          tooYoung(
              where,
              entry.name() + " was published first " + days(facts.created().get()),
              "Use a package that has been there longer, or do without."));
    }
    boolean allYoung =
        facts.published().filter(this::isYoung).isPresent()
            && facts.earliest().or(facts::published).filter(this::isYoung).isPresent();
    return allYoung
        ? Optional.of(
            tooYoung(
                where,
                "The oldest version of "
                    + entry.name()
                    + " in the range was published "
                    + days(facts.earliest().or(facts::published).get()),
                "Use a range that holds an older version."))
        : Optional.empty();
  }

  private Finding tooYoung(String where, String what, String remedy) {
    String sentence = what + "; less than " + count(cooldown) + " is too young.";
    return Finding.error("dependency-too-young", where, sentence, remedy);
  }

  private boolean isYoung(Instant since) {
    return age(since).compareTo(cooldown) < 0;
  }

  /** What comes from a clock that is ahead of ours is new. */
  private Duration age(Instant since) {
    Duration age = Duration.between(since, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  private String days(Instant since) {
    return age(since).toDays() == 0 ? "today" : count(age(since)) + " ago";
  }

  private static String count(Duration age) {
    long days = age.toDays();
    return days == 1 ? "1 day" : days > 0 ? days + " days" : age.toHours() + " hours";
  }
}
