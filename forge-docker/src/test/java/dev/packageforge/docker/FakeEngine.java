package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Listens on a socket as an engine does, and says what it was told to say, byte by byte. */
final class FakeEngine implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path socket;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What is done with a request. */
  interface Answer {
    void to(SocketChannel client) throws Exception;
  }

  FakeEngine(Path socket) throws IOException {
    this.socket = socket;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread = new Thread(this::listen, "fake-engine");
    thread.setDaemon(true);
    thread.start();
  }

  /** One that introduces itself well. */
  static FakeEngine docker(Path socket, String api) throws IOException {
    String agreed = api.equals("1.99") ? "1.51" : api;
    return new FakeEngine(socket)
        .says("GET /_ping", "200 OK", "Api-Version: " + api + "\r\n", "OK")
        .says(
            "GET /v" + agreed + "/version",
            "200 OK",
            "",
            "{\"Version\":\"27.0\",\"Os\":\"linux\",\"Arch\":\"amd64\"}")
        .says(
            "GET /v" + agreed + "/info",
            "200 OK",
            "",
            "{\"Runtimes\":{\"runc\":{}},\"DefaultRuntime\":\"runc\",\"MemoryLimit\":true,"
                + "\"SwapLimit\":true,\"PidsLimit\":true,\"CpuCfsQuota\":true,"
                + "\"CgroupVersion\":\"2\",\"SecurityOptions\":[\"name=rootless\"]}");
  }

  FakeEngine says(String request, String status, String headers, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return does(
        request,
        client ->
            write(
                client,
                "HTTP/1.1 "
                    + status
                    + "\r\n"
                    + headers
                    + "Content-Length: "
                    + bytes.length
                    + "\r\n\r\n"
                    + body));
  }

  FakeEngine does(String request, Answer answer) {
    answers.put(request, answer);
    return this;
  }

  /** Never answers. */
  FakeEngine ignores(String request) {
    return does(request, client -> closed.await());
  }

  static void write(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  /** Methods and paths, in order, without their queries. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  String address() {
    return "unix://" + socket;
  }

  private void listen() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        open.add(client);
        Thread thread = new Thread(() -> serve(client), "fake-engine-client");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      InputStream in = Channels.newInputStream(client);
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        String[] line = head.substring(0, head.indexOf('\r')).split(" ", -1);
        String request = line[0] + " " + line[1].replaceAll("\\?.*", "");
        asked.add(request);
        Answer answer = answers.get(request);
        if (answer == null) {
          write(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
        } else {
          answer.to(client);
        }
      }
    } catch (Exception e) {
      // The client hung up, which is what many tests are about.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  /** Hangs up on everybody, as an engine that is killed. */
  void hangUp() throws IOException {
    for (SocketChannel client : open) {
      client.close();
    }
    open.clear();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    hangUp();
  }
}
