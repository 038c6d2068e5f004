package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packageforge.sandbox.SandboxException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which engine is taken, and what is said where none is. */
@Timeout(60)
class EngineSearchTest {
  private static final Engine.Deadlines SHORT =
      new Engine.Deadlines(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(5));
  private static final Engine.Deadlines PATIENT =
      new Engine.Deadlines(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));

  private final Path folder;

  EngineSearchTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private EngineSettings settings(@Nullable String address, Map<String, String> environment) {
    return new EngineSettings(
        address, null, environment, folder.resolve("home"), folder.resolve("root"), PATIENT);
  }

  private EngineAddress found(EngineSettings settings) throws InterruptedException {
    try (Engine engine = EngineSearch.find(settings)) {
      return engine.facts().address();
    }
  }

  private Path socket(String path) throws Exception {
    Path socket = folder.resolve(path);
    Files.createDirectories(socket.getParent());
    return socket;
  }

  private static SandboxException failure(EngineSettings settings) {
    return catchThrowableOfType(SandboxException.class, () -> EngineSearch.find(settings).close());
  }

  @ParameterizedTest
  @CsvSource({
    "root/var/run/docker.sock, Docker's own socket",
    "run/docker.sock, rootless Docker's socket",
    "home/.docker/run/docker.sock, the user's own Docker socket",
    "home/.docker/desktop/docker.sock, Docker Desktop's socket",
    "home/.colima/default/docker.sock, Colima's socket",
    "home/.rd/docker.sock, Rancher Desktop's socket",
    "home/.orbstack/run/docker.sock, OrbStack's socket",
    "run/podman/podman.sock, the user's Podman socket",
    "root/run/podman/podman.sock, Podman's own socket"
  })
  void anEngineIsFoundWhereUsersHaveTheirs(String path, String source) throws Exception {
    Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    try (FakeEngine fake = FakeEngine.docker(socket(path), "1.45")) {
      EngineAddress address = found(settings(null, environment));
      assertThat(address).hasToString(fake.address());
      assertThat(address.source()).isEqualTo(source);
    }
  }

  @Test
  void theFirstOfSeveralIsTakenAndADeadSocketIsPassedOver() throws Exception {
    Path dead = socket("root/var/run/docker.sock");
    FakeEngine.docker(dead, "1.45").close();
    assertThat(dead).exists();
    try (FakeEngine second = FakeEngine.docker(socket("home/.colima/default/docker.sock"), "1.45");
        FakeEngine third = FakeEngine.docker(socket("home/.rd/docker.sock"), "1.45")) {
      assertThat(found(settings(null, Map.of()))).hasToString(second.address());
      assertThat(third.asked()).isEmpty();
    }
  }

  @Test
  void whatSomebodyChoseIsTakenAndNothingElse() throws Exception {
    context("far", "unix://" + folder.resolve("context.sock"));
    Map<String, String> byVariable = Map.of("DOCKER_HOST", "unix://" + folder.resolve("host.sock"));
    try (FakeEngine usual = FakeEngine.docker(socket("root/var/run/docker.sock"), "1.45")) {
      assertThat(failure(settings("unix://" + folder.resolve("set.sock"), byVariable)))
          .hasMessageContaining("set.sock (the setting): no such socket")
          .hasMessageNotContaining("host.sock");
      assertThat(failure(settings(null, byVariable)))
          .hasMessageContaining("host.sock (the variable DOCKER_HOST): no such socket")
          .hasMessageNotContaining("context.sock");
      assertThat(failure(settings(null, Map.of("DOCKER_CONTEXT", "far"))))
          .hasMessageContaining("context.sock (the Docker context \"far\"): no such socket");
      assertThat(failure(settings(null, Map.of("DOCKER_CONTEXT", "unknown"))))
          .hasMessageContaining("names no engine");
      assertThat(found(settings(null, Map.of("DOCKER_CONTEXT", "default"))))
          .hasToString(usual.address());
    }
  }

  @Test
  void theContextOfTheConfigurationIsTaken() throws Exception {
    Path socket = folder.resolve("context.sock");
    context("near", "unix://" + socket);
    Files.writeString(folder.resolve("home/.docker/config.json"), "{\"currentContext\":\"near\"}");
    try (FakeEngine fake = FakeEngine.docker(socket, "1.45")) {
      assertThat(found(settings(null, Map.of()))).hasToString(fake.address());
    }
    Files.writeString(folder.resolve("home/.docker/config.json"), "{ broken");
    assertThat(failure(settings(null, Map.of()))).hasMessageContaining("no such socket");
  }

  private void context(String name, String host) throws Exception {
    // Folders are named by the SHA-256 of their context's name.
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8)));
    Path meta = folder.resolve("home/.docker/contexts/meta").resolve(digest);
    Files.createDirectories(meta);
    Files.writeString(
        meta.resolve("meta.json"),
        "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":{\"Host\":\"" + host + "\"}}}");
  }

  @Test
  void whereThereIsNoneAllThatWasTriedIsTold() {
    SandboxException none = failure(settings(null, Map.of("XDG_RUNTIME_DIR", "/nowhere/at/all")));
    assertThat(none.retryable()).isFalse();
    assertThat(none.remedy()).isNotBlank();
    for (EngineAddress place : EngineSearch.usual(settings(null, Map.of()))) {
      assertThat(none).hasMessageContaining(place.toString());
    }
    assertThat(none).hasMessageContaining("unix:///nowhere/at/all/docker.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh://somebody@somewhere", "fd://", "tcp://nobody", "tcp://:1", "%"})
  void anAddressThatCannotBeUsedIsTold(String address) {
    assertThat(failure(settings(address, Map.of())))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains("unix://");
            });
  }

  @Test
  void aSilentEngineIsGivenUpInTimeAndMayBeTriedAgain() throws Exception {
    try (FakeEngine fake = new FakeEngine(socket("root/var/run/docker.sock"))) {
      fake.ignores("GET /_ping");
      long start = System.nanoTime();
      SandboxException silent = failure(settings(null, Map.of()).withDeadlines(SHORT));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(silent.retryable()).isTrue();
      assertThat(silent).hasMessageContaining("did not answer GET /_ping within 500 ms");
    }
  }

  @ParameterizedTest
  @CsvSource({"1.40, 1.40", "1.41, 1.41", "1.45, 1.45", "1.99, 1.51"})
  void theNewestVersionThatBothSpeakIsSpoken(String offered, String spoken) throws Exception {
    try (FakeEngine fake = FakeEngine.docker(socket("root/var/run/docker.sock"), offered);
        Engine engine = EngineSearch.find(settings(null, Map.of()))) {
      assertThat(engine.facts().api()).isEqualTo(spoken);
      assertThat(fake.asked())
          .containsExactly(
              "GET /_ping", "GET /v" + spoken + "/version", "GET /v" + spoken + "/info");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.24", "2.0", "soon", "1.39"})
  void aVersionThatIsTooOldIsToldAndNotTriedAgain(String offered) throws Exception {
    try (FakeEngine fake = FakeEngine.docker(socket("root/var/run/docker.sock"), offered)) {
      SandboxException old = failure(settings(null, Map.of()));
      assertThat(old.retryable()).isFalse();
      assertThat(old).hasMessageContaining(offered).hasMessageContaining(fake.address());
    }
  }

  @Test
  void whatListensAndIsNoEngineIsPassedOver() throws Exception {
    try (FakeEngine fake = new FakeEngine(socket("root/var/run/docker.sock"))) {
      fake.does(
          "GET /_ping",
          client -> {
            FakeEngine.write(client, "+PONG\r\n");
            client.close();
          });
      assertThat(failure(settings(null, Map.of()))).hasMessageContaining("was lost at GET /_ping");
      fake.says("GET /_ping", "200 OK", "", "OK");
      assertThat(failure(settings(null, Map.of()))).hasMessageContaining("is no container engine");
    }
  }

  @Test
  void aRuntimeThatAnEngineLacksIsNeverReplaced() throws Exception {
    try (FakeEngine fake = FakeEngine.docker(socket("root/var/run/docker.sock"), "1.45")) {
      EngineSettings asked =
          new EngineSettings(
              fake.address(), "runsc", Map.of(), folder.resolve("home"), folder, PATIENT);
      SandboxException lacking = failure(asked);
      assertThat(lacking.retryable()).isFalse();
      assertThat(lacking).hasMessageContaining("no runtime \"runsc\"").hasMessageContaining("runc");
    }
  }

  @Test
  void whatAnEngineSaysOfItselfIsKept() throws Exception {
    try (FakeEngine fake = FakeEngine.docker(socket("x/docker.sock"), "1.45");
        Engine engine = EngineSearch.find(settings(fake.address(), Map.of()))) {
      EngineFacts facts = engine.facts();
      assertThat(facts.product()).isEqualTo("Docker");
      assertThat(facts.version()).isEqualTo("27.0");
      assertThat(facts.platform()).isEqualTo("linux/amd64");
      assertThat(facts.cgroups()).isEqualTo(2);
      assertThat(facts.missing()).isEmpty();
      assertThat(facts.has("rootless")).isTrue();
      assertThat(facts.has("userns")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/var/run/docker.sock, unix:///var/run/docker.sock",
    "unix:///a b, ''",
    "http://10.0.0.1:2375, tcp://10.0.0.1:2375",
    "https://10.0.0.1:2376, tcp://10.0.0.1:2376",
    "npipe:////./pipe/docker_engine, npipe:////./pipe/docker_engine"
  })
  void anAddressIsReadAsItIsWritten(String written, String read) {
    if (read.isEmpty()) {
      assertThatThrownBy(() -> EngineAddress.of(written, null, "a test"))
          .isInstanceOf(IllegalArgumentException.class);
    } else {
      assertThat(EngineAddress.of(written, null, "a test").uri()).isEqualTo(URI.create(read));
    }
  }

  @Test
  void certificatesAreForEnginesBehindTcpAlone() {
    Path certificates = Path.of("certificates");
    List<EngineAddress> addresses =
        List.of(
            EngineAddress.of("tcp://10.0.0.1:2376", certificates, "a test"),
            EngineAddress.of("unix:///x", certificates, "a test"));
    assertThat(addresses.get(0).certificates()).isEqualTo(certificates);
    assertThat(addresses.get(0).local()).isFalse();
    assertThat(addresses.get(1).certificates()).isNull();
    assertThat(addresses.get(1).local()).isTrue();
  }
}
