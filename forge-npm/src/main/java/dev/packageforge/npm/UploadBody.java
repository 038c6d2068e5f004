package dev.packageforge.npm;

import dev.packageforge.PackedArtifact;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * The document that publishes an artifact. The artifact is turned into Base64 while it is sent,
 * never held a second time; and it is sent once: nobody can ask for it again.
 */
final class UploadBody extends RequestBody {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int CHUNK = 48 * 1024; // a multiple of three, so that no chunk is padded

  private final byte[] before;
  private final PackedArtifact packed;
  private final byte[] after;

  /**
   * The document.
   *
   * @param before what comes before the artifact
   * @param after what comes after it
   */
  UploadBody(byte[] before, PackedArtifact packed, byte[] after) {
    this.before = before;
    this.packed = packed;
    this.after = after;
  }

  @Override
  public MediaType contentType() {
    return JSON;
  }

  @Override
  public long contentLength() {
    return before.length + (packed.artifact().size() + 2) / 3 * 4 + after.length;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(before);
    byte[] plain = new byte[(int) Math.min(CHUNK, Math.max(1, packed.artifact().size()))];
    byte[] coded = new byte[(plain.length + 2) / 3 * 4];
    InputStream in = packed.open();
    for (int n = in.readNBytes(plain, 0, plain.length); n > 0; ) {
      byte[] chunk = n == plain.length ? plain : java.util.Arrays.copyOf(plain, n);
      sink.write(coded, 0, Base64.getEncoder().encode(chunk, coded));
      n = in.readNBytes(plain, 0, plain.length);
    }
    sink.write(after);
  }
}
