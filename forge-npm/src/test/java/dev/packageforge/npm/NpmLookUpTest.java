package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from registries. */
@Timeout(60)
class NpmLookUpTest {
  private static final PackedArtifact DEMO = Packed.of("@demo/slugs", "1.0.0");
  private static final PackageId ID = DEMO.artifact().id();
  private static final Sha512 DIGEST = DEMO.artifact().digest();
  private static final String PATH = "/@demo/slugs/-/slugs-1.0.0.tgz";

  @Test
  void aVersionIsFoundByOneRequest() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(200, version("sha1-xyz= " + DIGEST.integrity()));
        NpmRegistry registry = npm.registry().build()) {
      StoredVersion stored = registry.find(ID).orElseThrow();
      assertThat(stored.digest()).isEqualTo(DIGEST);
      assertThat(stored.location()).isEqualTo(npm.address() + PATH.substring(1));
      assertThat(npm.lines()).containsExactly("GET /@demo%2fslugs/1.0.0");
    }
  }

  @Test
  void whereNoDigestIsStatedTheBytesAreDigested() throws Exception {
    try (ScriptedNpm npm =
            new ScriptedNpm(
                request ->
                    PATH.equals(request.getTarget())
                        ? bytes(DEMO.bytes())
                        : ScriptedNpm.json(200, version("sha1-xyz=")).build());
        NpmRegistry registry = npm.registry().build()) {
      assertThat(registry.find(ID).orElseThrow().digest()).isEqualTo(DIGEST);
      assertThat(npm.lines()).containsExactly("GET /@demo%2fslugs/1.0.0", "GET " + PATH);
    }
  }

  @Test
  void whatIsServedIsDigestedAndNotBelieved() throws Exception {
    try (ScriptedNpm npm = new ScriptedNpm(request -> bytes(new byte[] {1, 2, 3}));
        NpmRegistry registry = npm.registry().build()) {
      StoredVersion stored = new StoredVersion(ID, DIGEST, npm.address() + PATH.substring(1));
      assertThat(registry.served(stored)).hasValue(Sha512.of(new byte[] {1, 2, 3}));
    }
  }

  @Test
  void bytesThatAreNotThereYetAreNoAccident() throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(404, "{}");
        NpmRegistry registry = npm.registry().build()) {
      StoredVersion stored = new StoredVersion(ID, DIGEST, npm.address() + PATH.substring(1));
      assertThat(registry.served(stored)).isEmpty();
    }
  }

  @Test
  void aTarballIsFetchedFromElsewhereButTheTokenStaysHere() throws Exception {
    try (ScriptedNpm elsewhere = new ScriptedNpm(request -> bytes(DEMO.bytes()));
        ScriptedNpm npm =
            new ScriptedNpm(
                request ->
                    new MockResponse.Builder()
                        .code(302)
                        .setHeader("Location", elsewhere.address() + "store/1")
                        .build());
        NpmRegistry registry = npm.registry().build()) {
      StoredVersion stored = new StoredVersion(ID, DIGEST, npm.address() + PATH.substring(1));
      assertThat(registry.served(stored)).hasValue(DIGEST);
      assertThat(npm.requests().get(0).getHeaders().get("authorization")).isNotNull();
      assertThat(elsewhere.lines()).containsExactly("GET /store/1");
      assertThat(elsewhere.requests().get(0).getHeaders().get("authorization")).isNull();
    }
  }

  @Test
  void whoeverSendsUsInCirclesIsLeft() throws Exception {
    try (ScriptedNpm npm =
            new ScriptedNpm(
                request ->
                    new MockResponse.Builder().code(307).setHeader("Location", PATH).build());
        NpmRegistry registry = npm.registry().build()) {
      StoredVersion stored = new StoredVersion(ID, DIGEST, npm.address() + PATH.substring(1));
      assertThatThrownBy(() -> registry.served(stored)).isInstanceOf(RegistryException.class);
      assertThat(npm.lines()).hasSizeBetween(2, 10);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401,'{\"error\":\"who are you\"}',false,who are you",
    "403,'{}',false,403",
    "302,'{}',false,302",
    "429,'{}',true,429",
    "500,'{}',true,500",
    "503,'{}',true,503",
    "200,'<html>',false,no JSON",
    "200,'[1]',false,no JSON",
    "200,'{\"dist\":',true,broke",
  })
  void whatCannotBeLearnedIsNotCalledAbsent(int status, String body, boolean again, String why)
      throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(status, body);
        NpmRegistry registry = npm.registry().build()) {
      assertThatThrownBy(() -> registry.find(ID))
          .isInstanceOfSatisfying(
              RegistryException.class,
              failed -> {
                assertThat(failed.retryable()).isEqualTo(again);
                assertThat(failed.remedy()).isNotBlank();
              })
          .hasMessageContaining(why)
          .hasMessageContaining("127.0.0.1");
    }
  }

  @Test
  void aPackageIsReadWithItsTimes() throws Exception {
    String json =
        """
        {"_id":"demo","name":"demo","dist-tags":{"latest":"1.1.0"},"readme":"long",
         "versions":{
          "1.0.0":{"name":"demo","version":"1.0.0","deprecated":"too old","license":"MIT",
            "scripts":{"postinstall":"x"},"maintainers":[{"name":"ada"},{"name":"bob"}],
            "dist":{"shasum":"00","tarball":"http://x/y.tgz"}},
          "1.1.0":{"name":"demo","version":"1.1.0","license":{"type":"ISC"},"deprecated":false,
            "hasInstallScript":false,"dist":{"integrity":"%s","tarball":"http://x/z.tgz"}}},
         "time":{"created":"2020-01-01T00:00:00.000Z","1.0.0":"2020-01-02T00:00:00.000Z"},
         "users":{"a":true}}
        """
            .formatted(DIGEST.integrity());
    try (ScriptedNpm npm = ScriptedNpm.answering(200, json);
        NpmRegistry registry = npm.registry().build()) {
      Packument read = registry.packument("demo").orElseThrow();
      assertThat(npm.requests().get(0).getHeaders().get("accept")).isEqualTo("application/json");
      assertThat(read.name()).isEqualTo("demo");
      assertThat(read.tags()).isEqualTo(Map.of("latest", "1.1.0"));
      assertThat(read.created()).hasValue(Instant.parse("2020-01-01T00:00:00Z"));
      assertThat(read.versions()).containsOnlyKeys("1.0.0", "1.1.0");
      Packument.Version first = read.version("1.0.0").orElseThrow();
      assertThat(first.published()).hasValue(Instant.parse("2020-01-02T00:00:00Z"));
      assertThat(first.deprecated()).isEqualTo("too old");
      assertThat(first.hasInstallScript()).isTrue();
      assertThat(first.license()).isEqualTo("MIT");
      assertThat(first.maintainers()).containsExactly("ada", "bob");
      assertThat(first.dist().digest()).isEmpty();
      Packument.Version second = read.tagged("latest").orElseThrow();
      assertThat(second.published()).isEmpty();
      assertThat(second.deprecated()).isEmpty();
      assertThat(second.hasInstallScript()).isFalse();
      assertThat(second.license()).isEqualTo("ISC");
      assertThat(second.dist().digest()).hasValue(DIGEST);
      registry.abbreviated("demo");
      assertThat(npm.requests().get(1).getHeaders().get("accept"))
          .startsWith("application/vnd.npm.install-v1+json");
    }
  }

  @Test
  void aTarballThatIsNotTheStatedOneIsRefused() throws Exception {
    Packument.Dist dist = new Packument.Dist("", Optional.of(DIGEST), "");
    try (ScriptedNpm npm = new ScriptedNpm(request -> bytes(DEMO.bytes()));
        NpmRegistry registry = npm.registry().build()) {
      assertThat(registry.tarball(ID, dist, 1 << 20)).hasValue(DEMO.bytes());
      assertThat(npm.lines()).containsExactly("GET " + PATH);
      assertThatThrownBy(() -> registry.tarball(ID, dist, 10))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("more than");
    }
    try (ScriptedNpm npm = new ScriptedNpm(request -> bytes(new byte[] {1}));
        NpmRegistry registry = npm.registry().build()) {
      assertThatThrownBy(() -> registry.tarball(ID, dist, 1 << 20))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("other bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.example/,http://r.example/a/-/a-1.0.0.tgz,https://r.example/a/-/a-1.0.0.tgz",
    "https://r.example:8443/npm/,http://r.example/npm/a.tgz,https://r.example:8443/npm/a.tgz",
    "https://r.example/,https://cdn.example/a.tgz?x=1,https://cdn.example/a.tgz?x=1",
    "https://r.example/npm/,'',https://r.example/npm/a/-/a-1.0.0.tgz",
    "https://r.example/npm/,file:///etc/passwd,https://r.example/npm/a/-/a-1.0.0.tgz",
    "https://r.example/npm/,https://me:secret@r.example/x,https://r.example/npm/a/-/a-1.0.0.tgz",
  })
  void aTarballsAddressIsMadeSoundAndSafe(URI registry, String stated, URI address) {
    assertThat(Addresses.ofTarball(registry, new PackageId("a", "1.0.0"), stated))
        .isEqualTo(address);
  }

  private static String version(String integrity) {
    return "{\"name\":\"@demo/slugs\",\"version\":\"1.0.0\",\"dist\":{\"integrity\":\""
        + integrity
        + "\"}}";
  }

  private static MockResponse bytes(byte[] bytes) {
    return new MockResponse.Builder()
        .code(200)
        .setHeader("Content-Type", "application/octet-stream")
        .body(new Buffer().write(bytes))
        .build();
  }
}
