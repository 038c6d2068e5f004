package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Answers as it is told, where no real server can be brought to. */
final class FakeServer implements AutoCloseable {
  /** What a current server answers to its greeting. */
  static final String HELLO = hello("7.0.15", "standalone");

  private final ServerSocket listener;
  private final Conversation conversation;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** What happens on one connection. */
  interface Conversation {
    void hold(InputStream in, OutputStream out) throws IOException;
  }

  private FakeServer(Conversation conversation) {
    this.conversation = conversation;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** One that does as it likes with each connection. */
  static FakeServer talking(Conversation conversation) {
    return new FakeServer(conversation);
  }

  /** One that reads commands, and answers each with what it is told, as it stands on the wire. */
  static FakeServer answering(Function<List<String>, String> answers) {
    return new FakeServer(
        (in, out) -> {
          while (true) {
            out.write(answers.apply(command(in)).getBytes(UTF_8));
            out.flush();
          }
        });
  }

  /** What a server answers to its greeting. */
  static String hello(String version, String mode) {
    return "*6\r\n"
        + bulk("version")
        + bulk(version)
        + bulk("mode")
        + bulk(mode)
        + bulk("id")
        + ":1\r\n";
  }

  /** Text as it stands on the wire. */
  static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  RedisAddress address(String user) {
    return RedisAddress.parse("redis://" + user + "127.0.0.1:" + listener.getLocalPort());
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      conversation.hold(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
    } catch (IOException e) {
      // The other side left.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "fake-redis");
    thread.setDaemon(true);
    thread.start();
  }

  private static List<String> command(InputStream in) throws IOException {
    List<String> words = new ArrayList<>();
    int count = Integer.parseInt(line(in).substring(1));
    for (int i = 0; i < count; i++) {
      int length = Integer.parseInt(line(in).substring(1));
      words.add(new String(in.readNBytes(length), UTF_8));
      line(in);
    }
    return words;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("ended");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
