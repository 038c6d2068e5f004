package dev.packageforge.npm.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listens on a free port of loopback; each connection has a thread. */
final class Listener implements AutoCloseable {
  private static final int BACKLOG = 256;

  /** Answers one request, or ends its connection. */
  interface Clerk {
    void serve(Incoming incoming) throws IOException;
  }

  private final ServerSocket door;
  private final Clerk clerk;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "strict-registry");
            thread.setDaemon(true);
            return thread;
          });

  Listener(Clerk clerk) throws IOException {
    this.clerk = clerk;
    this.door = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  }

  void start() {
    threads.execute(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort() + "/");
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket socket = door.accept();
        open.add(socket);
        threads.execute(() -> converse(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void converse(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
      socket.setTcpNoDelay(true);
      Incoming incoming = Incoming.read(socket, in);
      while (incoming != null) {
        clerk.serve(incoming);
        incoming = incoming.ended() ? null : Incoming.read(socket, in);
      }
    } catch (IOException gone) {
      // The other side has gone, or was sent away; the books have what it asked for.
    } finally {
      open.remove(socket);
    }
  }

  /** Ends every connection. */
  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
