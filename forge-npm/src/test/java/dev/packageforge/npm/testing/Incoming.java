package dev.packageforge.npm.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** One request on a connection (RFC 9112), and every way in which it may be answered or not. */
final class Incoming {
  private static final int MAX_LINE = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final String method;
  private final String target;
  private final Map<String, String> headers;
  private boolean bodyRead;
  private boolean ended;

  private Incoming(
      Socket socket, InputStream in, String method, String target, Map<String, String> headers) {
    this.socket = socket;
    this.in = in;
    this.method = method;
    this.target = target;
    this.headers = headers;
  }

  /** The next request; null if there is none. */
  static @Nullable Incoming read(Socket socket, InputStream in) throws IOException {
    String first = line(in);
    if (first == null || first.isEmpty()) {
      return null;
    }
    String[] parts = first.split(" ", -1);
    if (parts.length != 3 || !parts[2].equals("HTTP/1.1")) {
      throw new IOException("not a request: " + first);
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("not a header");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Incoming(socket, in, parts[0], parts[1], headers);
  }

  String method() {
    return method;
  }

  String target() {
    return target;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** All of the body, unpacked. */
  byte[] body() throws IOException {
    bodyRead = true;
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      socket
          .getOutputStream()
          .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    byte[] sent =
        headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")
            ? chunks()
            : exactly(length());
    if (headers.getOrDefault("content-encoding", "").equalsIgnoreCase("gzip")) {
      try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(sent))) {
        return unpacked.readAllBytes();
      }
    }
    return sent;
  }

  /** Reads at most this much of the body and no more. */
  int taste(int most) throws IOException {
    return exactly(Math.min(most, length())).length;
  }

  private int length() throws IOException {
    String stated = headers.getOrDefault("content-length", "0");
    try {
      return Integer.parseInt(stated);
    } catch (NumberFormatException e) {
      throw new IOException("not a length: " + stated, e);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the body is cut off");
    }
    return bytes;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      String head = line(in);
      if (head == null) {
        throw new IOException("the body is cut off");
      }
      int length = Integer.parseInt(head.split(";", 2)[0].strip(), 16);
      all.write(exactly(length));
      String end = line(in);
      if (end == null || !end.isEmpty()) {
        throw new IOException("a chunk does not end where it should");
      }
      if (length == 0) {
        return all.toByteArray();
      }
    }
  }

  /** Answers. */
  void answer(Answer answer) throws IOException {
    write(answer, 1);
  }

  /** Answers, and stops in the middle of the body. */
  void answerCut(Answer answer) throws IOException {
    write(answer, 2);
    drop();
  }

  private void write(Answer answer, int part) throws IOException {
    byte[] body = answer.body();
    boolean last = !bodyRead && length() > 0;
    StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " -\r\n");
    answer
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("content-length: ").append(body.length).append("\r\n");
    head.append("connection: ").append(last ? "close" : "keep-alive").append("\r\n\r\n");
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!method.equals("HEAD") && answer.status() != 204 && answer.status() != 304) {
      all.write(body, 0, body.length / part);
    }
    all.writeTo(out);
    out.flush();
    ended = last || headers.getOrDefault("connection", "").equalsIgnoreCase("close");
  }

  /** Ends the connection without a word. */
  void drop() throws IOException {
    ended = true;
    socket.close();
  }

  /** Ends the connection so that the other side hears of it while it still sends. */
  void reset() throws IOException {
    ended = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Whether nothing more will come on this connection. */
  boolean ended() {
    return ended;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int each = in.read(); each != '\n'; each = in.read()) {
      if (each < 0) {
        return null;
      }
      if (line.size() > MAX_LINE) {
        throw new IOException("a line is too long");
      }
      line.write(each);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
