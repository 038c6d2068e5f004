package dev.packageforge.npm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.npm.NpmGateway.Fetch;
import dev.packageforge.npm.NpmGateway.Grant;
import dev.packageforge.npm.NpmGateway.Rules;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway at the other end of a relay, with this machine's Node and npm. */
@Timeout(120)
final class TunnelTest {
  private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");
  private static final Rules ANY_AGE = Rules.ofAge(Duration.ZERO);
  private static final String PATH = System.getenv("PATH");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> relays = new CopyOnWriteArrayList<>();
  private final List<Fetch> heard = new CopyOnWriteArrayList<>();
  private Origin origin;
  private NpmGateway gateway;
  private Path folder;

  @BeforeEach
  void start(@TempDir Path folder) throws InterruptedException {
    Machine.needNode();
    this.folder = folder;
    origin = new Origin();
    gateway = NpmGateway.builder(NpmAccess.of(origin.address()), folder.resolve("cache")).build();
  }

  @AfterEach
  void end() {
    relays.forEach(Process::destroyForcibly);
    gateway.close();
    origin.close();
  }

  private Tunnel tunnel() {
    return tunnel(ANY_AGE);
  }

  private Tunnel tunnel(Rules rules) {
    Grant grant = gateway.grant(rules, heard::add);
    return gateway.tunnel(LendingSandbox.process(Tunnel.relay(), PATH, relays), grant);
  }

  private HttpResponse<byte[]> get(Tunnel tunnel, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(tunnel.address().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Socket socket(Tunnel tunnel) throws Exception {
    return new Socket(InetAddress.getLoopbackAddress(), tunnel.address().getPort());
  }

  // ---- verification ----------------------------------------------------------------------------

  private static Drafts dependent() {
    return Drafts.good()
        .manifest("\"scripts\"", "\"dependencies\": {\"helper\": \"^1.0.0\"}, \"scripts\"")
        .with("src/index.js", "import 'helper';\n" + Drafts.SOURCE)
        .planning("helper", "^1.0.0");
  }

  private Origin helping() {
    return origin
        .has("helper", "1.2.0", OLD, Origin.tarball("helper", "1.2.0"), Map.of("part", "1.x"))
        .has("part", "1.0.0", OLD);
  }

  @Test
  void aDraftWithDependenciesIsVerifiedWithoutANetwork() throws Exception {
    helping().has("part", "1.9.0", Instant.now());
    LendingSandbox sandbox = new LendingSandbox(Machine.sandbox(folder.resolve("sandbox")), PATH);
    List<String> log = new CopyOnWriteArrayList<>();
    Verification verification =
        NpmToolchain.builder()
            .gateway(gateway)
            .registryAddress(URI.create("http://127.0.0.1:9/"))
            .build()
            .verify(dependent().request(), sandbox, lines(log), new Cancellation());
    assertThat(verification).isInstanceOf(Verification.Passed.class);
    assertThat(log).anyMatch(line -> line.matches("INSTALL fetched helper 1\\.2\\.0, \\d+ bytes"));
    assertThat(log).anyMatch(line -> line.matches("INSTALL fetched part 1\\.0\\.0, \\d+ bytes"));
    assertThat(log).noneMatch(line -> line.contains("1.9.0"));
    assertThat(sandbox.environments())
        .filteredOn(variables -> variables.containsKey("npm_config_registry"))
        .isNotEmpty()
        .allSatisfy(
            variables ->
                assertThat(variables.get("npm_config_registry"))
                    .matches("http://127\\.0\\.0\\.1:\\d+/")
                    .doesNotEndWith(":9/"));
    assertThat(sandbox.companions()).isNotEmpty();
    for (Process companion : sandbox.companions()) {
      assertThat(companion.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static VerificationListener lines(List<String> log) {
    return new VerificationListener() {
      @Override
      public void began(Step step) {}

      @Override
      public void line(Step step, String line) {
        log.add(step + " " + line);
      }

      @Override
      public void ended(StepReport report) {}
    };
  }

  @Test
  void aDependencyThatIsTooYoungIsTheDraftsFault() throws Exception {
    origin.has("helper", "1.2.0", Instant.now());
    LendingSandbox sandbox = new LendingSandbox(Machine.sandbox(folder.resolve("sandbox")), PATH);
    Verification verification =
        NpmToolchain.builder()
            .gateway(gateway)
            .build()
            .verify(
                dependent().request(), sandbox, VerificationListener.SILENT, new Cancellation());
    assertThat(verification.findings())
        .extracting(finding -> finding.code())
        .containsExactly("dependency-version-not-found");
  }

  @Test
  void aSandboxWithoutANetworkNeedsAGateway() throws Exception {
    LendingSandbox sandbox = new LendingSandbox(Machine.sandbox(folder.resolve("sandbox")), PATH);
    NpmToolchain toolchain = NpmToolchain.builder().build();
    assertThatThrownBy(
            () ->
                toolchain.verify(
                    dependent().request(),
                    sandbox,
                    VerificationListener.SILENT,
                    new Cancellation()))
        .isInstanceOfSatisfying(
            SandboxException.class, trouble -> assertThat(trouble.retryable()).isFalse())
        .hasMessageContaining("no gateway");
    for (Process companion : sandbox.companions()) {
      assertThat(companion.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  // ---- the relay -------------------------------------------------------------------------------

  @Test
  void whatIsAskedForComesBackWhole() throws Exception {
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    origin.has("slug", "1.0.0", OLD, large, Map.of());
    try (Tunnel tunnel = tunnel()) {
      assertThat(get(tunnel, "slug/-/slug-1.0.0.tgz").body()).isEqualTo(large);
      assertThat(new String(get(tunnel, "slug").body(), ISO_8859_1))
          .contains("\"tarball\":\"" + tunnel.address() + "slug/-/slug-1.0.0.tgz\"");
      HttpResponse<byte[]> head =
          client.send(
              HttpRequest.newBuilder(tunnel.address().resolve("slug/-/slug-1.0.0.tgz"))
                  .method("HEAD", HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.headers().firstValue("content-length")).hasValue("3000000");
    }
  }

  @Test
  void manyAskAtOnce() throws Exception {
    byte[] large = new byte[400_000];
    new Random(2).nextBytes(large);
    origin.has("slug", "1.0.0", OLD, large, Map.of());
    try (Tunnel tunnel = tunnel()) {
      URI where = tunnel.address().resolve("slug/-/slug-1.0.0.tgz");
      List<CompletableFuture<byte[]>> all =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      client
                          .sendAsync(
                              HttpRequest.newBuilder(where).build(),
                              HttpResponse.BodyHandlers.ofByteArray())
                          .thenApply(HttpResponse::body))
              .toList();
      assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(large));
      tunnel.requireWhole();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /slug HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        "POST /slug HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "PUT /slug HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /slug HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        "DELETE /slug/-rev/1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT 127.0.0.1:ORIGIN HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://127.0.0.1:ORIGIN/slug HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET //127.0.0.1:ORIGIN/slug HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /slug?write=true HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /-/whoami HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /..%2f..%2fslug HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /slug\nX HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void anAbuseOfHttpReachesNobody(String request) throws Exception {
    origin.has("slug", "1.0.0", OLD);
    try (Tunnel tunnel = tunnel();
        Socket socket = socket(tunnel)) {
      String sent = request.replace("ORIGIN", String.valueOf(origin.address().getPort()));
      socket.getOutputStream().write(sent.getBytes(US_ASCII));
      socket.shutdownOutput();
      String said = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(said).doesNotStartWith("HTTP/1.1 2");
      assertThat(origin.asked()).isEmpty();
      assertThat(get(tunnel, "slug").statusCode()).as("others are served").isEqualTo(200);
    }
  }

  @Test
  void aHeadThatIsTooLongIsRefused() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    try (Tunnel tunnel = tunnel();
        Socket socket = socket(tunnel)) {
      String head = "GET /slug HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      String said = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(said).startsWith("HTTP/1.1 431");
      assertThat(get(tunnel, "slug").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whoTakesNothingHoldsNobodyUp() throws Exception {
    byte[] large = new byte[20_000_000];
    origin.has("large", "1.0.0", OLD, large, Map.of()).has("slug", "1.0.0", OLD);
    List<Socket> lazy = new ArrayList<>();
    try (Tunnel tunnel = tunnel()) {
      for (int i = 0; i < 20; i++) {
        Socket socket = socket(tunnel);
        lazy.add(socket);
        socket
            .getOutputStream()
            .write("GET /large/-/large-1.0.0.tgz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      for (int i = 0; i < 20; i++) {
        assertThat(get(tunnel, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
      }
      for (Socket socket : lazy) {
        socket.close();
      }
      assertThat(get(tunnel, "large/-/large-1.0.0.tgz").body()).hasSize(large.length);
      tunnel.requireWhole();
    }
  }

  @Test
  void aFloodOfRequestsStopsAtTheCeiling() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Rules rules = new Rules(Duration.ZERO, name -> true, 50, 1_000_000_000);
    try (Tunnel tunnel = tunnel(rules);
        Socket socket = socket(tunnel)) {
      String many = "GET /slug HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
      String last = "GET /slug HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  socket.getOutputStream().write((many + last).getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      String said = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      sending.join();
      assertThat(said.split("HTTP/1.1 200", -1)).hasSize(51);
      assertThat(origin.asked("/slug")).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aRelayThatEndsIsNoticed() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    try (Tunnel tunnel = tunnel()) {
      assertThat(get(tunnel, "slug").statusCode()).isEqualTo(200);
      tunnel.requireWhole();
      relays.get(0).destroyForcibly();
      tunnel.ended().get(20, TimeUnit.SECONDS);
      assertThatThrownBy(tunnel::requireWhole)
          .isInstanceOfSatisfying(
              SandboxException.class, trouble -> assertThat(trouble.retryable()).isTrue());
    }
  }

  @Test
  void theRelayEndsWithItsTunnel() throws Exception {
    Tunnel tunnel = tunnel();
    URI address = tunnel.address();
    tunnel.close();
    assertThat(relays.get(0).waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(
            () -> new Socket(InetAddress.getLoopbackAddress(), address.getPort()).close())
        .isInstanceOf(IOException.class);
  }

  // ---- a relay that is not ours ----------------------------------------------------------------

  /** A relay that a test plays. */
  private static final class Played implements Companion {
    private final PipedInputStream output = new PipedInputStream(1 << 16);
    private final PipedInputStream heard = new PipedInputStream(1 << 20);
    private final PipedOutputStream input = new PipedOutputStream();
    private final DataOutputStream says;
    private final DataInputStream hears = new DataInputStream(heard);

    Played() throws IOException {
      input.connect(heard);
      says = new DataOutputStream(new PipedOutputStream(output));
    }

    @Override
    public InputStream output() {
      return output;
    }

    @Override
    public OutputStream input() {
      return input;
    }

    @Override
    public void close() {
      try {
        output.close();
        heard.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The key that it is told. */
    byte[] key() throws IOException {
      assertThat(hears.readByte()).isEqualTo((byte) 'K');
      hears.readInt();
      return hears.readNBytes(hears.readInt());
    }

    Played say(char letter, int id, byte[] payload) throws IOException {
      says.writeByte(letter);
      says.writeInt(id);
      says.writeInt(payload.length);
      says.write(payload);
      says.flush();
      return this;
    }

    Played greet() throws IOException {
      byte[] key = key();
      byte[] payload = Arrays.copyOf(key, 20);
      payload[18] = 1;
      return say('H', 0, payload);
    }

    Played ask(int id, String question) throws IOException {
      return say('Q', id, question.getBytes(ISO_8859_1));
    }
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** What a relay may do after it was greeted, and must not. */
  private interface Misdeed {
    void by(Played relay) throws IOException;
  }

  private void endsTheTunnel(Misdeed misdeed) throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Played relay = new Played();
    Grant grant = gateway.grant(ANY_AGE, heard::add);
    try (Tunnel tunnel = gateway.tunnel(relay, grant)) {
      misdeed.by(relay);
      tunnel.ended().get(20, TimeUnit.SECONDS);
      assertThatThrownBy(tunnel::requireWhole).isInstanceOf(SandboxException.class);
      assertThat(gateway.answer(grant, "GET", "/slug", "http://x/").status()).isEqualTo(403);
    }
  }

  @Test
  void whoDoesNotKnowTheKeyIsNotOurRelay() throws Exception {
    endsTheTunnel(
        relay -> {
          byte[] wrong = Arrays.copyOf(relay.key(), 20);
          wrong[0]++;
          wrong[18] = 1;
          relay.say('H', 0, wrong);
        });
  }

  @Test
  void aPortThatIsNoneEndsTheTunnel() throws Exception {
    endsTheTunnel(relay -> relay.say('H', 0, Arrays.copyOf(relay.key(), 20)));
  }

  @Test
  void nonsenseEndsTheTunnel() throws Exception {
    endsTheTunnel(relay -> relay.greet().say('Z', 1, new byte[0]));
    endsTheTunnel(relay -> relay.say('Q', 1, "GET /slug".getBytes(US_ASCII)));
    endsTheTunnel(relay -> relay.greet().ask(1, "nothing"));
    endsTheTunnel(relay -> relay.greet().say('C', 1, new byte[3]));
  }

  @Test
  void aFrameThatIsTooLongOrHalfEndsTheTunnel() throws Exception {
    endsTheTunnel(relay -> relay.greet().say('Q', 1, new byte[5000]));
    endsTheTunnel(
        relay -> {
          relay.greet();
          relay.says.writeByte('Q');
          relay.says.writeInt(1);
          relay.says.writeInt(-1);
          relay.says.flush();
        });
    endsTheTunnel(
        relay -> {
          relay.greet();
          relay.says.writeByte('Q');
          relay.says.writeInt(1);
          relay.says.close();
        });
  }

  @Test
  void tooManyQuestionsAtOnceEndTheTunnel() throws Exception {
    origin.hold();
    endsTheTunnel(
        relay -> {
          relay.greet();
          for (int id = 1; id <= 65; id++) {
            relay.ask(id, "GET /slug");
          }
        });
  }

  @Test
  void takingMoreThanWasSentEndsTheTunnel() throws Exception {
    origin.hold();
    endsTheTunnel(relay -> relay.greet().ask(1, "GET /slug").say('C', 1, number(1)));
  }

  @Test
  void whatIsSaidOfNobodyIsIgnored() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Played relay = new Played();
    try (Tunnel tunnel = gateway.tunnel(relay, gateway.grant(ANY_AGE, heard::add))) {
      relay.greet().say('X', 77, new byte[0]).say('C', 78, number(5)).ask(1, "GET /slug");
      assertThat(relay.hears.readByte()).isEqualTo((byte) 'A');
      tunnel.requireWhole();
    }
  }

  @Test
  void noMoreIsSentThanTheWindowHolds() throws Exception {
    byte[] large = new byte[2_000_000];
    origin.has("slug", "1.0.0", OLD, large, Map.of());
    Played relay = new Played();
    try (Tunnel tunnel = gateway.tunnel(relay, gateway.grant(ANY_AGE, heard::add))) {
      relay.greet().ask(1, "GET /slug/-/slug-1.0.0.tgz");
      int taken = 0;
      while (taken < large.length) {
        byte letter = relay.hears.readByte();
        assertThat(relay.hears.readInt()).isEqualTo(1);
        byte[] payload = relay.hears.readNBytes(relay.hears.readInt());
        if (letter == 'B') {
          taken += payload.length;
          if (taken > 200_000) {
            assertThat(relay.heard.available()).isLessThanOrEqualTo(256 * 1024 + 1000);
            relay.say('C', 1, number(payload.length));
          }
        }
      }
      tunnel.requireWhole();
    }
  }
}
