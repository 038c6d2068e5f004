package dev.packageforge.npm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a gateway says to a request.
 *
 * @param status as HTTP has it
 * @param type of the content
 * @param length of the content, in bytes
 * @param content the bytes, to be read once
 */
record GatewayAnswer(int status, String type, long length, Content content) {
  static final String DOCUMENT = "application/vnd.npm.install-v1+json";
  static final String JSON = "application/json";
  static final String BYTES = "application/octet-stream";

  /** Bytes that are somewhere. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  static GatewayAnswer of(String type, byte[] content) {
    return of(200, type, content);
  }

  static GatewayAnswer of(KeptTarball tarball) {
    return new GatewayAnswer(200, BYTES, tarball.length(), tarball::open);
  }

  /** A refusal as npm shows it to people. */
  static GatewayAnswer of(GatewayRefusal refusal) {
    String text =
        PackumentReader.JSON.createObjectNode().put("error", refusal.sentence()).toString();
    return of(refusal.status(), JSON, text.getBytes(StandardCharsets.UTF_8));
  }

  private static GatewayAnswer of(int status, String type, byte[] content) {
    return new GatewayAnswer(status, type, content.length, () -> new ByteArrayInputStream(content));
  }
}
