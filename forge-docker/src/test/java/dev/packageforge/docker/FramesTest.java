package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

  private FramesTest frame(int stream, byte[] bytes) {
    wire.writeBytes(ByteBuffer.allocate(8).put((byte) stream).putInt(4, bytes.length).array());
    wire.writeBytes(bytes);
    return this;
  }

  private Frames frames() {
    return new Frames(new ByteArrayInputStream(wire.toByteArray()));
  }

  @Test
  void bothStreamsAreToldApart() throws IOException {
    frame(1, "out".getBytes(UTF_8)).frame(2, new byte[0]).frame(2, "err".getBytes(UTF_8));
    Frames frames = frames();
    assertThat(frames.next()).isEqualTo("out".getBytes(UTF_8));
    assertThat(frames.error()).isFalse();
    assertThat(frames.next()).isEqualTo("err".getBytes(UTF_8));
    assertThat(frames.error()).isTrue();
    assertThat(frames.next()).isNull();
    assertThat(frames.next()).isNull();
  }

  @Test
  void whatIsKeptDoesNotChange() throws IOException {
    List<byte[]> sent = new ArrayList<>();
    for (char c : "ABC".toCharArray()) {
      byte[] bytes = new byte[1024];
      Arrays.fill(bytes, (byte) c);
      sent.add(bytes);
      frame(1, bytes);
    }
    Frames frames = frames();
    List<byte[]> kept = new ArrayList<>();
    for (byte[] next = frames.next(); next != null; next = frames.next()) {
      kept.add(next);
    }
    assertThat(kept).usingRecursiveComparison().isEqualTo(sent);
  }

  @Test
  void aLongFrameComesInPieces() throws IOException {
    frame(1, new byte[Frames.PIECE * 2 + 1]);
    Frames frames = frames();
    assertThat(frames.next()).hasSize(Frames.PIECE);
    assertThat(frames.next()).hasSize(Frames.PIECE);
    assertThat(frames.next()).hasSize(1);
    assertThat(frames.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 10})
  void aStreamThatIsCutWithinAFrameHasNotEnded(int length) {
    frame(1, "abc".getBytes(UTF_8));
    Frames cut = new Frames(new ByteArrayInputStream(wire.toByteArray(), 0, length));
    assertThatThrownBy(cut::next).isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsNoFrameIsRefused() {
    wire.writeBytes("HTTP/1.1 500 Internal".getBytes(UTF_8));
    assertThatThrownBy(() -> frames().next()).isInstanceOf(IOException.class);
    wire.reset();
    wire.writeBytes(new byte[] {1, 0, 0, 0, -1, -1, -1, -1});
    assertThatThrownBy(() -> frames().next()).isInstanceOf(IOException.class);
  }
}
