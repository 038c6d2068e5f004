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
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishRequest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to a registry, and how often. */
@Timeout(60)
class NpmRegistryPublishTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final PackedArtifact DEMO = Packed.of("demo", "1.0.0");

  @Test
  void aPublishIsOneRequestWithTheWholeDocument() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(201, "{\"ok\":true,\"success\":true}");
        NpmRegistry registry = npm.registry().build()) {
      assertThat(registry.publish(new PublishRequest(DEMO, PublishOptions.publish())))
          .isInstanceOf(PublishOutcome.Accepted.class);
      assertThat(npm.lines()).containsExactly("PUT /demo");
      RecordedRequest request = npm.requests().get(0);
      assertThat(request.getHeaders().get("authorization"))
          .isEqualTo("Bearer " + ScriptedNpm.TOKEN.reveal());
      assertThat(request.getHeaders().get("npm-command")).isEqualTo("publish");
      assertThat(request.getHeaders().get("npm-auth-type")).isEqualTo("web");
      assertThat(request.getHeaders().get("content-length"))
          .isEqualTo(String.valueOf(request.getBodySize()));
      JsonNode sent = sent(request);
      assertThat(sent.path("_id").asText()).isEqualTo("demo");
      assertThat(sent.path("name").asText()).isEqualTo("demo");
      assertThat(sent.path("access").asText()).isEqualTo("public");
      assertThat(sent.path("description").asText()).isEqualTo("Makes slugs.");
      assertThat(sent.path("dist-tags").toString()).isEqualTo("{\"latest\":\"1.0.0\"}");
      JsonNode version = sent.path("versions").path("1.0.0");
      assertThat(version.path("_id").asText()).isEqualTo("demo@1.0.0");
      assertThat(version.path("readme").asText()).isEqualTo("# demo\n\nMakes slugs.\n");
      assertThat(version.path("readmeFilename").asText()).isEqualTo("README.md");
      assertThat(version.path("dist").path("integrity").asText())
          .isEqualTo(DEMO.artifact().digest().integrity());
      assertThat(version.path("dist").path("shasum").asText()).isEqualTo(sha1(DEMO.bytes()));
      assertThat(version.path("dist").path("tarball").asText())
          .isEqualTo(npm.address() + "demo/-/demo-1.0.0.tgz");
      JsonNode attachment = sent.path("_attachments").path("demo-1.0.0.tgz");
      assertThat(attachment.path("content_type").asText()).isEqualTo("application/octet-stream");
      assertThat(attachment.path("length").asLong()).isEqualTo(DEMO.artifact().size());
      assertThat(Base64.getDecoder().decode(attachment.path("data").asText()))
          .isEqualTo(DEMO.bytes());
    }
  }

  @Test
  void aScopeStandsInThePathAndInTheNames() throws Exception {
    PackedArtifact packed = Packed.of("@demo/slugs", "2.0.0-beta.1");
    PublishOptions options = new PublishOptions(Mode.PUBLISH, "next", Access.RESTRICTED);
    try (ScriptedNpm npm = ScriptedNpm.answering(200, "{}");
        NpmRegistry registry = npm.registry().build()) {
      assertThat(registry.publish(new PublishRequest(packed, options)))
          .isInstanceOf(PublishOutcome.Accepted.class);
      assertThat(npm.lines()).containsExactly("PUT /@demo%2fslugs");
      assertThat(npm.requests().get(0).getHeaders().get("npm-scope")).isEqualTo("@demo");
      JsonNode sent = sent(npm.requests().get(0));
      assertThat(sent.path("access").asText()).isEqualTo("restricted");
      assertThat(sent.path("dist-tags").toString()).isEqualTo("{\"next\":\"2.0.0-beta.1\"}");
      assertThat(sent.path("_attachments").has("@demo/slugs-2.0.0-beta.1.tgz")).isTrue();
      JsonNode version = sent.path("versions").path("2.0.0-beta.1");
      assertThat(version.path("dist").path("tarball").asText())
          .isEqualTo(npm.address() + "@demo/slugs/-/@demo/slugs-2.0.0-beta.1.tgz");
    }
  }

  @Test
  void aStageIsPostedAndItsNumberIsTold() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(201, "{\"stageId\":\"6d2f-11\"}");
        NpmRegistry registry = npm.registry().build()) {
      PublishOptions stage = new PublishOptions(Mode.STAGE, "latest", Access.PUBLIC);
      assertThat(registry.publish(new PublishRequest(DEMO, stage)))
          .isInstanceOfSatisfying(
              PublishOutcome.Accepted.class,
              accepted -> assertThat(accepted.message()).contains("6d2f-11"));
      assertThat(npm.lines()).containsExactly("POST /-/stage/package/demo");
      assertThat(npm.requests().get(0).getHeaders().get("npm-command")).isEqualTo("stage");
    }
  }

  @Test
  void aCodeIsSentAlong() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(200, "{}");
        NpmRegistry registry = npm.registry().build()) {
      registry.publish(new PublishRequest(DEMO, PublishOptions.publish(), Secret.of("123456")));
      assertThat(npm.requests().get(0).getHeaders().get("npm-otp")).isEqualTo("123456");
      assertThat(npm.requests().get(0).getHeaders().get("npm-auth-type")).isEqualTo("legacy");
    }
  }

  @Test
  void aCodeThatNoHeaderCanCarryIsAskedForAgain() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(200, "{}");
        NpmRegistry registry = npm.registry().build()) {
      PublishRequest request =
          new PublishRequest(DEMO, PublishOptions.publish(), Secret.of("12 34 é"));
      assertThat(registry.publish(request))
          .isInstanceOf(PublishOutcome.NeedsSecondFactor.class)
          .asString()
          .doesNotContain("é");
      assertThat(npm.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 400, 401, 403, 408, 409, 413, 422, 429, 500, 502, 503})
  void whateverIsAnsweredItIsSentOnce(int status) throws Exception {
    MockResponse.Builder answer =
        ScriptedNpm.json(status, "{}")
            .setHeader("Retry-After", "0")
            .setHeader("Location", "/elsewhere");
    try (ScriptedNpm npm = new ScriptedNpm(request -> answer.build());
        NpmRegistry registry = npm.registry().build()) {
      registry.publish(new PublishRequest(DEMO, PublishOptions.publish()));
      assertThat(npm.lines()).containsExactly("PUT /demo");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "other,1.0.0,says demo@1.0.0",
    "demo,1.0.1,says demo@1.0.0",
  })
  void whatIsNotWhatItIsSaidToBeIsNotSent(String name, String version, String why)
      throws Exception {
    refused(Packed.of(new PackageId(name, version), DEMO.bytes()), why);
  }

  @Test
  void whatIsNoTarballIsNotSent() throws Exception {
    refused(Packed.of(new PackageId("demo", "1.0.0"), new byte[] {1, 2, 3}), "cannot be read");
  }

  @Test
  void whatIsPrivateIsNotSent() throws Exception {
    refused(
        Packed.with("{\"name\":\"demo\",\"version\":\"1.0.0\",\"private\":true}", Map.of()),
        "private");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "01.0.0", "1.0.0+build", "v1.0.0"})
  void aVersionThatNpmWouldChangeIsNotSent(String version) throws Exception {
    refused(Packed.of("demo", version), "version");
  }

  private static void refused(PackedArtifact packed, String why) throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(200, "{}");
        NpmRegistry registry = npm.registry().build()) {
      assertThat(registry.publish(new PublishRequest(packed, PublishOptions.publish())))
          .isInstanceOfSatisfying(
              PublishOutcome.Refused.class,
              refused -> {
                assertThat(refused.cause()).isEqualTo(Cause.INVALID);
                assertThat(refused.sentence()).contains(why);
                assertThat(refused.remedy()).isNotBlank();
              });
      assertThat(npm.lines()).isEmpty();
    }
  }

  private static JsonNode sent(RecordedRequest request) throws IOException {
    return JSON.readTree(request.getBody().toByteArray());
  }

  private static String sha1(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
  }
}
