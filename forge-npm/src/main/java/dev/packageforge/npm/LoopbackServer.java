package dev.packageforge.npm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of HTTP/1.1 as an npm client needs, on the loopback device (RFC 9112). The target of a
 * request is handed on as it was written; a request with a body, or with anything odd in its head,
 * ends its connection.
 */
final class LoopbackServer implements AutoCloseable {
  private static final int MAX_HEAD = 16 * 1024;
  private static final int AT_ONCE = 128;
  private static final Pattern REQUEST =
      Pattern.compile("([A-Z]{1,20}) ([!-~]{1,4096}) HTTP/1\\.([01])");
  private static final Pattern HEADER = Pattern.compile("([!-9;-~]+):[ \\t]*([ -~\\t]*)");

  private final NpmGateway gateway;
  private final NpmGateway.Grant grant;
  private final Executor threads;
  private final int patience;
  private final ServerSocket listening;
  private final URI address;
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  LoopbackServer(NpmGateway gateway, NpmGateway.Grant grant, Executor threads, Duration patience)
      throws IOException {
    this.gateway = gateway;
    this.grant = grant;
    this.threads = threads;
    this.patience = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
    this.listening = new ServerSocket();
    listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    this.address = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
    threads.execute(this::listen);
  }

  URI address() {
    return address;
  }

  private void listen() {
    while (!closed) {
      try {
        free.acquire();
        Socket socket = listening.accept();
        open.add(socket);
        threads.execute(() -> converse(socket));
      } catch (IOException | InterruptedException | RejectedExecutionException e) {
        close();
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(patience);
      InputStream in = new BufferedInputStream(socket.getInputStream(), MAX_HEAD);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
      boolean more = true;
      while (more && !closed) {
        more = exchange(in, out);
        out.flush();
      }
    } catch (IOException e) {
      // Whoever asked is gone, or never spoke HTTP.
    } catch (InterruptedException e) {
      close();
    } finally {
      open.remove(socket);
      free.release();
    }
  }

  /** One request and its answer; whether another may follow. */
  private boolean exchange(InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Line line = new Line(in);
    String first = line.next();
    if (first.isEmpty()) {
      return false;
    }
    Matcher request = REQUEST.matcher(first);
    if (!request.matches()) {
      refuse(out, "400 Bad Request");
      return false;
    }
    boolean keep = request.group(3).equals("1");
    String host = "";
    for (String text = line.next(); !text.isEmpty(); text = line.next()) {
      Matcher header = HEADER.matcher(text);
      if (!header.matches()) {
        refuse(out, "400 Bad Request");
        return false;
      }
      String value = header.group(2).strip().toLowerCase(Locale.ROOT);
      switch (header.group(1).toLowerCase(Locale.ROOT)) {
        case "host" -> host = value;
        case "connection" -> keep = !value.contains("close");
        case "content-length", "transfer-encoding" -> {
          if (!value.equals("0")) {
            refuse(out, "405 Method Not Allowed");
            return false;
          }
        }
        default -> {}
      }
    }
    // A page of the web whose host's name was made to lead here does not name this host.
    if (!host.equals(address.getAuthority())) {
      refuse(out, "421 Misdirected Request");
      return false;
    }
    GatewayAnswer answer =
        gateway.answer(grant, request.group(1), request.group(2), address.toString());
    send(answer, out, request.group(1).equals("HEAD"), keep);
    return keep;
  }

  private static void refuse(OutputStream out, String status) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void send(GatewayAnswer answer, OutputStream out, boolean headOnly, boolean keep)
      throws IOException {
    String head =
        "HTTP/1.1 "
            + answer.status()
            + " \r\nContent-Type: "
            + answer.type()
            + "\r\nContent-Length: "
            + answer.length()
            + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: "
            + (keep ? "keep-alive" : "close")
            + "\r\n\r\n";
    if (headOnly) {
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      return;
    }
    try (InputStream content = answer.content().open()) {
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      content.transferTo(out);
    }
  }

  /** Reads lines, all of one head together no longer than a head may be. */
  private static final class Line {
    private final InputStream in;
    private int read;

    Line(InputStream in) {
      this.in = in;
    }

    /** The next one; empty at the end. */
    String next() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
        if (++read > MAX_HEAD) {
          throw new TooLongException(MAX_HEAD);
        }
        line.append((char) one);
      }
      int length = line.length();
      return length > 0 && line.charAt(length - 1) == '\r'
          ? line.substring(0, length - 1)
          : line.toString();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      // The system takes them back with the process.
    }
  }
}
