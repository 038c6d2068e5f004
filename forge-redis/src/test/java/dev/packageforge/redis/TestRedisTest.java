package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestRedisTest {
  @Test
  void serverAnswersAndIsGoneOnceItIsClosed() throws IOException {
    TestRedis redis = TestRedis.start(TestRedis.program(), List.of());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));

      assertThat(new String(socket.getInputStream().readNBytes(7), UTF_8)).isEqualTo("+PONG\r\n");
    } finally {
      redis.close();
    }
    assertThat(ProcessHandle.of(redis.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(Files.exists(redis.folder())).isFalse();
  }

  @Test
  void testsOfOneJvmShareOneServer() {
    assertThat(TestRedis.shared()).isSameAs(TestRedis.shared());
    assertThat(TestRedis.newQueue()).isNotEqualTo(TestRedis.newQueue());
  }
}
