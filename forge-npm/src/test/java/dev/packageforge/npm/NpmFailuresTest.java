package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.npm.testing.Answer;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.Trouble;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said when the network, and not the registry, is the trouble. */
@Timeout(60)
class NpmFailuresTest {
  private static final PackedArtifact DEMO = Packed.of("slug-maker", "1.0.0");
  private static final PackageId ID = DEMO.artifact().id();

  @Test
  void aLostAnswerLeavesTheOutcomeOpenAndNothingIsSentTwice() throws Exception {
    List<Trouble> troubles =
        List.of(
            Trouble.cutRequest(),
            Trouble.lostRequest(),
            Trouble.lostAnswer(),
            Trouble.cutAnswer(),
            Trouble.storedThen(Answer.error(500, "oops")),
            Trouble.storedThen(Answer.error(502, "oops")),
            Trouble.storedThen(Answer.error(503, "oops").with("retry-after", "0")),
            Trouble.storedThen(Answer.error(504, "oops")));
    for (Trouble trouble : troubles) {
      try (StrictRegistry server = StrictRegistry.start();
          NpmRegistry registry =
              NpmRegistry.builder(server.address())
                  .token(server.issue(Grant.publish("ada")))
                  .build()) {
        server.next(trouble);
        assertThat(publish(registry))
            .as(trouble.toString())
            .isInstanceOf(PublishOutcome.Unknown.class);
        assertThat(server.uploads()).as(trouble.toString()).hasSize(1);
        assertThat(registry.find(ID).isPresent()).isEqualTo(server.stored(ID).isPresent());
      }
    }
  }

  @Test
  void whereNobodyListensNothingWasSent() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    notStored(URI.create("http://127.0.0.1:" + port + "/"), "refused");
  }

  @Test
  void whereNoNameIsFoundNothingWasSent() throws Exception {
    notStored(URI.create("http://registry.invalid/"), "name was not found");
  }

  @Test
  void whereNoOneSpeaksTlsNothingWasSent() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answerPlainly(plain));
      server.setDaemon(true);
      server.start();
      notStored(URI.create("https://127.0.0.1:" + plain.getLocalPort() + "/"), "encrypted");
    }
  }

  /** Answers whatever comes as a server would that was not asked for encryption. */
  private static void answerPlainly(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        if (socket.getInputStream().read() >= 0) {
          socket
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // The client has left, or the server was closed.
      }
    }
  }

  @Test
  void aCertificateIsTrustedOnlyIfItIsSaidSo(@TempDir Path folder) throws Exception {
    TlsKeys keys = TlsKeys.make(folder);
    MockResponse found = ScriptedNpm.json(404, "{}").build();
    try (ScriptedNpm npm = ScriptedNpm.secure(request -> found, keys.sockets())) {
      URI address = URI.create(npm.address().toString().replace("http:", "https:"));
      notStored(address, "not trusted");
      try (NpmRegistry registry = NpmRegistry.builder(address).trust(keys.certificate()).build()) {
        assertThat(registry.find(ID)).isEmpty();
      }
      assertThat(npm.lines()).containsExactly("GET /slug-maker/1.0.0");
    }
  }

  private static void notStored(URI address, String why) throws InterruptedException {
    try (NpmRegistry registry = NpmRegistry.builder(address).token(ScriptedNpm.TOKEN).build()) {
      assertThat(publish(registry))
          .isInstanceOfSatisfying(
              PublishOutcome.NotStored.class,
              failed -> {
                assertThat(failed.sentence()).contains(why).contains(address.getHost());
                assertThat(failed.remedy()).isNotBlank();
              });
      assertThatThrownBy(() -> registry.find(ID))
          .isInstanceOfSatisfying(
              RegistryException.class, failed -> assertThat(failed.retryable()).isTrue())
          .hasMessageContaining(why);
    }
  }

  @Test
  void aProxyIsUsedAndOneThatWantsCredentialsIsNamed() throws Exception {
    URI behind = URI.create("http://registry.invalid/");
    for (int status : new int[] {404, 407}) {
      try (ScriptedNpm proxy = ScriptedNpm.answering(status, "{}");
          NpmRegistry registry =
              NpmRegistry.builder(behind)
                  .token(ScriptedNpm.TOKEN)
                  .proxy(
                      new InetSocketAddress(
                          InetAddress.getLoopbackAddress(), proxy.address().getPort()))
                  .build()) {
        if (status == 404) {
          assertThat(registry.find(ID)).isEmpty();
        } else {
          assertThat(publish(registry))
              .isInstanceOfSatisfying(
                  PublishOutcome.NotStored.class,
                  failed -> assertThat(failed.remedy()).contains("proxy"));
        }
        assertThat(proxy.requests()).hasSize(1);
        assertThat(proxy.requests().get(0).getHeaders().get("host")).isEqualTo("registry.invalid");
      }
    }
  }

  @Test
  void silenceEndsInTime() throws Exception {
    try (ScriptedNpm npm = new ScriptedNpm(request -> silence());
        NpmRegistry registry = npm.registry().timeout(Duration.ofMillis(300)).build()) {
      assertThat(publish(registry))
          .isInstanceOfSatisfying(
              PublishOutcome.Unknown.class,
              unknown -> assertThat(unknown.sentence()).contains("in time"));
      assertThatThrownBy(() -> registry.find(ID))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("in time");
    }
  }

  @Test
  void aBlockedCallEndsSoonAfterAnInterrupt() throws Exception {
    List<Calling> calls =
        List.of(
            NpmFailuresTest::publish,
            registry -> registry.find(ID),
            registry -> registry.packument("slug-maker"),
            NpmRegistry::identity);
    for (Calling calling : calls) {
      CountDownLatch arrived = new CountDownLatch(1);
      try (ScriptedNpm npm =
              new ScriptedNpm(
                  request -> {
                    arrived.countDown();
                    return silence();
                  });
          NpmRegistry registry = npm.registry().build()) {
        Callable<String> call =
            () -> {
              try {
                return "answered " + calling.call(registry);
              } catch (InterruptedException e) {
                return "interrupted";
              }
            };
        FutureTask<String> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.start();
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(task.get(5, TimeUnit.SECONDS)).isEqualTo("interrupted");
      }
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (ScriptedNpm npm =
        new ScriptedNpm(
            request -> {
              arrived.countDown();
              return silence();
            })) {
      NpmRegistry registry = npm.registry().build();
      FutureTask<PublishOutcome> task = new FutureTask<>(() -> publish(registry));
      new Thread(task).start();
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      registry.close();
      assertThat(task.get(5, TimeUnit.SECONDS)).isInstanceOf(PublishOutcome.Unknown.class);
      assertThatThrownBy(() -> registry.find(ID)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aConnectionThatDiedMeanwhileCostsNobodyAnything() throws Exception {
    MockResponse last =
        ScriptedNpm.json(404, "{}").onResponseEnd(new SocketEffect.CloseSocket()).build();
    try (ScriptedNpm npm = new ScriptedNpm(request -> last);
        NpmRegistry registry = npm.registry().build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(registry.find(ID)).isEmpty();
      }
    }
  }

  private interface Calling {
    Object call(NpmRegistry registry) throws InterruptedException;
  }

  private static MockResponse silence() {
    return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
  }

  private static PublishOutcome publish(NpmRegistry registry) throws InterruptedException {
    return registry.publish(new PublishRequest(DEMO, PublishOptions.publish()));
  }
}
