package dev.packageforge.npm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.Secret;
import dev.packageforge.npm.NpmGateway.Answered;
import dev.packageforge.npm.NpmGateway.Door;
import dev.packageforge.npm.NpmGateway.Fetch;
import dev.packageforge.npm.NpmGateway.Grant;
import dev.packageforge.npm.NpmGateway.Rules;
import dev.packageforge.testing.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway lets through, on loopback, with a registry that may be up to no good. */
@Timeout(60)
final class NpmGatewayTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant OLD = NOW.minus(Duration.ofDays(100));
  private static final Instant YOUNG = NOW.minus(Duration.ofDays(2));
  private static final Rules ANY_AGE = Rules.ofAge(Duration.ZERO);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ManualClock clock = ManualClock.startingAt(NOW);
  private final List<Fetch> heard = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Origin origin;
  private Path folder;

  @BeforeEach
  void start(@TempDir Path folder) {
    this.folder = folder;
    origin = new Origin();
    open.add(origin);
  }

  @AfterEach
  void end() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private NpmGateway.Builder builder() {
    return NpmGateway.builder(NpmAccess.of(origin.address()), folder.resolve("cache")).clock(clock);
  }

  private NpmGateway gateway() {
    return opened(builder().build());
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private Door door(NpmGateway gateway, Rules rules) {
    return opened(gateway.serve(gateway.grant(rules, heard::add)));
  }

  private HttpResponse<byte[]> get(Door door, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(door.address().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private JsonNode json(Door door, String path) throws Exception {
    return JSON.readTree(get(door, path).body());
  }

  private static List<String> versions(JsonNode document) {
    List<String> versions = new ArrayList<>();
    document.path("versions").fieldNames().forEachRemaining(versions::add);
    return versions;
  }

  // ---- what is served --------------------------------------------------------------------------

  @Test
  void aPackageIsFoundWithItsBytes() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    JsonNode dist = json(door, "slug").at("/versions/1.0.0/dist");
    assertThat(dist.path("tarball").asText()).isEqualTo(door.address() + "slug/-/slug-1.0.0.tgz");
    HttpResponse<byte[]> tarball = get(door, "slug/-/slug-1.0.0.tgz");
    assertThat(tarball.body()).isEqualTo(Origin.tarball("slug", "1.0.0"));
    assertThat(heard)
        .extracting(Fetch::answered)
        .containsExactly(Answered.FETCHED, Answered.FETCHED);
    assertThat(heard).extracting(Fetch::what).containsExactly("the versions of slug", "slug 1.0.0");
  }

  @Test
  void aDocumentHasWhatIsNeededToInstallAndNoMore() throws Exception {
    origin.has("slug", "1.0.0", OLD, Origin.tarball("slug", "1.0.0"), Map.of("other", "^2.0.0"));
    origin.document("slug").withObject("/versions/1.0.0/scripts").put("postinstall", "node x.js");
    JsonNode version = json(door(gateway(), ANY_AGE), "slug").at("/versions/1.0.0");
    assertThat(version.at("/dependencies/other").asText()).isEqualTo("^2.0.0");
    assertThat(version.path("hasInstallScript").asBoolean()).isTrue();
    assertThat(version.has("readme")).isFalse();
    assertThat(version.has("scripts")).isFalse();
  }

  @Test
  void aPackageWithAScopeIsFoundInEachWayToWriteIt() throws Exception {
    origin.has("@ada/slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    assertThat(versions(json(door, "@ada%2fslug"))).containsExactly("1.0.0");
    assertThat(versions(json(door, "@ada/slug"))).containsExactly("1.0.0");
    assertThat(get(door, "@ada/slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
  }

  @Test
  void oneVersionAndTheTagsCanBeAskedFor() throws Exception {
    origin.has("slug", "1.0.0", OLD).has("slug", "1.1.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    assertThat(json(door, "slug/latest").path("version").asText()).isEqualTo("1.1.0");
    assertThat(json(door, "slug/1.0.0").path("version").asText()).isEqualTo("1.0.0");
    assertThat(json(door, "-/package/slug/dist-tags").path("latest").asText()).isEqualTo("1.1.0");
    assertThat(get(door, "slug/3.0.0").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsNotThereIsSaidToBeMissing() throws Exception {
    HttpResponse<byte[]> answer = get(door(gateway(), ANY_AGE), "nothing");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), UTF_8)).contains("no package called nothing");
  }

  @Test
  void aVersionWithoutADigestIsLeftOut() throws Exception {
    origin.has("slug", "1.0.0", OLD).has("slug", "1.1.0", OLD);
    origin.document("slug").withObject("/versions/1.1.0/dist").remove("integrity");
    Door door = door(gateway(), ANY_AGE);
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0");
    assertThat(get(door, "slug/-/slug-1.1.0.tgz").statusCode()).isEqualTo(404);
  }

  // ---- age -------------------------------------------------------------------------------------

  @Test
  void whatIsTooYoungIsNotThere() throws Exception {
    origin.has("slug", "1.0.0", OLD).has("slug", "1.1.0", OLD).has("slug", "1.2.0", YOUNG);
    origin.document("slug").withObject("/dist-tags").put("next", "1.2.0").put("first", "1.0.0");
    Door door = door(gateway(), Rules.ofDefaults());
    JsonNode document = json(door, "slug");
    assertThat(versions(document)).containsExactly("1.0.0", "1.1.0");
    assertThat(document.path("dist-tags").toString())
        .isEqualTo("{\"first\":\"1.0.0\",\"latest\":\"1.1.0\"}");
    assertThat(get(door, "slug/-/slug-1.2.0.tgz").statusCode()).isEqualTo(404);
    assertThat(get(door, "slug/1.2.0").statusCode()).isEqualTo(404);
    assertThat(origin.asked("/slug/-/slug-1.2.0.tgz")).isZero();
  }

  @Test
  void whatWasKeptForOneIsNotGivenToAnotherWhoMayNotHaveIt() throws Exception {
    origin.has("slug", "1.0.0", YOUNG);
    NpmGateway gateway = gateway();
    Door any = door(gateway, ANY_AGE);
    assertThat(get(any, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
    Door careful = door(gateway, Rules.ofDefaults());
    assertThat(get(careful, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(404);
    assertThat(versions(json(careful, "slug"))).isEmpty();
  }

  @Test
  void theLatestIsThenNeitherAPrereleaseNorBeyondWhatTheTagMeant() throws Exception {
    origin
        .has("slug", "3.0.0", OLD)
        .has("slug", "1.0.0", OLD)
        .has("slug", "1.1.0-beta.1", OLD)
        .has("slug", "1.2.0", YOUNG);
    JsonNode document = json(door(gateway(), Rules.ofDefaults()), "slug");
    assertThat(document.at("/dist-tags/latest").asText()).isEqualTo("1.0.0");
  }

  @Test
  void theShortDocumentIsEnoughForWhatNobodyHasTouchedLately() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    origin.document("slug").remove("time");
    origin.document("slug").put("modified", OLD.toString());
    Door door = door(gateway(), Rules.ofDefaults());
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0");
    assertThat(origin.asked("/slug")).isEqualTo(1);
  }

  @Test
  void theLongDocumentIsAskedForWhenSomethingIsNew() throws Exception {
    origin.has("slug", "1.0.0", OLD).has("slug", "1.1.0", YOUNG);
    JsonNode time = origin.document("slug").remove("time");
    origin.document("slug").put("modified", YOUNG.toString());
    Door door = door(gateway(), Rules.ofDefaults());
    CountDownLatch gate = origin.hold();
    CompletableFuture<JsonNode> document =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return json(door, "slug");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    gate.countDown();
    assertThat(versions(document.join())).containsExactly("1.0.0", "1.1.0");
    assertThat(origin.asked("/slug")).as("a registry without any times is believed").isEqualTo(2);
    origin.document("slug").set("time", time);
    clock.advance(Duration.ofMinutes(6));
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0");
  }

  // ---- what is not let through -----------------------------------------------------------------

  @Test
  void onlyNamesThatAreAllowedAreThere() throws Exception {
    origin.has("slug", "1.0.0", OLD).has("other", "1.0.0", OLD);
    Door door = door(gateway(), new Rules(Duration.ZERO, "slug"::equals, 100, 1_000_000));
    assertThat(get(door, "slug").statusCode()).isEqualTo(200);
    assertThat(get(door, "other").statusCode()).isEqualTo(404);
    assertThat(get(door, "other/-/other-1.0.0.tgz").statusCode()).isEqualTo(404);
    assertThat(origin.asked("/other")).isZero();
  }

  @Test
  void aCeilingOfRequestsHolds() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), new Rules(Duration.ZERO, name -> true, 3, 1_000_000));
    for (int i = 0; i < 3; i++) {
      assertThat(get(door, "slug").statusCode()).isEqualTo(200);
    }
    assertThat(get(door, "slug").statusCode()).isEqualTo(403);
  }

  @Test
  void aCeilingOfBytesHolds() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    int size = Origin.tarball("slug", "1.0.0").length;
    Door door = door(gateway(), new Rules(Duration.ZERO, name -> true, 100, 2L * size));
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(403);
  }

  @Test
  void aGrantThatWasClosedGivesNothing() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    NpmGateway gateway = gateway();
    Grant grant = gateway.grant(ANY_AGE, heard::add);
    Door door = opened(gateway.serve(grant));
    assertThat(get(door, "slug").statusCode()).isEqualTo(200);
    grant.close();
    assertThat(get(door, "slug").statusCode()).isEqualTo(403);
    assertThat(heard.get(1).toString())
        .isEqualTo("refused GET /slug: nothing may be fetched any more");
  }

  @Test
  void noCredentialAndNoCookiePassesInEitherDirection() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    NpmAccess access =
        NpmAccess.of(origin.address()).withToken(Secret.of("npm_0123456789abcdefghij"));
    NpmGateway gateway =
        opened(NpmGateway.builder(access, folder.resolve("cache")).clock(clock).build());
    Door door = door(gateway, ANY_AGE);
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(door.address().resolve("slug/-/slug-1.0.0.tgz"))
                .header("Authorization", "Bearer mine")
                .header("Cookie", "a=b")
                .header("npm-session", "1234")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
    assertThat(origin.asked())
        .isNotEmpty()
        .allSatisfy(
            asked ->
                assertThat(asked.headers().keySet())
                    .doesNotContain("Authorization", "Cookie", "Npm-session"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /slug HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\n{}",
        "PUT /slug HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /slug HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\n{}",
        "DELETE /slug/-rev/1 HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "PATCH /slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "CONNECT 127.0.0.1:ORIGIN HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET http://127.0.0.1:ORIGIN/slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET //127.0.0.1:ORIGIN/slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /slug?write=true HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /-/whoami HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /%2e%2e/slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /slug HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
        "GET /slug HTTP/1.1\r\n\r\n",
        "GET /slug HTTP/1.1\r\nHost: HOST\r\nHost : other\r\n\r\n",
        "GET /slug HTTP/1.1\r\nHost: HOST\r\nno header\r\n\r\n",
        "GET /slug HTTP/2.0\r\nHost: HOST\r\n\r\n",
        "GET  /slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "get /slug HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "nonsense\r\n\r\n",
        "\u0016\u0003\u0001\u0000"
      })
  void anAbuseOfHttpReachesNobody(String request) throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    String sent =
        request
            .replace("HOST", door.address().getAuthority())
            .replace("ORIGIN", String.valueOf(origin.address().getPort()));
    assertThat(raw(door, sent)).doesNotStartWith("HTTP/1.1 2");
    assertThat(origin.asked()).isEmpty();
  }

  /** Sends bytes, and no more after them; what comes back until the end. */
  private static String raw(Door door, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void aHeadThatDoesNotEndIsCutOff() throws Exception {
    Door door = door(gateway(), ANY_AGE);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.address().getPort())) {
      byte[] part = "x: ".repeat(8192).getBytes(US_ASCII);
      assertThatThrownBy(
              () -> {
                socket.getOutputStream().write("GET /slug HTTP/1.1\r\n".getBytes(US_ASCII));
                for (int i = 0; i < 10_000; i++) {
                  socket.getOutputStream().write(part);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void whoOnlyWantsTheHeadGetsNoBody() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    String said =
        raw(
            door,
            "HEAD /slug/-/slug-1.0.0.tgz HTTP/1.1\r\nHost: "
                + door.address().getAuthority()
                + "\r\nConnection: close\r\n\r\n");
    assertThat(said).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    assertThat(said).contains("Content-Length: " + Origin.tarball("slug", "1.0.0").length);
  }

  // ---- registries that lie ---------------------------------------------------------------------

  @Test
  void bytesThatAreNotThoseThatWerePromisedAreNeitherSentNorKept() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    byte[] good = Origin.tarball("slug", "1.0.0");
    origin.serves("/slug/-/slug-1.0.0.tgz", Origin.tarball("slug", "6.6.6"));
    Door door = door(gateway(), ANY_AGE);
    HttpResponse<byte[]> answer = get(door, "slug/-/slug-1.0.0.tgz");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(new String(answer.body(), UTF_8)).contains("not those it promises");
    origin.serves("/slug/-/slug-1.0.0.tgz", good);
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").body()).isEqualTo(good);
  }

  @Test
  void aTarballThatIsTooLargeIsNotTaken() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(opened(builder().largestTarball(100).build()), ANY_AGE);
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(502);
    try (Stream<Path> kept = Files.walk(folder.resolve("cache"))) {
      assertThat(kept.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:OTHER/x.tgz",
        "http://localhost:OTHER/x.tgz",
        "http://[::1]:OTHER/x.tgz",
        "http://0x7f000001:OTHER/x.tgz",
        "http://2130706433:OTHER/x.tgz",
        "http://127.1:OTHER/x.tgz",
        "http://[::ffff:127.0.0.1]:OTHER/x.tgz",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/x.tgz",
        "http://100.100.100.200/x.tgz",
        "http://[fd00::1]/x.tgz",
        "http://[64:ff9b::7f00:1]/x.tgz",
        "http://router/x.tgz",
        "http://metadata.google.internal/x.tgz",
        "http://printer.local/x.tgz",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x.tgz"
      })
  void noDocumentAndNoRedirectLeadsIntoThisNetwork(String where) throws Exception {
    try (Origin inside = new Origin()) {
      String place = where.replace("OTHER", String.valueOf(inside.address().getPort()));
      byte[] tarball = Origin.tarball("slug", "1.0.0");
      inside.serves("/x.tgz", tarball);
      origin.has("slug", "1.0.0", OLD).has("sent", "1.0.0", OLD);
      origin.document("slug").withObject("/versions/1.0.0/dist").put("tarball", place);
      origin.sends("/sent/-/sent-1.0.0.tgz", place);
      origin.serves("/slug/-/slug-1.0.0.tgz", new byte[0]);
      Door door = door(gateway(), ANY_AGE);
      assertThat(get(door, "slug/-/slug-1.0.0.tgz").statusCode()).isGreaterThanOrEqualTo(404);
      assertThat(get(door, "sent/-/sent-1.0.0.tgz").statusCode()).isGreaterThanOrEqualTo(404);
      assertThat(inside.asked()).isEmpty();
    }
  }

  @Test
  void aRedirectWithinTheRegistryIsFollowed() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    origin.sends("/slug/-/slug-1.0.0.tgz", "/store/abc");
    origin.serves("/store/abc", Origin.tarball("slug", "1.0.0"));
    assertThat(get(door(gateway(), ANY_AGE), "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(200);
  }

  @Test
  void aRedirectWithoutAnEndIsGivenUp() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    origin.sends("/slug/-/slug-1.0.0.tgz", "/slug/-/slug-1.0.0.tgz");
    assertThat(get(door(gateway(), ANY_AGE), "slug/-/slug-1.0.0.tgz").statusCode()).isEqualTo(502);
    assertThat(origin.asked("/slug/-/slug-1.0.0.tgz")).isEqualTo(6);
  }

  @Test
  void aRegistryThatIsDownIsNotTheAskersFault() throws Exception {
    origin.down(503);
    assertThat(get(door(gateway(), ANY_AGE), "slug").statusCode()).isEqualTo(502);
    origin.down(429);
    assertThat(get(door(gateway(), ANY_AGE), "slug").statusCode()).isEqualTo(429);
    origin.down(401);
    assertThat(get(door(gateway(), ANY_AGE), "slug").statusCode()).isEqualTo(403);
  }

  // ---- what is kept ----------------------------------------------------------------------------

  @Test
  void whatWasFetchedIsKeptForOthers() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door first = door(gateway(), Rules.ofDefaults());
    get(first, "slug");
    get(first, "slug/-/slug-1.0.0.tgz");
    int before = origin.asked().size();
    Door second = door(gateway(), Rules.ofDefaults());
    assertThat(versions(json(second, "slug"))).containsExactly("1.0.0");
    assertThat(get(second, "slug/-/slug-1.0.0.tgz").body())
        .isEqualTo(Origin.tarball("slug", "1.0.0"));
    assertThat(origin.asked()).hasSize(before);
    assertThat(heard).extracting(Fetch::answered).endsWith(Answered.KEPT, Answered.KEPT);
  }

  @Test
  void aListOfVersionsIsRenewedAfterAWhile() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    get(door, "slug");
    origin.has("slug", "1.1.0", OLD);
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0");
    clock.advance(Duration.ofMinutes(6));
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0", "1.1.0");
  }

  @Test
  void anOldListDoesForADayWhileTheRegistryIsDown() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    get(door, "slug");
    origin.down(503);
    clock.advance(Duration.ofHours(23));
    assertThat(versions(json(door, "slug"))).containsExactly("1.0.0");
    clock.advance(Duration.ofHours(2));
    assertThat(get(door, "slug").statusCode()).isEqualTo(502);
  }

  @Test
  void whatManyWantAtOnceIsFetchedOnce() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    get(door, "slug");
    CountDownLatch gate = origin.hold();
    List<CompletableFuture<Integer>> all =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    client
                        .sendAsync(
                            HttpRequest.newBuilder(door.address().resolve("slug/-/slug-1.0.0.tgz"))
                                .build(),
                            HttpResponse.BodyHandlers.ofByteArray())
                        .thenApply(HttpResponse::statusCode))
            .toList();
    gate.countDown();
    assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(200));
    assertThat(origin.asked("/slug/-/slug-1.0.0.tgz")).isEqualTo(1);
  }

  @Test
  void whatIsBrokenOnDiskIsFetchedAgain() throws Exception {
    origin.has("slug", "1.0.0", OLD);
    Door door = door(gateway(), ANY_AGE);
    get(door, "slug/-/slug-1.0.0.tgz");
    try (Stream<Path> kept = Files.walk(folder.resolve("cache"))) {
      for (Path file : kept.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
    assertThat(get(door, "slug/-/slug-1.0.0.tgz").body())
        .isEqualTo(Origin.tarball("slug", "1.0.0"));
  }

  @Test
  void theLeastUsedGoesWhenThereIsTooMuch() throws Exception {
    byte[] large = new byte[100_000];
    for (int i = 0; i < 10; i++) {
      origin.has("big-" + i, "1.0.0", OLD, large, Map.of());
    }
    Door door = door(opened(builder().cacheBytes(500_000).build()), ANY_AGE);
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofMinutes(11));
      assertThat(get(door, "big-" + i + "/-/big-" + i + "-1.0.0.tgz").statusCode()).isEqualTo(200);
      get(door, "big-0/-/big-0-1.0.0.tgz");
    }
    assertThat(origin.asked("/big-0/-/big-0-1.0.0.tgz")).isEqualTo(1);
    try (Stream<Path> kept = Files.walk(folder.resolve("cache"))) {
      long sum = 0;
      for (Path file : kept.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      assertThat(sum).isBetween(300_000L, 500_000L);
    }
    get(door, "big-1/-/big-1-1.0.0.tgz");
    assertThat(origin.asked("/big-1/-/big-1-1.0.0.tgz")).isEqualTo(2);
  }

  @Test
  void twoRegistriesDoNotAnswerForEachOther() throws Exception {
    try (Origin other = new Origin()) {
      origin.has("slug", "1.0.0", OLD);
      other.has("slug", "2.0.0", OLD);
      get(door(gateway(), ANY_AGE), "slug");
      NpmGateway second =
          opened(
              NpmGateway.builder(NpmAccess.of(other.address()), folder.resolve("cache"))
                  .clock(clock)
                  .build());
      assertThat(versions(json(door(second, ANY_AGE), "slug"))).containsExactly("2.0.0");
    }
  }

  @Test
  void aDoorThatWasClosedIsShut() throws Exception {
    Door door = door(gateway(), ANY_AGE);
    URI address = door.address();
    try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      assertThat(get(door, "slug").statusCode()).isEqualTo(404);
      door.close();
      InputStream in = waiting.getInputStream();
      assertThat(ended(in)).isTrue();
    }
    // The system may take one more connection while the listening thread wakes up; nobody answers.
    try (Socket late = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      assertThat(ended(late.getInputStream())).isTrue();
    } catch (IOException e) {
      assertThat(e).isInstanceOf(ConnectException.class);
    }
  }

  private static boolean ended(InputStream in) {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true;
    }
  }
}
