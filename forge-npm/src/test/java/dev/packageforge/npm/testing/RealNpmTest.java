package dev.packageforge.npm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackageId;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.StrictRegistry.Factor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The double is one that the real client takes for a registry. */
@Timeout(300)
class RealNpmTest {
  private static final PackageId FIRST = new PackageId("@ada/tiny-maker", "1.0.0");

  private final StrictRegistry registry = StrictRegistry.start();
  private Path folder;
  private Path project;
  private RealNpm npm;

  @BeforeEach
  void begin(@TempDir Path place) throws IOException {
    folder = place;
    Secret token = registry.issue(Grant.publish("ada"));
    npm = RealNpm.at(folder.resolve("home"), registry.address(), token);
    project = Files.createDirectory(folder.resolve("project"));
    write("1.0.0");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private void write(String version) throws IOException {
    Files.writeString(
        project.resolve("package.json"),
        """
        {
          "name": "@ada/tiny-maker",
          "version": "%s",
          "description": "Makes tiny things.",
          "license": "MIT",
          "main": "./index.js",
          "bin": "./bin.js",
          "engines": {"node": ">=18"},
          "repository": "github:ada/tiny-maker",
          "keywords": ["tiny"],
          "author": "Ada <ada@example.com>"
        }
        """
            .formatted(version));
    Files.writeString(project.resolve("index.js"), "module.exports = () => 'tiny'\n");
    Files.writeString(project.resolve("bin.js"), "#!/usr/bin/env node\nconsole.log('tiny')\n");
    Files.writeString(project.resolve("README.md"), "# tiny-maker\n");
  }

  private String ok(Path where, String... arguments) throws InterruptedException {
    RealNpm.Said said = npm.run(where, arguments);
    assertThat(said.exit()).as("npm %s: %s", String.join(" ", arguments), said).isZero();
    return said.out().strip();
  }

  @Test
  void npmPublishesAndInstallsWhatTheDoubleServes() throws Exception {
    ok(project, "publish", "--access", "public");
    assertThat(registry.stored(FIRST)).isPresent();
    Path user = Files.createDirectory(folder.resolve("user"));
    Files.writeString(user.resolve("package.json"), "{\"private\":true}");
    ok(user, "install", "@ada/tiny-maker");
    RealNpm.Said ran = npm.node(user, "console.log(require('@ada/tiny-maker')())");
    assertThat(ran.out()).isEqualTo("tiny\n");
    assertThat(ok(user, "view", "@ada/tiny-maker", "dist.integrity"))
        .isEqualTo(Sha512.of(registry.bytes(FIRST).orElseThrow()).integrity());
    assertThat(ok(user, "whoami")).isEqualTo("ada");
  }

  @Test
  void npmTagsDeprecatesAndTakesBackWhatTheDoubleHolds() throws Exception {
    ok(project, "publish", "--access", "public");
    write("1.1.0");
    ok(project, "publish", "--access", "public", "--tag", "next");
    ok(project, "dist-tag", "add", "@ada/tiny-maker@1.0.0", "old");
    assertThat(ok(project, "dist-tag", "ls").lines())
        .containsExactlyInAnyOrder("latest: 1.0.0", "next: 1.1.0", "old: 1.0.0");
    ok(project, "dist-tag", "rm", "@ada/tiny-maker", "old");
    ok(project, "deprecate", "@ada/tiny-maker@1.0.0", "use 1.1.0");
    assertThat(ok(project, "view", "@ada/tiny-maker@1.0.0", "deprecated")).isEqualTo("use 1.1.0");
    ok(project, "unpublish", "@ada/tiny-maker@1.1.0");
    assertThat(ok(project, "view", "@ada/tiny-maker", "versions", "--json"))
        .doesNotContain("1.1.0");
    assertThat(npm.run(project, "publish", "--access", "public", "--tag", "next"))
        .satisfies(said -> assertThat(said.exit()).isNotZero())
        .satisfies(said -> assertThat(said.err()).contains("cannot publish over"));
  }

  @Test
  void npmGivesACodeAndStages() throws Exception {
    registry.requires("ada", Factor.CODE);
    assertThat(npm.run(project, "publish", "--access", "public").err()).contains("EOTP");
    ok(project, "publish", "--access", "public", "--otp", registry.code("ada").reveal());
    write("1.1.0");
    RealNpm.Said staged = npm.run(project, "stage", "publish", "--access", "public");
    assertThat(staged.exit()).as(staged.toString()).isZero();
    assertThat(registry.book()).hasSize(1);
    String id =
        ok(project, "stage", "list", "--json").replaceAll("(?s).*\"id\": *\"([^\"]+)\".*", "$1");
    ok(project, "stage", "approve", id, "--otp", registry.code("ada").reveal());
    assertThat(registry.book())
        .map(StoredPackage::id)
        .contains(new PackageId("@ada/tiny-maker", "1.1.0"));
  }

  @Test
  void npmIsFooledByALostAnswer() throws Exception {
    registry.next(Trouble.storedThen(ErrorRow.BAD_GATEWAY.answer()));
    RealNpm.Said said =
        npm.run(project, "publish", "--access", "public", "--fetch-retry-mintimeout=1");
    assertThat(said.exit()).isNotZero();
    assertThat(registry.uploads()).hasSizeGreaterThan(1);
    assertThat(registry.book()).hasSize(1);
  }

  @Test
  void theLeaksOfNpmAreRefused() throws Exception {
    ok(project, "pack", "--pack-destination", folder.toString());
    URI tarball = folder.resolve("ada-tiny-maker-1.0.0.tgz").toUri();
    RealNpm.Said said =
        npm.run(project, "publish", Path.of(tarball).toString(), "--access", "public");
    assertThat(said.exit()).isNotZero();
    assertThat(said.err()).containsPattern("field _\\w+ is not what package.json has");
    assertThat(registry.book()).isEmpty();
  }
}
