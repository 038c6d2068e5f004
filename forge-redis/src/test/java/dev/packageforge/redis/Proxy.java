package dev.packageforge.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A link to a server that fails as links do. Connections stay open whatever happens. */
final class Proxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answersToDrop = new AtomicInteger();
  private volatile boolean silent;

  Proxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  RedisAddress address() {
    return RedisAddress.parse("redis://127.0.0.1:" + listener.getLocalPort());
  }

  /** Passes nothing on any more, in either direction, and nobody is told. */
  void silence() {
    silent = true;
  }

  /** Passes on what comes from now on. */
  void speak() {
    silent = false;
  }

  /** Loses the next answer. */
  void dropAnswer() {
    answersToDrop.incrementAndGet();
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
        connect(listener.accept());
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket near) throws IOException {
    open.add(near);
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(far);
      start(() -> pump(near, far, false));
      start(() -> pump(far, near, true));
    } catch (ConnectException e) {
      near.close();
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        boolean dropped = answers && answersToDrop.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (!silent && !dropped) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    } catch (IOException e) {
      // One side left.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
