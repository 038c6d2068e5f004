package dev.packageforge.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Finding;
import dev.packageforge.PackagePlan.PlannedDependency;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DependencyGuardTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final PlannedDependency NEEDED = new PlannedDependency("slugs", "^1.0.0", "");

  private final DependencyGuard guard = guard(Duration.ofDays(7));

  private static DependencyGuard guard(Duration cooldown) {
    return new DependencyGuard(Clock.fixed(NOW, ZoneOffset.UTC), cooldown);
  }

  private static Optional<Instant> daysAgo(double days) {
    return Optional.of(NOW.minusSeconds((long) (days * 86_400)));
  }

  private static CatalogEntry.Facts aged(double created, double published, double earliest) {
    return new CatalogEntry.Facts(
        daysAgo(created), daysAgo(published), daysAgo(earliest), false, "");
  }

  private static CatalogEntry entry(CatalogEntry.Facts facts) {
    return new CatalogEntry("slugs", "1.2.0", "", facts);
  }

  private List<Finding> judge(CatalogEntry.Facts facts) {
    return guard.judge("package.json", NEEDED, Optional.of(entry(facts)));
  }

  private static List<String> codes(List<Finding> findings) {
    return findings.stream().map(Finding::code).toList();
  }

  @Test
  void whatIsOldEnoughIsFit() {
    assertThat(judge(aged(700, 7, 7))).isEmpty();
    assertThat(judge(CatalogEntry.Facts.UNKNOWN)).isEmpty();
  }

  @Test
  void whatDoesNotExistIsRefused() {
    assertThat(guard.judge("package.json", NEEDED, Optional.empty()))
        .containsExactly(
            Finding.error(
                "dependency-does-not-exist",
                "package.json",
                "There is no package called slugs.",
                "Do without it, or use one that exists."));
  }

  @Test
  void aRangeWithoutVersionsIsRefused() {
    assertThat(codes(guard.judge("", NEEDED, Optional.of(new CatalogEntry("slugs", "", "")))))
        .containsExactly("dependency-range-is-empty");
  }

  @Test
  void aPackageOfTheseDaysIsTooYoung() {
    assertThat(judge(aged(6.9, 6.9, 6.9)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.isError()).isTrue();
              assertThat(finding.code()).isEqualTo("dependency-too-young");
              assertThat(finding.sentence())
                  .isEqualTo(
                      "slugs was published first 6 days ago; less than 7 days is too young.");
            });
    assertThat(judge(aged(0.5, 0.5, 0.5)).get(0).sentence()).contains("first today;");
    assertThat(judge(aged(-1, -1, -1)).get(0).sentence()).contains("first today;");
  }

  @Test
  void aRangeOfYoungVersionsAloneIsTooYoung() {
    assertThat(judge(aged(700, 1, 3)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("dependency-too-young");
              assertThat(finding.sentence())
                  .isEqualTo(
                      "The oldest version of slugs in the range was published 3 days ago;"
                          + " less than 7 days is too young.");
            });
  }

  @Test
  void aRangeThatHoldsAnOlderVersionIsFit() {
    assertThat(judge(aged(700, 1, 30))).isEmpty();
  }

  @Test
  void withoutACooldownAnyAgeWillDo() {
    assertThat(guard(Duration.ZERO).judge("", NEEDED, Optional.of(entry(aged(0, 0, 0))))).isEmpty();
    assertThatThrownBy(() -> guard(Duration.ofDays(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aScriptAtInstallIsRefused() {
    assertThat(
            codes(judge(new CatalogEntry.Facts(daysAgo(700), daysAgo(70), daysAgo(70), true, ""))))
        .containsExactly("dependency-install-script");
  }

  @Test
  void aNameNearAPopularOneIsRefusedUntilThePackageIsEstablished() {
    assertThat(judge(new CatalogEntry.Facts(daysAgo(300), daysAgo(70), daysAgo(70), false, "slug")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("dependency-near-name");
              assertThat(finding.isError()).isTrue();
              assertThat(finding.remedy()).startsWith("If slug is meant, use it");
            });
    assertThat(judge(new CatalogEntry.Facts(daysAgo(366), daysAgo(70), daysAgo(70), false, "slug")))
        .isEmpty();
    assertThat(
            codes(
                judge(
                    new CatalogEntry.Facts(
                        Optional.empty(), Optional.empty(), Optional.empty(), false, "slug"))))
        .containsExactly("dependency-near-name");
  }

  @Test
  void theOwnersWarningIsPassedOnAndStopsNothing() {
    List<Finding> findings =
        guard.judge("", NEEDED, Optional.of(new CatalogEntry("slugs", "1.0.0", "use slug")));
    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("dependency-is-deprecated");
              assertThat(finding.isError()).isFalse();
              assertThat(finding.sentence()).contains("use slug");
            });
  }
}
