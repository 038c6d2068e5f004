package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionSetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^1.2.3       ; 1.2.3 1.9.0            ; 1.2.2 2.0.0 2.0.0-rc.1 1.3.0-rc.1",
        "^0.2.3       ; 0.2.3 0.2.9            ; 0.2.2 0.3.0 1.0.0",
        "^0.0.3       ; 0.0.3                  ; 0.0.2 0.0.4",
        "^1           ; 1.0.0 1.9.9            ; 0.9.9 2.0.0",
        "^1.x         ; 1.0.0 1.9.9            ; 2.0.0",
        "^0.x         ; 0.0.0 0.9.9            ; 1.0.0",
        "^0.0         ; 0.0.0 0.0.9            ; 0.1.0",
        "^1.2.3-rc.2  ; 1.2.3-rc.2 1.2.3-rc.10 1.2.3 1.4.0 ; 1.2.3-rc.1 1.3.0-rc.5",
        "~1.2.3       ; 1.2.3 1.2.9            ; 1.3.0 1.2.2",
        "~1.2         ; 1.2.0 1.2.9            ; 1.3.0",
        "~1           ; 1.0.0 1.9.0            ; 2.0.0",
        "~>1.2        ; 1.2.0                  ; 1.3.0",
        "1.2.3        ; 1.2.3                  ; 1.2.4 1.2.3-rc.1",
        "=1.2.3       ; 1.2.3                  ; 1.2.4",
        "v1.2.3       ; 1.2.3                  ; 1.2.4",
        "1.2          ; 1.2.0 1.2.9            ; 1.3.0",
        "1.x          ; 1.0.0 1.9.0            ; 2.0.0",
        "1.2.*        ; 1.2.0                  ; 1.3.0",
        "*            ; 0.0.0 9.9.9            ; 1.0.0-rc.1",
        "''           ; 0.0.0 9.9.9            ; 1.0.0-rc.1",
        ">=1.2        ; 1.2.0 9.0.0            ; 1.1.9",
        ">1.2         ; 1.3.0                  ; 1.2.9 1.2.0",
        ">1           ; 2.0.0                  ; 1.9.9",
        ">1.2.3       ; 1.2.4                  ; 1.2.3",
        "<1.2         ; 1.1.9                  ; 1.2.0 1.2.0-rc.1",
        "<=1.2        ; 1.2.9                  ; 1.3.0",
        "<=1.2.3      ; 1.2.3                  ; 1.2.4",
        "<*           ; ''                     ; 0.0.0 1.0.0",
        ">= 1.2.0 < 2 ; 1.2.0 1.9.9            ; 2.0.0 1.1.9",
        ">=1.2.0   <2.0.0 ; 1.2.0              ; 2.0.0",
        "1.2 - 2.3    ; 1.2.0 2.3.9            ; 2.4.0 1.1.9",
        "1.2.3 - 2.3.4 ; 1.2.3 2.3.4           ; 2.3.5",
        "1 - 2        ; 1.0.0 2.9.9            ; 3.0.0",
        "^1.0.0||^3.0.0 ; 1.5.0 3.0.1          ; 2.0.0 4.0.0",
        "6 || 8 || >= 10 ; 6.1.0 8.9.0 22.0.0  ; 7.0.0 9.9.9",
        "1.0.0+build  ; 1.0.0                  ; 1.0.1",
      })
  void aRangeHoldsWhatNpmTakesForIt(String range, String held, String others) {
    VersionSet set = VersionSet.parse(range).orElseThrow();
    for (String version : versions(held)) {
      assertThat(set.holds(SemVer.parse(version).orElseThrow())).as(version).isTrue();
    }
    for (String version : versions(others)) {
      assertThat(set.holds(SemVer.parse(version).orElseThrow())).as(version).isFalse();
    }
  }

  private static String[] versions(String list) {
    return Arrays.stream(list.split(" ")).filter(each -> !each.isBlank()).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"latest", "file:../x", "git+ssh://x/y", "npm:a@^1", "workspace:*", "1.2.3.4", "^"})
  void whatIsNoRangeIsNone(String text) {
    assertThat(VersionSet.parse(text)).isEmpty();
  }
}
