package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.CatalogEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpmCatalogTest {
  private static final String KNOWN =
      """
      {"name": "known", "dist-tags": {"latest": "2.0.0", "next": "3.0.0-rc.1"}, "versions": {
        "1.0.0": {}, "1.10.0": {}, "1.9.0": {}, "1.11.0": {"deprecated": "a mistake"},
        "2.0.0": {"hasInstallScript": true}, "2.1.0": {}, "3.0.0-rc.1": {}, "odd": {}},
       "time": {"created": "2020-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
        "1.0.0": "2020-01-01T00:00:00.000Z", "1.10.0": "2021-01-01T00:00:00.000Z",
        "1.9.0": "2020-06-01T00:00:00.000Z", "2.0.0": "2022-01-01T00:00:00.000Z"}}
      """;

  private final List<String> asked = new ArrayList<>();

  private Optional<CatalogEntry> find(String name, String range) throws InterruptedException {
    NpmCatalog catalog =
        new NpmCatalog(
            wanted -> {
              asked.add(wanted);
              return wanted.startsWith("gone") ? Optional.empty() : Optional.of(read(KNOWN));
            });
    return catalog.find(new PlannedDependency(name, range, ""));
  }

  private static Packument read(String json) {
    try {
      return PackumentReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "^1.0.0, 1.10.0",
    "1.11.0, 1.11.0",
    "^2.0.0, 2.0.0",
    ">=2.0.1, 2.1.0",
    "*, 2.0.0",
    "next, 3.0.0-rc.1",
    ">=3.0.0-rc.0, 3.0.0-rc.1",
    "^9.0.0, ''",
    "file:../x, ''",
    "no-such-tag, ''",
  })
  void theVersionIsTheOneThatNpmWouldInstall(String range, String version) throws Exception {
    assertThat(find("known", range)).map(CatalogEntry::version).hasValue(version);
  }

  @Test
  void theFactsAreThoseOfTheChosenVersion() throws Exception {
    CatalogEntry.Facts one = find("known", "^1.0.0").orElseThrow().facts();
    assertThat(one.created()).hasValue(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(one.published()).hasValue(Instant.parse("2021-01-01T00:00:00Z"));
    assertThat(one.earliest()).hasValue(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(one.installScript()).isFalse();
    assertThat(one.resembles()).isEmpty();
    CatalogEntry.Facts two = find("known", "^2.0.0").orElseThrow().facts();
    assertThat(two.installScript()).isTrue();
    assertThat(two.earliest()).hasValue(Instant.parse("2022-01-01T00:00:00Z"));
    assertThat(find("known", "1.11.0").orElseThrow().deprecated()).isEqualTo("a mistake");
  }

  @Test
  void aNameNearAPopularOneIsToldWhetherOrNotItExists() throws Exception {
    assertThat(find("loadsh", "^1.0.0").orElseThrow().facts().resembles()).isEqualTo("lodash");
    assertThat(find("gone", "^1.0.0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--registry=x", "a b", "../a", "", "a;b", ".a", "@a", "@a/"})
  void aNameThatIsNoneIsNeverAskedFor(String name) throws Exception {
    assertThat(find(name, "^1.0.0")).isEmpty();
    assertThat(asked).isEmpty();
  }
}
