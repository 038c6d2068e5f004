package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Step;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacesTest {
  private final Places places = new Places(Set.of("node_modules/@me/slug"), Set.of("src/a.js"));

  @Test
  void theFoldersAboveThePackageAreTakenAway() {
    assertThat(places.clean("    at f (file:///tmp/s1/work/node_modules/@me/slug/src/a.js:3:5)"))
        .isEqualTo("    at f (src/a.js:3:5)");
    assertThat(places.clean("'/tmp/s1/work/node_modules/@me/slug/src/a.js'"))
        .isEqualTo("'src/a.js'");
  }

  @Test
  void onlyThePathItselfIsTakenAway() {
    assertThat(places.clean("(at=/tmp/node_modules/@me/slug/work/node_modules/@me/slug/src/a.js)"))
        .isEqualTo("(at=src/a.js)");
    assertThat(places.clean("/tmp/other/src/a.js /node_modules/@me/slug/b"))
        .isEqualTo("/tmp/other/src/a.js b");
  }

  @Test
  void aLongLineIsCut() {
    assertThat(Places.plain("x".repeat(16_384))).hasSize(2_001).endsWith("x…");
    assertThat(Places.plain("x" + "\uD83D\uDE00".repeat(8_000))).endsWith("\uDE00…");
  }

  /** Whatever a package prints passes through all of these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "a/",
        "/",
        "//",
        "a",
        "a:",
        ":1",
        "a.js",
        "a.js:",
        "/node_modules/@me/slug/",
        "file://",
        "\u001B[",
        "\u001B[0",
        "\u001B]",
        "\u001B[0;",
        "(",
        "(duration_ms ",
        "duration_ms 1",
        "1.",
        "npm error ",
        "npm error code E",
        "-debug-0.log",
        " ",
        "\t",
        "Error",
        "Error [A",
        "Error: ",
        "-eyJaaaaaaaaaaaa",
        "ghp_",
        "-----BEGIN ",
        "expected , got ",
        "npm: '1",
        "src/a.js:3:5 "
      })
  @Timeout(20)
  void noPrintedLineHarmsItsReader(String unit) {
    String line = unit.repeat(16_384 / unit.length());
    for (String text : List.of(line, "npm error " + line, "Error: " + line, line + "!")) {
      List<String> lines = Collections.nCopies(50, text);
      assertThat(places.clean(text).length()).isLessThanOrEqualTo(2_001);
      assertThat(places.in(text)).matches(place -> place.isEmpty() || unit.contains("src/a.js"));
      Failure crash = new CrashReader(places).read("It", "", lines);
      Failure npm = NpmErrors.in(lines.stream().map(places::clean).toList()).failure("npm");
      FailureDigest digest =
          new DigestWriter(FileSet.empty()).write(Step.TEST, List.of(crash, npm));
      assertThat(digest.text().length()).isLessThanOrEqualTo(DigestWriter.MAX_CHARACTERS);
    }
  }

  @Test
  void coloursAndTimingsAreTakenAway() {
    assertThat(places.clean("\u001B[31m\u2716 fails\u001B[39m (1.25ms)")).isEqualTo("\u2716 fails");
    assertThat(places.clean("\u001B]0;title\u0007text \u001B[2K")).isEqualTo("text");
  }

  @Test
  void onlyFilesOfThePackageArePlaces() {
    assertThat(places.in("at f (src/a.js:3:5)")).hasValue("src/a.js:3");
    assertThat(places.in("at f (node:internal/a.js:3:5) at src/a.js:7")).hasValue("src/a.js:7");
    assertThat(places.in("at f (other/a.js:3:5)")).isEmpty();
    assertThat(places.in("src/a.js")).isEmpty();
  }
}
