package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

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
