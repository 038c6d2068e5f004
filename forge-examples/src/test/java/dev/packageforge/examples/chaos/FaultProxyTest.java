package dev.packageforge.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private static final int ALWAYS = FaultProxy.PIECES;
  private static final int PATIENCE_MILLIS = 300;
  private static final String WORD = "a word of some length";

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final ServerSocket server = open();

  @BeforeEach
  void startTheServer() {
    Thread thread = new Thread(this::serve, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stopTheServer() throws IOException {
    server.close();
  }

  @Test
  void aSoundNetworkPassesEverything() throws IOException {
    try (FaultProxy proxy = proxy(Faults.NONE);
        Socket client = client(proxy)) {
      assertThat(ask(client)).isEqualTo(WORD);
      assertThat(ask(client)).isEqualTo(WORD);
      assertThat(proxy.count()).isZero();
    }
  }

  @Test
  void whatComesLateOrInBitsIsStillWhole() throws IOException {
    try (FaultProxy proxy = proxy(new Faults(ALWAYS / 2, 0, ALWAYS / 2, 0, 0, 0, 0));
        Socket client = client(proxy)) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(client)).isEqualTo(WORD);
      }
      assertThat(proxy.count(FaultProxy.Kind.CHUNK)).isPositive();
      assertThat(proxy.count(FaultProxy.Kind.LATENCY)).isPositive();
    }
  }

  @Test
  void aLostRequestIsNeverHeardAndNothingAfterItEither() throws Exception {
    try (FaultProxy proxy = proxy(new Faults(0, 0, 0, ALWAYS, 0, 0, 0));
        Socket client = client(proxy)) {
      assertThatThrownBy(() -> ask(client)).isInstanceOf(SocketTimeoutException.class);
      proxy.be(Faults.NONE);
      assertThatThrownBy(() -> ask(client)).isInstanceOf(SocketTimeoutException.class);
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void aLostReplyWasHeardAndDone() throws Exception {
    try (FaultProxy proxy = proxy(new Faults(0, 0, 0, 0, ALWAYS, 0, 0));
        Socket client = client(proxy)) {
      assertThatThrownBy(() -> ask(client)).isInstanceOf(SocketTimeoutException.class);
      assertThat(heard.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(WORD);
    }
  }

  @Test
  void aCutEndsInTheMiddle() throws IOException {
    try (FaultProxy proxy = proxy(new Faults(0, 0, 0, 0, 0, ALWAYS, 0));
        Socket client = client(proxy)) {
      assertThat(ask(client)).hasSizeLessThan(WORD.length());
    }
  }

  @Test
  void aResetIsNoOrderlyEnd() throws IOException {
    try (FaultProxy proxy = proxy(new Faults(0, 0, 0, 0, 0, 0, ALWAYS));
        Socket client = client(proxy)) {
      assertThatThrownBy(() -> ask(client))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void silenceFallsOnOpenConnectionsOnly() throws IOException {
    try (FaultProxy proxy = proxy(Faults.NONE);
        Socket before = client(proxy)) {
      assertThat(ask(before)).isEqualTo(WORD);
      proxy.silence();
      assertThatThrownBy(() -> ask(before)).isInstanceOf(SocketTimeoutException.class);
      try (Socket after = client(proxy)) {
        assertThat(ask(after)).isEqualTo(WORD);
      }
    }
  }

  @Test
  void aServerThatIsNotThereLooksLikeOne() throws IOException {
    server.close();
    try (FaultProxy proxy = proxy(Faults.NONE);
        Socket client = client(proxy)) {
      assertThatThrownBy(() -> ask(client))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void theSameSeedBringsTheSameLuck() throws IOException {
    Faults half = new Faults(ALWAYS / 2, 0, 0, 0, 0, 0, 0);
    assertThat(lateOf20(7, half)).isEqualTo(lateOf20(7, half)).isBetween(1, 39);
  }

  private int lateOf20(long seed, Faults faults) throws IOException {
    try (FaultProxy proxy = FaultProxy.to(server.getLocalPort(), seed, faults);
        Socket client = client(proxy)) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(client)).isEqualTo(WORD);
      }
      return proxy.count();
    }
  }

  private FaultProxy proxy(Faults faults) {
    return FaultProxy.to(server.getLocalPort(), 42, faults);
  }

  private static Socket client(FaultProxy proxy) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(PATIENCE_MILLIS);
    return client;
  }

  private static String ask(Socket client) throws IOException {
    client.getOutputStream().write(WORD.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = client.getInputStream().readNBytes(WORD.length());
    return new String(answer, StandardCharsets.US_ASCII);
  }

  private static ServerSocket open() {
    try {
      return new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread thread = new Thread(() -> echo(client), "echo");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void echo(Socket client) {
    try (client) {
      byte[] word = client.getInputStream().readNBytes(WORD.length());
      while (word.length == WORD.length()) {
        heard.add(new String(word, StandardCharsets.US_ASCII));
        client.getOutputStream().write(word);
        word = client.getInputStream().readNBytes(WORD.length());
      }
    } catch (IOException e) {
      return; // the other side has gone
    }
  }
}
