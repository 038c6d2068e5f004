package dev.packageforge.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a Redis server on loopback plainly (RESP2), so that what is judged is not judged by its own
 * client. For one thread.
 */
final class RawRedis implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Socket socket;
  private final InputStream in;

  /** The server said no. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  RawRedis(int port, String password) throws IOException {
    socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
      ask("AUTH", password);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a command.
   *
   * @return the answer's parts, in order, as text; those of lists within lists too
   */
  List<String> ask(String... words) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(UTF_8);
      command.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      command.writeBytes(bytes);
      command.writeBytes("\r\n".getBytes(UTF_8));
    }
    socket.getOutputStream().write(command.toByteArray());
    List<String> parts = new ArrayList<>();
    read(parts);
    return parts;
  }

  long number(String... words) throws IOException {
    return Long.parseLong(ask(words).get(0));
  }

  private void read(List<String> parts) throws IOException {
    String line = line();
    String rest = line.substring(1);
    switch (line.charAt(0)) {
      case '-' -> throw new Refused(rest);
      case '$' -> {
        int length = Integer.parseInt(rest);
        if (length >= 0) {
          byte[] bytes = in.readNBytes(length + 2);
          parts.add(new String(bytes, 0, length, UTF_8));
        }
      }
      case '*' -> {
        for (int left = Integer.parseInt(rest); left > 0; left--) {
          read(parts);
        }
      }
      default -> parts.add(rest);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.write(c);
    }
    if (in.read() != '\n') {
      throw new IOException("not the end of a line");
    }
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
