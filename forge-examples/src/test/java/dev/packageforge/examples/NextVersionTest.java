package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as a process, with the Node and npm of this machine: a package fails its tests twice,
 * is mended by edits, is published, and is refined into its next version.
 */
@Timeout(300)
class NextVersionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RealForge forge;

  NextVersionTest(@TempDir Path folder) {
    this.forge = new RealForge(folder);
  }

  @BeforeAll
  static void needsNode() throws InterruptedException {
    Optional<String> problem = NpmEnvironment.probe().problem();
    Requirement.need("node", problem.isEmpty(), problem.orElse(""));
  }

  @Test
  void aPackageIsMendedTwicePublishedAndRefined() throws Exception {
    RealForge.Ended first = forge.run("new", "a word counter", "--yes");
    assertThat(first.exit()).as(first.out()).isZero();
    assertThat(first.out())
        .containsSubsequence(
            "✗ attempt 1",
            "keeps an apostrophe or a hyphen inside a word",
            "mended: The pattern for words ends at an apostrophe",
            "✗ attempt 2",
            "gives the most frequent words first",
            "mended: tally() sorts by the count alone",
            "✓ attempt 3",
            "published word-tally@1.0.0");
    JsonNode made = shown();
    assertThat(made.at("/attempt").asInt()).isEqualTo(3);
    assertThat(made.findValuesAsText("origin")).containsExactly("model", "repair", "repair");
    // The answers were edits of one file, not the package once more.
    assertThat(made.at("/usage/calls").asInt()).isEqualTo(4);

    RealForge.Ended next = forge.run("refine", "add a --json flag", "--yes");
    assertThat(next.exit()).as(next.out()).isZero();
    assertThat(next.out())
        .containsSubsequence(
            "the next version of word-tally 1.0.0",
            "new: --json prints the rows as JSON",
            "✓ attempt 1",
            "word-tally@1.1.0 is ready for approval",
            "word-tally 1.0.0 → 1.1.0",
            "changed   package.json",
            "published word-tally@1.1.0");
    JsonNode refined = shown();
    assertThat(refined.at("/version").asText()).isEqualTo("1.1.0");
    assertThat(refined.at("/base/run")).isEqualTo(made.at("/id"));

    Path versions = forge.data().resolve("registry/word-tally");
    assertThat(versions.resolve("1.0.0/word-tally-1.0.0.tgz")).isRegularFile();
    assertThat(versions.resolve("1.1.0/word-tally-1.1.0.tgz")).isRegularFile();
    Path sources = forge.data().resolveSibling("sources");
    assertThat(forge.run("show", "--files", sources.toString()).exit()).isZero();
    JsonNode manifest = JSON.readTree(Files.readString(sources.resolve("package.json")));
    assertThat(manifest.at("/version").asText()).isEqualTo("1.1.0");
    assertThat(Files.readString(sources.resolve("README.md"))).contains("--json");
  }

  private JsonNode shown() throws Exception {
    RealForge.Ended shown = forge.run("show", "--json");
    assertThat(shown.exit()).as(shown.out()).isZero();
    JsonNode run = JSON.readTree(shown.out());
    assertThat(StreamSupport.stream(run.at("/drafts").spliterator(), false)).isNotEmpty();
    return run;
  }
}
