package dev.packageforge.npm.testing;

import java.util.Map;
import java.util.Optional;

/**
 * A request as it arrived.
 *
 * @param method of HTTP
 * @param path as it was sent, with its question
 * @param headers by name in lower case; of a header sent twice, the last
 * @param length of the body in bytes, unpacked; what arrived of it if it was cut
 * @param body as text, if it is short; else empty
 * @param upload whether it carries a package, to be published or staged
 */
public record Recorded(
    String method,
    String path,
    Map<String, String> headers,
    long length,
    String body,
    boolean upload) {
  /** Copies the headers. */
  public Recorded {
    headers = Map.copyOf(headers);
  }

  /** The value of a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Without headers: one of them is a credential. */
  @Override
  public String toString() {
    return method + " " + path + " (" + length + " bytes)";
  }
}
