package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PackageNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "slug",
        "tiny-slug",
        "a.b",
        "a_b",
        "3d",
        "@me/slug",
        "@me-too/fs",
        "some.js",
        "x--y"
      })
  void goodNamesAreAccepted(String name) {
    assertThat(PackageName.problem(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Slug",
        ".slug",
        "_slug",
        "-slug",
        "a b",
        " a",
        "a ",
        "a/b",
        "a~b",
        "a!b",
        "a'b",
        "a(b)",
        "a*b",
        "a%20b",
        "\u00e9t\u00e9",
        "\u0430bc",
        "node_modules",
        "favicon.ico",
        "fs",
        "http",
        "@me",
        "@/a",
        "@me/",
        "@me/a/b",
        "@Me/a",
        "@me/.a",
        "@me/_a",
        "@me/-a",
        "@.me/a",
        "a\nb",
        "..",
        "@me/node_modules"
      })
  void otherNamesAreRefused(String name) {
    assertThat(PackageName.problem(name)).isPresent();
  }

  @Test
  void aNameHasAtMost214Characters() {
    assertThat(PackageName.problem("a".repeat(214))).isEmpty();
    assertThat(PackageName.problem("a".repeat(215))).isPresent();
  }

  @Test
  void theTarballIsNamedAsNpmNamesIt() {
    assertThat(PackageName.tarball("slug", "1.0.0")).isEqualTo("slug-1.0.0.tgz");
    assertThat(PackageName.tarball("@me/slug", "1.0.0")).isEqualTo("me-slug-1.0.0.tgz");
  }
}
