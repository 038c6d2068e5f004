package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PopularNamesTest {
  private final PopularNames names = PopularNames.all();

  @Test
  void theListIsLongSortedAndHoldsNamesThatMayExist() throws IOException {
    try (InputStream in = PopularNames.class.getResourceAsStream("popular-names.txt")) {
      assertThat(in).isNotNull();
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).hasSizeGreaterThan(500).isSorted().doesNotHaveDuplicates();
      assertThat(lines).allMatch(PackageName::mayExist);
      assertThat(names.size()).isEqualTo(lines.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "loadsh, lodash",
    "lodahs, lodash",
    "lodassh, lodash",
    "l0dash, lodash",
    "expres, express",
    "reactdom, react-dom",
    "react.dom, react-dom",
    "React, react",
    "crossenv, cross-env",
    "nodefetch, node-fetch",
    "babelcli, babel-cli",
    "lodash-js, lodash",
    "lodash.js, lodash",
    "lodashjs, lodash",
    "node-express, express",
    "@bable/core, @babel/core",
    "@typescript_eslint/parser, @typescript-eslint/parser",
  })
  void aTwinIsToldFromWhatItResembles(String name, String popular) {
    assertThat(names.resembledBy(name)).hasValue(popular);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lodash",
        "preact",
        "react",
        "yaml",
        "yawl",
        "slug-maker",
        "@me/lodash",
        "@me/loadsh",
        "string-tools",
        "vue-loader",
        "ulid",
        "koa",
        "kea",
        "@babel/anything",
        "forge"
      })
  void whatIsPopularOrFarFromItHasNoTwin(String name) {
    assertThat(names.resembledBy(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc, false",
    "abc, abd, true",
    "abc, ab, true",
    "abc, abcd, true",
    "abc, acb, true",
    "abc, cba, false",
    "abcd, abdd, true",
    "abcd, badc, false",
    "abc, abcde, false",
    "aabb, abab, true",
    "'', a, true",
  })
  void oneEditIsALetterMoreLessOrOtherOrTwoSwapped(String one, String other, boolean near) {
    assertThat(PopularNames.isOneEditAway(one, other)).isEqualTo(near);
    assertThat(PopularNames.isOneEditAway(other, one)).isEqualTo(near);
  }
}
