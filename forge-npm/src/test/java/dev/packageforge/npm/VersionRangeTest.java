package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionRangeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.3",
        "^1.2.3",
        "~1.2",
        "1",
        "1.x",
        "1.2.*",
        ">=1.0.0 <2.0.0",
        "1.0.0 - 1.9.9",
        "^1.0.0 || ^2.0.0",
        "^1.0.0||^2.0.0",
        "=1.2.3",
        "v1.2.3",
        "^1.0.0-rc.1",
        "1.2.3+build.5",
        ">= 1.2.3",
        " ^1.2.3 "
      })
  void rangesOfTheRegistryAreAccepted(String range) {
    assertThat(VersionRange.problem(range)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "*",
        "x",
        "latest",
        "next",
        "file:../a",
        "./a",
        "../a",
        "/a",
        "~/a",
        "a/b",
        "git+ssh://host/a.git",
        "git://host/a",
        "github:a/b",
        "https://host/a.tgz",
        "http://host/a.tgz",
        "npm:b@1.0.0",
        "workspace:*",
        "link:../a",
        "^1.0.0 || *",
        "|| ^1.0.0",
        "^1.2.3; rm",
        "--registry=x",
        "01.2.3",
        "1.2.3.4",
        "^",
        "1.2.3 -",
        "\u2028^1.0.0"
      })
  void anythingElseIsRefused(String range) {
    assertThat(VersionRange.problem(range)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {">=1.0.0", ">1", ">= 2.0"})
  void aRangeWithoutEndIsNoticed(String range) {
    assertThat(VersionRange.isOpenEnded(range)).isTrue();
    assertThat(VersionRange.isOpenEnded(range + " <9")).isFalse();
  }
}
