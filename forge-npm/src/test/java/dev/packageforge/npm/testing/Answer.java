package dev.packageforge.npm.testing;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a registry says. Immutable. */
public final class Answer {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * An answer.
   *
   * @param status of HTTP, 200 to 599
   * @param headers by name; length and connection are added when it is sent
   * @param body as it is sent
   */
  public Answer(int status, Map<String, String> headers, byte[] body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("not the status of an answer: " + status);
    }
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    this.status = status;
    this.headers = Map.copyOf(lower);
    this.body = body.clone();
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  /** The headers by name in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** A copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  /** An answer with this text as JSON. */
  public static Answer json(int status, String json) {
    return new Answer(
        status, Map.of("content-type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
  }

  /** An answer that says what went wrong, as registries do. */
  public static Answer error(int status, String sentence) {
    return json(status, Json.object().put("error", sentence).toString());
  }

  /** An answer without a body. */
  public static Answer empty(int status) {
    return new Answer(status, Map.of(), new byte[0]);
  }

  /** The same with one more header. */
  public Answer with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header.toLowerCase(Locale.ROOT), value);
    return new Answer(status, more, body);
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Answer[" + status + ", " + headers + ", " + body.length + " bytes]";
  }
}
