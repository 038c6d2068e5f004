package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StampTest {
  @Test
  void onlyTheVersionOfThePackageIsReplaced() {
    String text =
        """
        {\t"config": {"version": "0.1.0", "a": ["version", {"version": 1}]},
          "description": "version \\"version\\": \\"1.0.0\\" é",
          "version"   :  "1.0.0"  ,
              "name": "tiny"}
        """;
    assertThat(stamped(text)).isEqualTo(text.replace(":  \"1.0.0\"", ":  \"1.1.0\""));
  }

  @Test
  void otherFilesStay() {
    FileSet files = Drafts.good().request().files();
    FileSet stamped = Manifest.stamped(files, "2.0.0");
    assertThat(stamped.files())
        .filteredOn(file -> !file.path().equals("package.json"))
        .containsExactlyElementsOf(
            files.files().stream().filter(file -> !file.path().equals("package.json")).toList());
    assertThat(Manifest.stamped(stamped, "1.0.0")).isEqualTo(files);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"name\": \"tiny\"}",
        "{\"config\": {\"version\": \"1.0.0\"}}",
        "{\"version\": {\"major\": 1}}",
        "{\"version\": \"1.0.0\", \"version\": \"1.0.0\"}",
        "{\"version\": \"1.0.0\"} {}"
      })
  void whatCannotBeReadOrHasNoVersionStays(String text) {
    assertThat(stamped(text)).isEqualTo(text);
  }

  @Test
  void withoutAManifestNothingIsAdded() {
    assertThat(Manifest.stamped(FileSet.empty(), "1.0.0")).isEqualTo(FileSet.empty());
  }

  private static String stamped(String manifest) {
    FileSet files = FileSet.of(List.of(new SourceFile(Manifest.FILE, manifest)));
    return Manifest.stamped(files, "1.1.0").find(Manifest.FILE).orElseThrow().content();
  }
}
