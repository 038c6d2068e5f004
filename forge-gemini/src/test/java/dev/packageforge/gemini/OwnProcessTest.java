package dev.packageforge.gemini;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.llm.LanguageModelException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.Credentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a process of its own: its environment, its settings and its end. */
@Timeout(120)
class OwnProcessTest {
  private static final String KEY = FakeGemini.KEY.reveal();
  private static final String PASSWORD = "only for this test";
  private static final String FINE = Wire.answer("Fine.", 2);
  private static final String HERE = "dev.packageforge.gemini.OneCall";

  @Test
  void theProcessEndsWithinASecondAfterClose() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(FINE)) {
      Process process = start(Map.of(), List.of(), gemini.address().toString());
      try (BufferedReader out = process.inputReader()) {
        assertThat(out.readLine()).isEqualTo("Fine.");
        assertThat(out.readLine()).isEqualTo(OneCall.CLOSED);
        assertThat(process.waitFor(1, SECONDS)).as("it has ended").isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void noVariableOfTheEnvironmentTurnsTheCallElsewhere() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(FINE);
        FakeGemini elsewhere = FakeGemini.streaming(FINE)) {
      Map<String, String> traps =
          Map.of(
              "GOOGLE_GENAI_USE_VERTEXAI", "true",
              "GOOGLE_GENAI_USE_ENTERPRISE", "true",
              "GOOGLE_GENAI_CLIENT_MODE", "replay",
              "GOOGLE_GENAI_REPLAY_ID", "nothing",
              "GOOGLE_API_KEY", "another-key",
              "GEMINI_API_KEY", "yet-another-key",
              "GOOGLE_CLOUD_PROJECT", "project",
              "GOOGLE_CLOUD_LOCATION", "us-central1",
              "GOOGLE_GEMINI_BASE_URL", elsewhere.address().toString(),
              "GOOGLE_VERTEX_BASE_URL", elsewhere.address().toString());
      assertThat(run(traps, List.of(), gemini.address().toString())).startsWith("Fine.");
      assertThat(elsewhere.requests()).isZero();
      assertThat(gemini.requests()).isEqualTo(1);
      RecordedRequest request = gemini.request();
      assertThat(request.getTarget())
          .startsWith("/v1beta/models/gemini-flash-latest:streamGenerateContent");
      assertThat(request.getHeaders().values("x-goog-api-key")).containsExactly(KEY);
    }
  }

  @Test
  void theProxyOfTheProcessIsUsed() throws Exception {
    try (FakeGemini proxy = FakeGemini.streaming(FINE)) {
      List<String> settings =
          List.of(
              "-Dhttp.proxyHost=127.0.0.1",
              "-Dhttp.proxyPort=" + proxy.address().getPort(),
              "-Dhttp.nonProxyHosts=");
      // A name that only the proxy could know.
      assertThat(run(Map.of(), settings, "http://gateway")).startsWith("Fine.");
      assertThat(proxy.request().getHeaders().get("Host")).isEqualTo("gateway");
    }
  }

  @Test
  void aProxyThatWantsCredentialsIsNamed() throws Exception {
    String who =
        String.join(
            "\r\n",
            "HTTP/1.1 407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=\"x\"",
            "Content-Length: 0",
            "",
            "");
    try (RawServer proxy = RawServer.answering(socket -> RawServer.write(socket, who))) {
      List<String> settings =
          List.of(
              "-Dhttps.proxyHost=127.0.0.1",
              "-Dhttps.proxyPort=" + proxy.address("http").getPort(),
              "-Dhttp.nonProxyHosts=");
      assertThat(run(Map.of(), settings, "https://gemini.invalid"))
          .startsWith(Reason.AUTH.toString());
    }
  }

  @Test
  void aProxyIsToldTheCredentialsThatTheProcessKnows() throws Exception {
    MockResponse who =
        new MockResponse.Builder()
            .code(407)
            .setHeader("Proxy-Authenticate", "Basic realm=\"x\"")
            .build();
    MockResponse fine = FakeGemini.stream().body(FINE).build();
    String login = Credentials.basic("me", PASSWORD);
    try (FakeGemini proxy =
        new FakeGemini(
            request ->
                login.equals(request.getHeaders().get("Proxy-Authorization")) ? fine : who)) {
      List<String> settings =
          List.of(
              "-Dhttp.proxyHost=127.0.0.1",
              "-Dhttp.proxyPort=" + proxy.address().getPort(),
              "-Dhttp.nonProxyHosts=");
      assertThat(run(Map.of(), settings, "http://gateway", PASSWORD)).startsWith("Fine.");
      assertThat(proxy.requests()).isEqualTo(2);
      assertThat(run(Map.of(), settings, "http://gateway", "wrong"))
          .startsWith(Reason.AUTH.toString());
    }
  }

  @Test
  void theTrustStoreOfTheProcessCounts(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    makeCertificate(store);
    try (FakeGemini gemini = FakeGemini.streaming(FINE, socketFactory(store))) {
      String address = "https://127.0.0.1:" + gemini.address().getPort();
      List<String> trust =
          List.of(
              "-Djavax.net.ssl.trustStore=" + store,
              "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
      assertThat(run(Map.of(), trust, address)).startsWith("Fine.");
      assertThat(run(Map.of(), List.of(), address)).startsWith(Reason.NETWORK.toString());
      assertThat(gemini.requests()).isEqualTo(1);
    }
  }

  private static String run(
      Map<String, String> environment, List<String> settings, String address, String... more)
      throws IOException, InterruptedException {
    Process process = start(environment, settings, address, more);
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, SECONDS)).isTrue();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(
      Map<String, String> environment, List<String> settings, String address, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(tool("java"));
    command.addAll(settings);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), HERE, address, KEY));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // The client library warns of two keys in the environment; that is all it may do with them.
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static void makeCertificate(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                tool("keytool"),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "here",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc=ca:true",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(store.resolveSibling("keytool.txt").toFile())
            .start();
    assertThat(keytool.waitFor(60, SECONDS)).isTrue();
    assertThat(keytool.exitValue())
        .as(Files.readString(store.resolveSibling("keytool.txt")))
        .isZero();
  }

  private static SSLSocketFactory socketFactory(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context.getSocketFactory();
  }
}
