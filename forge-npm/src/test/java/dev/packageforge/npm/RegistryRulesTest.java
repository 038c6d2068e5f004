package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import dev.packageforge.registry.DependencyGuard;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryRulesTest {
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");
  private static final String OLD = "2020-01-01T00:00:00Z";
  private static final String NEW = "2026-04-30T00:00:00Z";

  private final KnownPackages registry = new KnownPackages();
  private final LookUpRules rules =
      new RegistryRules(
          registry, new DependencyGuard(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(7)));

  private List<Finding> dependencies(String fields) throws Exception {
    return rules.dependencies(
        Manifest.parse("{\"name\":\"mine\",\"version\":\"1.0.0\"," + fields + "}"));
  }

  private static List<String> told(List<Finding> findings) {
    return findings.stream()
        .map(each -> (each.isError() ? "error " : "warning ") + each.code())
        .toList();
  }

  @Test
  void whatIsFitIsNotSpokenOf() throws Exception {
    registry.known("good", "1.2.0", OLD, "");
    assertThat(
            dependencies(
                """
                "dependencies": {"good": "^1.0.0", "mygood": "npm:good@1"},
                "peerDependencies": {"good": "*"}, "optionalDependencies": {"good": ">=1 <2"},
                "devDependencies": {"invented": "^1.0.0"}
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dependencies         | invented | ^1.0.0   | error dependency-does-not-exist",
        "peerDependencies     | invented | ^1.0.0   | error dependency-does-not-exist",
        "optionalDependencies | invented | ^1.0.0   | warning dependency-does-not-exist",
        "dependencies         | alias    | npm:invented@^1 | error dependency-does-not-exist",
        "dependencies         | good     | ^9.0.0   | error dependency-range-is-empty",
        "dependencies         | young    | ^1.0.0   | warning dependency-too-young",
        "dependencies         | scripted | ^1.0.0   | warning dependency-install-script",
        "dependencies         | old      | ^1.0.0   | warning dependency-is-deprecated",
      })
  void whatIsNotFitIsToldByItsCode(String section, String name, String range, String finding)
      throws Exception {
    registry.known("good", "1.2.0", OLD, "");
    registry.known("young", "1.0.0", NEW, "");
    registry.known("scripted", "1.0.0", OLD, "\"scripts\": {\"postinstall\": \"node x\"}");
    registry.known("old", "1.0.0", OLD, "\"deprecated\": \"use good\"");
    assertThat(told(dependencies("\"%s\": {\"%s\": \"%s\"}".formatted(section, name, range))))
        .containsExactly(finding);
  }

  @Test
  void aTwinOfAPopularNameIsToldUnlessItIsEstablished() throws Exception {
    registry.known("loadsh", "1.0.0", "2026-01-01T00:00:00Z", "");
    assertThat(told(dependencies("\"dependencies\": {\"loadsh\": \"^1.0.0\"}")))
        .containsExactly("warning dependency-near-name");
    registry.known("loadsh", "1.0.0", OLD, "");
    assertThat(dependencies("\"dependencies\": {\"loadsh\": \"^1.0.0\"}")).isEmpty();
  }

  @Test
  void anOptionalPeerThatDoesNotExistStopsNothing() throws Exception {
    assertThat(
            told(
                dependencies(
                    """
                    "peerDependencies": {"invented": "*"},
                    "peerDependenciesMeta": {"invented": {"optional": true}}
                    """)))
        .containsExactly("warning dependency-does-not-exist");
  }

  @ParameterizedTest
  @CsvSource({
    "critical, error dependency-has-advisory",
    "high, warning dependency-has-advisory",
    "low, warning dependency-has-advisory"
  })
  void aKnownWeaknessIsToldBySeverity(String severity, String finding) throws Exception {
    registry.known("good", "1.2.0", OLD, "");
    registry.advises("{\"good\":[{\"severity\":\"" + severity + "\",\"title\":\"Prototype\"}]}");
    List<Finding> findings = dependencies("\"dependencies\": {\"good\": \"^1.0.0\"}");
    assertThat(told(findings)).containsExactly(finding);
    assertThat(findings.get(0).sentence()).contains("good 1.2.0").contains("Prototype");
  }

  // ---- name and version ------------------------------------------------------------------------

  private static byte[] bytes(PackedArtifact packed) throws IOException {
    try (InputStream in = packed.open()) {
      return in.readAllBytes();
    }
  }

  private List<Finding> release(PackedArtifact packed) throws Exception {
    byte[] bytes = bytes(packed);
    TarballRules.Judged judged = TarballRules.judge(House.ANYBODYS, bytes);
    return rules.release(judged.tarball(), judged.files(), Sha512.of(bytes));
  }

  private static PackedArtifact version(String version, String node, String code) {
    return Packed.with(
        """
        {"name": "mine", "version": "%s", "main": "index.js", "engines": {"node": "%s"}}
        """
            .formatted(version, node),
        Map.of("index.js", code));
  }

  @Test
  void aFreeNameIsNotSpokenOf() throws Exception {
    assertThat(release(Packed.of("something-of-my-own", "1.0.0"))).isEmpty();
    assertThat(release(Packed.of("@me/react", "1.0.0"))).isEmpty();
  }

  @Test
  void aNameThatDiffersInPunctuationOnlyIsRefused() throws Exception {
    assertThat(told(release(Packed.of("reactdom", "1.0.0"))))
        .containsExactly("error name-too-similar");
    registry.known("somethingofmyown", "1.0.0", OLD, "");
    List<Finding> findings = release(Packed.of("something-of-my.own", "1.0.0"));
    assertThat(told(findings)).containsExactly("error name-too-similar");
    assertThat(findings.get(0).sentence()).contains("published somethingofmyown");
  }

  @Test
  void aNameNearAPopularOneIsWarnedOf() throws Exception {
    assertThat(told(release(Packed.of("expresss", "1.0.0"))))
        .containsExactly("warning name-near-popular");
  }

  @Test
  void aVersionThatIsThereWithOtherContentIsTakenAndTheSameContentIsNot() throws Exception {
    PackedArtifact first = version("1.0.0", ">=20", "exports.a = 1;");
    registry.released(bytes(first));
    assertThat(release(first)).isEmpty();
    List<Finding> findings = release(version("1.0.0", ">=20", "exports.a = 2;"));
    assertThat(told(findings)).containsExactly("error version-taken");
    assertThat(findings.get(0).sentence()).endsWith("with other content.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.2.3 | exports.a = 1; exports.b = 1; | >=20 | 1.2.4 | ''",
        "1.2.3 | exports.a = 1; exports.b = 2; exports.c = 1; | >=20 | 1.2.4 | Make it 1.3.0.",
        "1.2.3 | exports.a = 1; exports.b = 2; exports.c = 1; | >=20 | 1.3.0 | ''",
        "1.2.3 | exports.a = 1; | >=20 | 1.3.0 | Make it 2.0.0.",
        "1.2.3 | exports.a = 1; | >=20 | 2.0.0 | ''",
        "1.2.3 | exports.a = 1; | >=20 | 2.0.0-rc.1 | ''",
        "1.2.3 | exports.a = 1; exports.b = 1; | >=22 | 1.3.0 | Make it 2.0.0.",
        "0.2.3 | exports.a = 1; | >=20 | 0.2.4 | Make it 0.3.0.",
        "0.2.3 | exports.a = 1; | >=20 | 0.3.0 | ''",
      })
  void theVersionMustFollowFromWhatChanged(
      String before, String code, String node, String version, String remedy) throws Exception {
    registry.released(bytes(version(before, ">=20", "exports.a = 1; exports.b = 1;")));
    List<Finding> findings = release(version(version, node, code));
    if (remedy.isEmpty()) {
      assertThat(findings).isEmpty();
    } else {
      assertThat(told(findings)).containsExactly("warning version-too-low");
      assertThat(findings.get(0).remedy()).isEqualTo(remedy);
    }
  }

  @Test
  void typesThatAreFoundBesideTheCodeNeedNotBeNamed() throws Exception {
    String types = "export interface Options {}\nexport declare const a: Options;";
    Map<String, String> files = Map.of("index.js", "exports.a = 1;", "index.d.ts", types);
    registry.released(
        bytes(
            Packed.with(
                """
            {"name": "mine", "version": "1.2.3",
             "exports": {".": {"types": "./index.d.ts", "default": "./index.js"}}}
            """,
                files)));
    assertThat(
            release(
                Packed.with(
                    """
                    {"name": "mine", "version": "1.2.4", "exports": {".": "./index.js"}}
                    """,
                    files)))
        .isEmpty();
  }

  @Test
  void aVersionBehindTheLastReleaseIsWarnedOfAndComparedWithItsOwnLine() throws Exception {
    registry.released(
        bytes(version("1.2.3", ">=20", "exports.a = 1; exports.b = 1;")),
        bytes(version("2.0.0", ">=20", "exports.a = 1;")));
    assertThat(told(release(version("1.2.4", ">=20", "exports.a = 2; exports.b = 1;"))))
        .containsExactly("warning version-behind-last");
  }
}
