package dev.packageforge.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The line to a container's first process. When it is hung up, by us or by our death, the process
 * finds the end of its input, ends, and the engine removes the container.
 */
final class Holder implements AutoCloseable {
  private final Conversation conversation;
  private final InputStream output;

  Holder(Conversation conversation) {
    this.conversation = conversation;
    this.output = new Output(new Frames(conversation.body()));
  }

  OutputStream input() {
    return conversation.input();
  }

  /**
   * What the process prints, without its errors. At its end the container is gone, or the engine.
   */
  InputStream output() {
    return output;
  }

  @Override
  public void close() {
    conversation.close();
  }

  /** One stream out of two; for one thread. */
  private static final class Output extends InputStream {
    private final Frames frames;
    private byte @Nullable [] piece = new byte[0];
    private int at;

    Output(Frames frames) {
      this.frames = frames;
    }

    private byte @Nullable [] filled() throws IOException {
      while (piece != null && at == piece.length) {
        piece = frames.next();
        at = piece != null && frames.error() ? piece.length : 0;
      }
      return piece;
    }

    @Override
    public int read() throws IOException {
      byte[] from = filled();
      return from == null ? -1 : from[at++] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      byte[] from = filled();
      if (from == null) {
        return -1;
      }
      int count = Math.min(length, from.length - at);
      System.arraycopy(from, at, bytes, offset, count);
      at += count;
      return count;
    }
  }
}
