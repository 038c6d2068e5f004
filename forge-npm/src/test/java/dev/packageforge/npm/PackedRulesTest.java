package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.packageforge.Finding;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PackedRulesTest {
  private static final VerificationRequest REQUEST = Drafts.good().request();

  @Test
  void whatTheDraftHasIsAccepted() throws Exception {
    assertThat(judge(packed(Drafts.MANIFEST))).isEmpty();
    assertThat(judge(packed(Drafts.MANIFEST.replace("\n", " ")))).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("changed")
  void aManifestThatTheBuildChangedIsRefused(String code, String from, String to) throws Exception {
    assertThat(judge(packed(Drafts.MANIFEST.replace(from, to))))
        .extracting(Finding::code)
        .contains("manifest-changed", code);
  }

  static Stream<Arguments> changed() {
    return Stream.of(
        added("lifecycle-script", "\"scripts\": {", "\"scripts\": {\"postinstall\": \"x\", "),
        added("manifest-changed", "\"node --test\"", "\"node x.js\""),
        added("manifest-changed", "  \"description\": \"Makes slugs\",\n", ""),
        added("publish-config", "{\n", "{\"publishConfig\": {\"registry\": \"http://localhost\"},"),
        added(
            "dependency-source",
            "{\n",
            "{\"optionalDependencies\": {\"a\": \"http://localhost/\"},"),
        added("dependency-not-planned", "{\n", "{\"dependencies\": {\"a\": \"^1.0.0\"},"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("slipped")
  void whatTheBuildAddedIsJudged(String code, String path, String content) throws Exception {
    assertThat(judge(packed(Drafts.MANIFEST).file("package/" + path, content)))
        .extracting(Finding::code)
        .containsExactly(code);
  }

  static Stream<Arguments> slipped() {
    return Stream.of(
        added("file-refused", ".env", "A=1"),
        added("file-refused", "dist/.env.local", "A=1"),
        added("file-refused", "node_modules/a/index.js", ""),
        added("file-refused", "npm-shrinkwrap.json", "{}"),
        added("file-refused", "dist/.npmrc", ""),
        added("native-build", "binding.gyp", "{}"),
        added("secret-in-file", "dist/a.bin", "\0\0ghp_" + "a1B2".repeat(10)),
        added("placeholder", "dist/a.js", "// existing code here\n"));
  }

  @Test
  void whatTheBuildTookAwayIsMissed() throws Exception {
    assertThat(judge(Tars.empty().file("package/package.json", Drafts.MANIFEST)))
        .extracting(Finding::code)
        .containsExactlyInAnyOrder("readme-missing", "entry-point-not-packed");
  }

  private static Arguments added(String code, String where, String what) {
    return arguments(code, where, what);
  }

  private static Tars packed(String manifest) {
    return Tars.empty()
        .file("package/package.json", manifest)
        .file("package/src/index.js", Drafts.SOURCE)
        .file("package/README.md", "# tiny-slug\n");
  }

  private static List<Finding> judge(Tars tars) throws Exception {
    Inspection inspection = Inspection.of(REQUEST);
    return new PackedRules(
            REQUEST.id(), REQUEST.plan(), inspection.manifest().orElseThrow(), inspection.files())
        .judge(tars.gzipped())
        .errors();
  }
}
