package dev.packageforge.npm;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The unpacked side of a compressed stream: counts what comes out, stops when it is too much, and
 * knows how many zeros came last.
 */
final class UnpackedStream extends FilterInputStream {
  private final long limit;
  private long count;
  private long zeros;

  UnpackedStream(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  /** How many bytes at the end, so far, are zero. */
  long zeros() {
    return zeros;
  }

  /** How many bytes came out so far. */
  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    for (int i = offset; i < offset + read; i++) {
      zeros = into[i] == 0 ? zeros + 1 : 0;
    }
    count += Math.max(0, read);
    if (count > limit) {
      throw new IOException("it unpacks to more than " + limit + " bytes");
    }
    return read;
  }

  /** Nothing is skipped unseen. */
  @Override
  public long skip(long length) throws IOException {
    byte[] seen = new byte[(int) Math.min(Math.max(length, 0), 8192)];
    long skipped = 0;
    while (skipped < length) {
      int read = read(seen, 0, (int) Math.min(seen.length, length - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
