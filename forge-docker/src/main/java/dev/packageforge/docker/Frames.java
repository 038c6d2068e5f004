package dev.packageforge.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a process prints, cut into frames by the engine: eight bytes say which of its two streams
 * and how many bytes follow (Docker Engine API, "Attach to a container", stream format). A stream
 * that ends within a frame has not ended by itself.
 */
final class Frames {
  static final int PIECE = 64 * 1024;

  private static final int HEADER = 8;
  private static final int ERROR = 2;

  private final InputStream in;
  private final byte[] header = new byte[HEADER];
  private int left;
  private boolean error;

  Frames(InputStream in) {
    this.in = in;
  }

  /**
   * The next bytes, in an array of their own.
   *
   * @return null at the end
   */
  byte @Nullable [] next() throws IOException {
    while (left == 0) {
      int read = in.readNBytes(header, 0, HEADER);
      if (read == 0) {
        return null;
      }
      if (read < HEADER) {
        throw new EOFException("the stream was cut within a frame");
      }
      if (header[0] < 0
          || header[0] > ERROR
          || header[1] != 0
          || header[2] != 0
          || header[3] != 0) {
        throw new IOException("not a frame of an engine's stream");
      }
      error = header[0] == ERROR;
      left =
          (header[4] & 0xff) << 24
              | (header[5] & 0xff) << 16
              | (header[6] & 0xff) << 8
              | (header[7] & 0xff);
      if (left < 0) {
        throw new IOException("a frame of more than two gigabytes");
      }
    }
    byte[] bytes = in.readNBytes(Math.min(left, PIECE));
    if (bytes.length < Math.min(left, PIECE)) {
      throw new EOFException("the stream was cut within a frame");
    }
    left -= bytes.length;
    return bytes;
  }

  /** Whether the bytes that {@link #next} gave last are from the error stream. */
  boolean error() {
    return error;
  }
}
