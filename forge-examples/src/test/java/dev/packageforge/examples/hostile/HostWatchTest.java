package dev.packageforge.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class HostWatchTest {
  @Test
  void whereNothingIsDoneThereIsNoHarmAndNothingIsLeft(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder)) {
      assertThat(watch.harm()).isEmpty();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aConnectionIsSeen(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder)) {
      try (Socket visitor = new Socket()) {
        visitor.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(watch)));
        assertThat(visitor.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(harm(watch)).anyMatch(each -> each.contains("a connection from"));
    }
  }

  @Test
  void aConnectionToTheSocketIsSeen(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder)) {
      SocketChannel.open(UnixDomainSocketAddress.of(watch.bait("@SOCKET@"))).close();
      assertThat(harm(watch)).anyMatch(each -> each.contains("Unix socket"));
    }
  }

  @Test
  void aDatagramIsSeen(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder);
        DatagramSocket visitor = new DatagramSocket()) {
      visitor.send(
          new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), port(watch)));
      assertThat(harm(watch)).anyMatch(each -> each.contains("a datagram"));
    }
  }

  @Test
  void aChangedFileAndANewOneAreSeen(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder)) {
      Path file = Path.of(watch.bait("@FILE@"));
      Files.writeString(file, "owned");
      Files.writeString(file.resolveSibling("evil"), "x");
      assertThat(watch.harm()).hasSize(2).allMatch(each -> each.contains("was changed"));
    }
  }

  @Test
  void aProcessThatWasEndedIsSeen(@TempDir Path folder) throws Exception {
    try (HostWatch watch = HostWatch.open(folder)) {
      ProcessHandle decoy = ProcessHandle.of(Long.parseLong(watch.bait("@PID@"))).orElseThrow();
      decoy.destroyForcibly();
      decoy.onExit().get();
      assertThat(watch.harm()).anyMatch(each -> each.contains("was ended"));
    }
  }

  @Test
  void theSecretIsKnownHoweverItIsTold(@TempDir Path folder) throws IOException {
    try (HostWatch watch = HostWatch.open(folder)) {
      String secret = Files.readString(Path.of(watch.bait("@FILE@"))).strip();
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      assertThat(
              List.of(
                  "x" + secret + "x",
                  new StringBuilder(secret).reverse().toString(),
                  Base64.getEncoder().encodeToString(bytes)))
          .allMatch(watch::isToldIn);
      assertThat(watch.isToldIn("canary-0123456789abcdef")).isFalse();
    }
  }

  private static int port(HostWatch watch) {
    return Integer.parseInt(watch.bait("@PORT@"));
  }

  /** What was seen as soon as something was: those who watch do so on threads of their own. */
  private static List<String> harm(HostWatch watch) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    List<String> harm = watch.harm();
    while (harm.isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
      harm = watch.harm();
    }
    return harm;
  }
}
