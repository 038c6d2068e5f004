package dev.packageforge.examples.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A network between clients and one server on loopback, as bad as it is told to be. The nth
 * connection always has the same luck; which connection is the nth is the clients' doing. Safe for
 * use by many threads.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(redisPort, 42, Faults.ROUGH)) {
 *   connectTo(proxy.port());
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {
  static final int PIECES = 10_000;

  private static final int BUFFER = 16 * 1024;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int LONGEST_LATENCY = 40;
  private static final int LONGEST_STALL = 2_000;
  private static final int SMALL_PIECES = 24;

  /** What can happen to a piece of data. */
  public enum Kind {
    /** It comes late. */
    LATENCY,
    /** It comes very late. */
    STALL,
    /** It comes in bits. */
    CHUNK,
    /** The server never sees it. */
    LOST_REQUEST,
    /** The client never sees it. */
    LOST_REPLY,
    /** Half of it comes, then the connection ends. */
    CUT,
    /** The connection is torn down. */
    RESET
  }

  private final int target;
  private final long seed;
  private final ServerSocket door;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final Map<Kind, Integer> count = new ConcurrentHashMap<>();
  private final Runnable trouble;
  private volatile Faults faults;

  private FaultProxy(int target, long seed, Faults faults, Runnable trouble) throws IOException {
    this.target = target;
    this.seed = seed;
    this.faults = faults;
    this.trouble = trouble;
    this.door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
  }

  /** A proxy to a port on loopback, which need not be open yet. */
  public static FaultProxy to(int port, long seed, Faults faults) {
    return to(port, seed, faults, () -> {});
  }

  /** One that tells when something goes wrong that a client may notice. */
  static FaultProxy to(int port, long seed, Faults faults, Runnable trouble) {
    try {
      FaultProxy proxy = new FaultProxy(port, seed, faults, trouble);
      proxy.start("door", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port on loopback can be opened", e);
    }
  }

  /** Where clients connect. */
  public int port() {
    return door.getLocalPort();
  }

  /** From now on it is this bad, for open connections too. */
  public void be(Faults now) {
    faults = now;
  }

  /** How often this has happened. */
  public int count(Kind kind) {
    return count.getOrDefault(kind, 0);
  }

  /** How often anything has happened. */
  public int count() {
    return count.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Connections opened so far. */
  public int opened() {
    return opened.get();
  }

  /** All open connections stay open, and nothing passes through them any more. */
  public void silence() {
    links.forEach(link -> link.silent = true);
  }

  /** All open connections are torn down. */
  public void reset() {
    links.forEach(Link::reset);
  }

  private void start(String name, Runnable task) {
    Thread thread = new Thread(task, "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket client = door.accept();
        int number = opened.incrementAndGet();
        start("" + number, () -> connect(client, number));
      } catch (IOException e) {
        if (closed.getCount() == 0) {
          return;
        }
      }
    }
  }

  private void connect(Socket client, int number) {
    Socket server = new Socket();
    Link link = new Link(client, server);
    links.add(link);
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
      SplittableRandom luck = new SplittableRandom(seed * 31 + number);
      SplittableRandom back = luck.split();
      if (closed.getCount() == 0) {
        link.reset();
      }
      start(number + "-back", () -> pump(link, server, client, back, false));
      pump(link, client, server, luck, true);
    } catch (IOException e) {
      link.reset(); // nobody listens there now, and the client shall see it
    }
  }

  private void pump(Link link, Socket from, Socket to, SplittableRandom luck, boolean request) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!link.silent) {
          pass(link, buffer, n, out, luck, request);
        }
      }
    } catch (IOException e) {
      return; // what follows is the same as after an orderly end
    } finally {
      link.ended(request);
    }
  }

  private void pass(
      Link link, byte[] piece, int length, OutputStream out, SplittableRandom luck, boolean request)
      throws IOException {
    Kind kind = next(luck, request);
    if (kind == null) {
      out.write(piece, 0, length);
      return;
    }
    count.merge(kind, 1, Integer::sum);
    if (kind != Kind.LATENCY && kind != Kind.CHUNK) {
      trouble.run();
    }
    switch (kind) {
      case LATENCY -> late(piece, length, out, luck.nextInt(LONGEST_LATENCY));
      case STALL -> late(piece, length, out, luck.nextInt(LONGEST_STALL));
      case CHUNK -> inBits(piece, length, out, luck);
      case LOST_REQUEST, LOST_REPLY -> link.silent = true;
      case CUT -> {
        out.write(piece, 0, luck.nextInt(length));
        link.close();
      }
      case RESET -> link.reset();
    }
  }

  private @Nullable Kind next(SplittableRandom luck, boolean request) {
    Faults now = faults;
    int left = luck.nextInt(PIECES);
    for (Kind kind : Kind.values()) {
      boolean possible = request ? kind != Kind.LOST_REPLY : kind != Kind.LOST_REQUEST;
      left -= possible ? now.of(kind) : 0;
      if (left < 0) {
        return kind;
      }
    }
    return null;
  }

  private void late(byte[] piece, int length, OutputStream out, int millis) throws IOException {
    await(millis);
    out.write(piece, 0, length);
  }

  private static void inBits(byte[] piece, int length, OutputStream out, SplittableRandom luck)
      throws IOException {
    int done = 0;
    for (int bits = 0; bits < SMALL_PIECES && done < length; bits++) {
      int bit = Math.min(1 + luck.nextInt(8), length - done);
      out.write(piece, done, bit);
      out.flush();
      done += bit;
    }
    out.write(piece, done, length - done);
  }

  private void await(int millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tears down what is open, and listens no more. */
  @Override
  public void close() {
    closed.countDown();
    quietly(door);
    reset();
  }

  private static void quietly(Closeable open) {
    try {
      open.close();
    } catch (IOException e) {
      return; // it is as closed as it gets
    }
  }

  /** One client's connection and ours to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void close() {
      links.remove(this);
      quietly(client);
      quietly(server);
    }

    /** One side has gone. A client that is not answered any more must find out by itself. */
    void ended(boolean byClient) {
      if (silent && !byClient) {
        quietly(server);
      } else {
        close();
      }
    }

    void reset() {
      links.remove(this);
      try {
        client.setSoLinger(true, 0);
        server.setSoLinger(true, 0);
      } catch (IOException e) {
        quietly(client); // it was closed by the other side meanwhile
      }
      quietly(client);
      quietly(server);
    }
  }
}
