package dev.packageforge.npm;

import static dev.packageforge.npm.Defect.refused;
import static dev.packageforge.npm.Defect.warned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Finding;
import dev.packageforge.Sha512;
import dev.packageforge.registry.DependencyGuard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Defects that only a registry can tell. */
final class LookUpDefectsTest {
  private static final String OLD = "2020-01-01T00:00:00Z";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-05-01T00:00:00Z"), ZoneOffset.UTC);
  private static final Sound COMMON = Sound.common();
  private static final Sound MODULES = Sound.modules();

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void theDefectIsCaughtWithItsOwnCode(Defect defect) throws Exception {
    DefectCorpus.check(defect, LookUpDefectsTest::judge);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void nothingIsSaidOfASoundPackage(Sound sound) throws Exception {
    assertThat(judge(sound)).as(sound.kind()).isEmpty();
  }

  @AfterAll
  static void writeTable() throws Exception {
    DefectCorpus.write("look-up", defects().toList());
  }

  static Stream<Sound> sound() {
    return Stream.of(COMMON, MODULES);
  }

  /** One registry for all: the sound packages' last releases, and what may be built on. */
  private static KnownPackages registry() throws Exception {
    return new KnownPackages()
        .released(
            COMMON.manifest("2.1.0", "1.9.0").tarball(),
            COMMON.manifest("2.1.0", "2.0.5").tarball())
        .known("ms", "2.1.3", OLD, "")
        .known("countletters", "1.0.0", OLD, "")
        .known("given-up", "1.0.0", OLD, "\"deprecated\": \"use ms\"")
        .known("built-here", "1.0.0", OLD, "\"scripts\": {\"postinstall\": \"node x\"}")
        .known("of-today", "1.0.0", "2026-04-30T00:00:00Z", "")
        .known("expres", "1.0.0", "2026-01-01T00:00:00Z", "")
        .known("weak", "1.0.0", OLD, "")
        .advises("{\"weak\": [{\"severity\": \"critical\", \"title\": \"Runs what it is sent\"}]}");
  }

  private static List<Finding> judge(Sound sound) throws Exception {
    byte[] bytes = sound.tarball();
    TarballRules.Judged judged = TarballRules.judge(House.ANYBODYS, bytes);
    LookUpRules rules =
        new RegistryRules(registry(), new DependencyGuard(CLOCK, Duration.ofDays(7)));
    List<Finding> findings = new ArrayList<>(rules.dependencies(judged.tarball().manifest()));
    findings.addAll(rules.release(judged.tarball(), judged.files(), Sha512.of(bytes)));
    return findings;
  }

  private static Sound needing(String name, String range) {
    return MODULES.manifest("\"ms\": \"^2.1.3\"", "\"" + name + "\": \"" + range + "\"");
  }

  static Stream<Defect> defects() {
    return Stream.of(
        refused(
            "a dependency that nobody published",
            "dependency-does-not-exist",
            MODULES,
            () -> needing("count-words-fast", "^1.0.0")),
        refused(
            "a range without versions",
            "dependency-range-is-empty",
            MODULES,
            () -> needing("ms", "^9.0.0")),
        refused(
            "a dependency with a critical weakness",
            "dependency-has-advisory",
            MODULES,
            () -> needing("weak", "^1.0.0")),
        warned(
            "a dependency that its owner gave up",
            "dependency-is-deprecated",
            MODULES,
            () -> needing("given-up", "^1.0.0")),
        warned(
            "a dependency that runs a script at install",
            "dependency-install-script",
            MODULES,
            () -> needing("built-here", "^1.0.0")),
        warned(
            "a dependency of yesterday",
            "dependency-too-young",
            MODULES,
            () -> needing("of-today", "^1.0.0")),
        warned(
            "a dependency whose name is near a popular one",
            "dependency-near-name",
            MODULES,
            () -> needing("expres", "^1.0.0")),
        refused(
            "a name that differs from a published one in punctuation",
            "name-too-similar",
            MODULES,
            () -> MODULES.manifest("count-words", "count-letters")),
        warned(
            "a new name near a popular one",
            "name-near-popular",
            MODULES,
            () -> MODULES.manifest("count-words", "webpackk")),
        refused(
            "a version that was published with other content",
            "version-taken",
            COMMON,
            () -> COMMON.manifest("2.1.0", "2.0.5").with("lib/more.js", "exports.more = 1;\n")),
        warned(
            "a version lower than the last release",
            "version-behind-last",
            COMMON,
            () -> COMMON.manifest("2.1.0", "1.9.1")),
        warned(
            "an export gone in a minor version",
            "version-too-low",
            COMMON,
            () -> COMMON.replacing("lib/index.js", "exports.sum", "exports.total")),
        warned(
            "a newer Node asked for in a minor version",
            "version-too-low",
            COMMON,
            () -> COMMON.manifest(">=18", ">=20")),
        warned(
            "a new export in a patch",
            "version-too-low",
            COMMON,
            () ->
                COMMON
                    .manifest("2.1.0", "2.0.6")
                    .replacing("lib/index.js", "exports.name", "exports.most = 1;\nexports.name")));
  }
}
