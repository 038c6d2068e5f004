package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.registry.PublishRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a registry is told of a package: what npm itself would tell, but for this machine. */
@Timeout(120)
class PublishedManifestTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** What npm adds of itself and of the machine it runs on. */
  private static final List<String> OF_THE_MACHINE =
      List.of("_nodeVersion", "_npmVersion", "_resolved", "_from", "_integrity", "gitHead");

  private record Sample(String title, String fields, Map<String, String> files) {
    @Override
    public String toString() {
      return title;
    }

    PackedArtifact packed() {
      return Packed.with("{\"name\":\"@ada/demo\",\"version\":\"1.2.3\"" + fields + "}", files);
    }
  }

  static List<Sample> samples() {
    return List.of(
        new Sample("bare", "", Map.of()),
        new Sample(
            "described by its README",
            "",
            Map.of("readme.md", "# Title\n\n## Sub\nFirst line\nsecond line\n\nMore\n")),
        new Sample(
            "a command and a repository",
            ",\"bin\":\"./cli.js\",\"repository\":\"ada/demo\",\"author\":\"Ada <a@b.c> (http://x.y)\"",
            Map.of("cli.js", "#!/usr/bin/env node\n", "README", "plain")),
        new Sample(
            "commands and odd paths",
            ",\"bin\":{\"a\":\"./bin/a.js\",\"b/c\":\"../../x.js\",\"d\":5},\"keywords\":\"a, b\","
                + "\"repository\":{\"type\":\"git\",\"url\":\"https://github.com/ada/demo.git\"}",
            Map.of("bin/a.js", "", "README.txt", "not shown")),
        new Sample(
            "native code without a script",
            ",\"scripts\":{\"test\":\"node_modules/.bin/tap\"}",
            Map.of("binding.gyp", "{}", "server.js", "")),
        new Sample(
            "dependencies of all kinds",
            ",\"dependencies\":{\"a\":\"^1.0.0\",\"b\":\"ada/b#v1\",\"o\":\"1\"},"
                + "\"optionalDependencies\":{\"o\":\"1\"},\"bundledDependencies\":[\"a\",\"z\"],"
                + "\"peerDependencies\":{\"p\":\"*\"},\"engines\":{\"node\":\">=18\"}",
            Map.of()),
        new Sample(
            "folders of commands and declarations",
            ",\"directories\":{\"bin\":\"./tools\"},\"main\":\"lib/index.js\",\"_private\":1,"
                + "\"contributors\":[\"Bob\",{\"name\":\"Cy\",\"email\":\"c@d.e\"}],\"funding\":\"http://f.x\"",
            Map.of("tools/one", "x", "lib/index.d.ts", "", "lib/index.js", "")),
        new Sample(
            "troubles, a page and a people's field of the wrong kind",
            ",\"bugs\":\"a@b.c\",\"homepage\":\"example.test\",\"description\":5,\"files\":\"x\","
                + "\"repository\":\"gitlab:ada/deep/demo\",\"man\":\"./m.1\",\"modules\":{}",
            Map.of("m.1", "")));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void npmItselfWouldTellTheSame(Sample sample, @TempDir Path folder) throws Exception {
    Machine.needNode();
    try (ScriptedNpm npm =
            new ScriptedNpm(
                request ->
                    ScriptedNpm.json(request.getMethod().equals("PUT") ? 200 : 404, "{}").build());
        NpmRegistry registry = npm.registry().build()) {
      PackedArtifact packed = sample.packed();
      registry.publish(new PublishRequest(packed, PublishOptions.publish()));
      publishByNpm(packed, npm, folder);
      List<JsonNode> sent = new ArrayList<>();
      for (RecordedRequest request : npm.requests()) {
        if (request.getMethod().equals("PUT")) {
          sent.add(JSON.readTree(request.getBody().toByteArray()));
        }
      }
      assertThat(sent).hasSize(2);
      ObjectNode npms = (ObjectNode) sent.get(1).path("versions").path("1.2.3");
      npms.remove(OF_THE_MACHINE);
      assertThat(pretty(sent.get(0).path("versions").path("1.2.3"))).isEqualTo(pretty(npms));
      assertThat(sent.get(0).path("_attachments")).isEqualTo(sent.get(1).path("_attachments"));
      assertThat(sent.get(0).path("dist-tags")).isEqualTo(sent.get(1).path("dist-tags"));
    }
  }

  private static String pretty(JsonNode json) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(JSON.treeToValue(json, TreeMap.class));
  }

  private static void publishByNpm(PackedArtifact packed, ScriptedNpm npm, Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("demo.tgz"), packed.bytes());
    String there = npm.address().toString();
    Path settings =
        Files.writeString(
            folder.resolve("npmrc"), there.substring("http:".length()) + ":_authToken=x\n");
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(
                "npm",
                "publish",
                file.toString(),
                "--access=public",
                "--ignore-scripts",
                "--registry=" + there,
                "--cache=" + folder.resolve("cache"),
                "--userconfig=" + settings)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
  }

  @Test
  void nothingOfThisMachineIsTold() throws Exception {
    PackedArtifact packed =
        Packed.with(
            "{\"name\":\"demo\",\"version\":\"1.0.0\",\"_resolved\":\"/home/ada/x.tgz\",\"_from\":\"x\"}",
            Map.of());
    try (ScriptedNpm npm = ScriptedNpm.answering(200, "{}");
        NpmRegistry registry = npm.registry().build()) {
      registry.publish(new PublishRequest(packed, PublishOptions.publish()));
      String body = npm.requests().get(0).getBody().utf8();
      String before = body.substring(0, body.indexOf("\"_attachments\""));
      assertThat(before)
          .doesNotContain("/home/ada")
          .doesNotContain("_from")
          .doesNotContain("_resolved")
          .doesNotContain(System.getProperty("user.dir"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ada/demo,git+https://github.com/ada/demo.git,https://github.com/ada/demo#readme",
    "github:ada/demo#v1,git+https://github.com/ada/demo.git#v1,https://github.com/ada/demo/tree/v1#readme",
    "git@github.com:ada/demo.git,git+ssh://git@github.com/ada/demo.git,https://github.com/ada/demo#readme",
    "git://github.com/ada/demo,git://github.com/ada/demo.git,https://github.com/ada/demo#readme",
    "https://me:pw@gitlab.com/a/b/c.git,git+https://gitlab.com/a/b/c.git,https://gitlab.com/a/b/c#readme",
    "bitbucket:ada/demo,git+https://bitbucket.org/ada/demo.git,https://bitbucket.org/ada/demo#readme",
  })
  void knownHostsAreWrittenInOneWay(String written, String cloned, String page) {
    HostedGit hosted = HostedGit.of(written).orElseThrow();
    assertThat(hosted.cloned()).isEqualTo(cloned);
    assertThat(hosted.page()).isEqualTo(page);
  }

  @ParameterizedTest
  @CsvSource({"https://example.test/a/b", "./a/b", "@ada/demo", "file:../x", "^1.0.0", "npm:x@1"})
  void whatIsAtNoKnownHostIsLeftAlone(String written) {
    assertThat(HostedGit.of(written)).isEmpty();
  }
}
