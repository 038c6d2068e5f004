package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.RealNpm;
import dev.packageforge.npm.testing.Verdaccio;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we publish, as the real npm reads it from a registry that others wrote. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerdaccioTest {
  private static final JsonMapper JSON = new JsonMapper();

  private @Nullable Verdaccio verdaccio;
  private NpmRegistry registry;
  private RealNpm npm;
  private Path packages;
  private Path place;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Machine.needNode();
    verdaccio = Verdaccio.start(Files.createDirectory(folder.resolve("verdaccio")));
    Secret token = verdaccio.user("ada");
    registry = NpmRegistry.builder(verdaccio.address()).token(token).build();
    npm = RealNpm.at(folder.resolve("home"), verdaccio.address(), token);
    packages = Files.createDirectory(folder.resolve("packages"));
  }

  @AfterAll
  void end() {
    if (verdaccio != null) {
      registry.close();
      verdaccio.close();
    }
  }

  @BeforeEach
  void freshPlace(@TempDir Path folder) {
    place = folder;
  }

  /** Packed by the real npm, as our toolchain does it. */
  private PackedArtifact packed(String name, String version) throws Exception {
    Path source = Files.createTempDirectory(packages, "package");
    Files.writeString(
        source.resolve("package.json"),
        """
        {
          "name": "%s",
          "version": "%s",
          "description": "Makes slugs.",
          "license": "MIT",
          "type": "module",
          "exports": "./index.js",
          "bin": "./bin.js",
          "files": ["index.js", "bin.js"],
          "engines": {"node": ">=18"}
        }
        """
            .formatted(name, version));
    Files.writeString(source.resolve("index.js"), "export const slug = () => 'a-slug'\n");
    Files.writeString(source.resolve("bin.js"), "#!/usr/bin/env node\nconsole.log('bin')\n");
    Files.writeString(source.resolve("README.md"), "# " + name + "\n\nMakes slugs. Ünïcode.\n");
    ok(source, "pack", "--ignore-scripts");
    Path tarball = source.resolve(PackageName.tarball(name, version));
    return Packed.of(new PackageId(name, version), Files.readAllBytes(tarball));
  }

  private String ok(Path where, String... arguments) throws InterruptedException {
    RealNpm.Said said = npm.run(where, arguments);
    assertThat(said.exit()).as("npm %s: %s", String.join(" ", arguments), said).isZero();
    return said.out().strip();
  }

  private PublishOutcome publish(PackedArtifact packed, String tag) throws InterruptedException {
    return registry.publish(
        new PublishRequest(packed, new PublishOptions(Mode.PUBLISH, tag, Access.PUBLIC)));
  }

  private Path project() throws IOException {
    Files.writeString(place.resolve("package.json"), "{\"private\":true,\"type\":\"module\"}");
    return place;
  }

  private void isTheSameEverywhere(PackedArtifact packed) throws Exception {
    PackageId id = packed.artifact().id();
    StoredVersion stored = registry.find(id).orElseThrow();
    assertThat(stored.digest()).isEqualTo(packed.artifact().digest());
    assertThat(registry.served(stored)).hasValue(packed.artifact().digest());
    assertThat(ok(place, "view", id.toString(), "dist.integrity"))
        .isEqualTo(packed.artifact().digest().integrity());
    JsonNode fetched = JSON.readTree(ok(place, "pack", id.toString(), "--json", "--silent"));
    JsonNode one = fetched.isArray() ? fetched.path(0) : fetched.path(id.name());
    Path file = place.resolve(PackageName.tarball(id.name(), id.version()));
    assertThat(Sha512.of(Files.readAllBytes(file))).isEqualTo(packed.artifact().digest());
    assertThat(one.path("integrity").asText()).isEqualTo(packed.artifact().digest().integrity());
  }

  @Test
  void whatWePublishIsInstalledAndIsTheSameBytesEverywhere() throws Exception {
    PackedArtifact packed = packed("slug-maker", "1.0.0");
    assertThat(registry.find(packed.artifact().id())).isEmpty();
    assertThat(publish(packed, "latest")).isInstanceOf(PublishOutcome.Accepted.class);
    ok(project(), "install", "slug-maker");
    assertThat(npm.node(place, "import('slug-maker').then((m) => console.log(m.slug()))").out())
        .isEqualTo("a-slug\n");
    assertThat(ok(place, "exec", "--no", "slug-maker")).endsWith("bin");
    isTheSameEverywhere(packed);
    assertThat(ok(place, "view", "slug-maker", "readme")).contains("Makes slugs. Ünïcode.");
    String all = ok(place, "view", "slug-maker", "--json");
    assertThat(all).doesNotContain("_resolved", "_from", packages.toString());
  }

  @Test
  void aNameWithAScopeIsInstalledLikeAnyOther() throws Exception {
    PackedArtifact packed = packed("@ada/slug-maker", "2.0.0-beta.1");
    assertThat(publish(packed, "next")).isInstanceOf(PublishOutcome.Accepted.class);
    ok(project(), "install", "@ada/slug-maker@next");
    assertThat(place.resolve("node_modules/@ada/slug-maker/index.js")).exists();
    isTheSameEverywhere(packed);
  }

  @Test
  void nobodyPublishesOverIt() throws Exception {
    PackedArtifact first = packed("once-maker", "1.0.0");
    assertThat(publish(first, "latest")).isInstanceOf(PublishOutcome.Accepted.class);
    Path file = place.resolve("once-maker-1.0.0.tgz");
    Files.write(file, first.bytes());
    RealNpm.Said again = npm.run(place, "publish", file.toString());
    assertThat(again.exit()).isNotZero();
    assertThat(again.err()).contains("previously published");
    assertThat(publish(first, "latest")).isInstanceOf(PublishOutcome.Exists.class);
    assertThat(registry.find(first.artifact().id()).orElseThrow().digest())
        .isEqualTo(first.artifact().digest());
  }

  @Test
  void whatNpmPublishedIsThereForUs() throws Exception {
    PackedArtifact packed = packed("npms-maker", "1.0.0");
    Path file = place.resolve("npms-maker-1.0.0.tgz");
    Files.write(file, packed.bytes());
    ok(place, "publish", file.toString());
    assertThat(registry.find(packed.artifact().id()).orElseThrow().digest())
        .isEqualTo(packed.artifact().digest());
    assertThat(publish(packed, "latest")).isInstanceOf(PublishOutcome.Exists.class);
  }

  @Test
  void tagsAndWordsOfDeprecationAreWhatNpmSees() throws Exception {
    PackedArtifact first = packed("tag-maker", "1.0.0");
    PackedArtifact second = packed("tag-maker", "1.1.0");
    publish(first, "latest");
    publish(second, "next");
    assertThat(registry.tag(first.artifact().id(), "old", null))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(ok(place, "dist-tag", "ls", "tag-maker").lines())
        .containsExactlyInAnyOrder("latest: 1.0.0", "next: 1.1.0", "old: 1.0.0");
    registry.untag("tag-maker", "old", null);
    assertThat(registry.tags("tag-maker")).containsOnlyKeys("latest", "next");
    assertThat(registry.deprecate("tag-maker", Set.of("1.0.0"), "use 1.1.0", null))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(ok(place, "view", "tag-maker@1.0.0", "deprecated")).isEqualTo("use 1.1.0");
    isTheSameEverywhere(first);
  }

  @Test
  void weAreWhoTheTokenSays() throws Exception {
    assertThat(registry.identity().user()).isEqualTo("ada");
    assertThat(ok(place, "whoami")).isEqualTo("ada");
  }
}
