package dev.packageforge.gemini;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A server of plain sockets, for what no HTTP server would do. */
final class RawServer implements Closeable {
  /** What is done with one connection, in a thread of its own, after its request was read. */
  @FunctionalInterface
  interface Handler {
    void handle(Socket socket) throws IOException;
  }

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final Object change = new Object();
  private int hungUp;
  private long lastHungUpNanos;
  private final Handler handler;
  private final boolean reads;

  private RawServer(boolean reads, Handler handler) {
    this.reads = reads;
    this.handler = handler;
    try {
      this.server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept, "raw-server");
  }

  /** Reads each request, then does this. */
  static RawServer answering(Handler handler) {
    return new RawServer(true, handler);
  }

  /** Takes connections and says nothing at all. */
  static RawServer mute() {
    return new RawServer(false, socket -> socket.getInputStream().readAllBytes());
  }

  /** Says this before it was asked anything. */
  static RawServer blurting(String text) {
    return new RawServer(false, socket -> write(socket, text));
  }

  /** Begins an answer, then waits until the other side hangs up, and counts that. */
  static RawServer stalling(String events) {
    RawServer[] self = new RawServer[1];
    self[0] =
        answering(
            socket -> {
              write(socket, HEAD + events);
              self[0].awaitEnd(socket);
            });
    return self[0];
  }

  static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** Begins an answer with these events, then breaks the connection hard. */
  static RawServer resetting(String events) {
    return answering(
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
          write(socket, "Content-Length: 100000\r\n\r\n" + events);
        });
  }

  /** How many requests were read. */
  int requests() {
    return requests.get();
  }

  private void awaitEnd(Socket socket) {
    try {
      socket.getInputStream().read();
    } catch (IOException reset) {
      // That is an end as well.
    }
    synchronized (change) {
      lastHungUpNanos = System.nanoTime();
      hungUp++;
      change.notifyAll();
    }
  }

  /** When the other side was last seen to hang up. */
  long lastHungUpNanos() {
    synchronized (change) {
      return lastHungUpNanos;
    }
  }

  /** Waits until the other side has hung up so often. */
  void awaitHungUp(int times) throws InterruptedException {
    await(() -> hungUp >= times);
  }

  /** Waits until somebody has connected. */
  void awaitConnection() throws InterruptedException {
    await(() -> !open.isEmpty());
  }

  /** Waits until no connection is left. */
  void awaitNoConnection() throws InterruptedException {
    await(open::isEmpty);
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    synchronized (change) {
      while (!condition.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("waited in vain");
        }
        change.wait(left);
      }
    }
  }

  URI address(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        add(socket);
        start(() -> serve(socket), "raw-connection");
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void add(Socket socket) {
    synchronized (change) {
      open.add(socket);
      change.notifyAll();
    }
  }

  private void remove(Socket socket) {
    synchronized (change) {
      open.remove(socket);
      change.notifyAll();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (!reads || readRequest(socket.getInputStream())) {
        requests.incrementAndGet();
        handler.handle(socket);
      }
    } catch (IOException gone) {
      // The other side is free to go.
    } finally {
      remove(socket);
    }
  }

  private static boolean readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return false;
      }
      head.write(b);
    }
    for (String line : head.toString(ISO_8859_1).split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        in.skipNBytes(Long.parseLong(line.substring(15).strip()));
      }
    }
    return true;
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
