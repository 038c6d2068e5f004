package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Sha512;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstallCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '"',
      value = {
        "/data/slug-1.0.0.tgz > npm install /data/slug-1.0.0.tgz",
        "/my data/slug-1.0.0.tgz > npm install '/my data/slug-1.0.0.tgz'",
        "/it's/slug-1.0.0.tgz > npm install '/it'\\''s/slug-1.0.0.tgz'",
        "/$(id)/slug-1.0.0.tgz > npm install '/$(id)/slug-1.0.0.tgz'",
        "http://localhost:4873/ > npm install slug@1.0.0",
        "http://localhost:4873/slug/-/slug-1.0.0.tgz > npm install slug@1.0.0",
        "slug-1.0.0.tgz > npm install slug@1.0.0",
        "somewhere > npm install slug@1.0.0"
      })
  void aShellReadsItAsOneLocation(String location, String command) {
    assertThat(command("slug", location)).isEqualTo(command);
  }

  @Test
  void aShellReadsTheNameAsOneWord() {
    assertThat(command("@me/slug", "somewhere")).isEqualTo("npm install @me/slug@1.0.0");
    assertThat(command("a;id", "somewhere")).isEqualTo("npm install 'a;id@1.0.0'");
    assertThat(command("$(id)", "somewhere")).isEqualTo("npm install '$(id)@1.0.0'");
  }

  private static String command(String name, String location) {
    Release release =
        new Release(
            new PackageId(name, "1.0.0"),
            Sha512.of(new byte[0]),
            PublishOptions.Mode.PUBLISH,
            location,
            Instant.EPOCH);
    return NpmToolchain.builder().build().installCommand(release);
  }
}
