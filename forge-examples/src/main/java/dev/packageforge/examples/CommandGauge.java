package dev.packageforge.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts the commands that a redis-server runs, in two ways: those that clients send, as {@code
 * MONITOR} shows them, and all of them with those inside scripts, as {@code INFO commandstats}
 * counts them. Some services bill the one, some the other. What the gauge itself sends is left out.
 *
 * <p>For one thread. The server is slower between {@link #begin} and {@link #end}, and only then.
 */
final class CommandGauge implements AutoCloseable {
  private static final Pattern SEEN =
      Pattern.compile("\\+\\S+ \\[\\d+ ([^\\]]+)\\] \"([^\"]*)\".*");
  private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),.*");

  private static final String VERSION = "redis_version:";

  /** What the gauge sends between its two questions: the first of them, and two marks. */
  private static final int OWN = 3;

  private final int port;
  private final Line asks;
  private @Nullable Line hears;
  private long before;
  private int marks;

  /**
   * What was counted.
   *
   * @param sent by clients
   * @param counted with those inside scripts
   * @param by of those sent, how many of each kind
   */
  record Count(long sent, long counted, Map<String, Long> by) {}

  private CommandGauge(int port, Line asks) {
    this.port = port;
    this.asks = asks;
  }

  /** Looks at a server on this machine. */
  static CommandGauge open(int port) {
    try {
      return new CommandGauge(port, new Line(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on commands count. */
  void begin() {
    try {
      Line ears = new Line(port);
      ears.send("MONITOR");
      ears.line();
      hears = ears;
      before = calls();
      seenUntilNow(ears);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came since {@link #begin}. */
  Count end() {
    if (hears == null) {
      throw new IllegalStateException("not begun");
    }
    SortedMap<String, Long> by = seenUntilNow(hears);
    hears.close();
    hears = null;
    long sent = by.values().stream().mapToLong(Long::longValue).sum();
    return new Count(sent, calls() - before - OWN, by);
  }

  /** Which version the server says it is. */
  String version() {
    try {
      asks.send("INFO server");
      return asks.bulk()
          .lines()
          .filter(line -> line.startsWith(VERSION))
          .map(line -> line.substring(VERSION.length()))
          .findFirst()
          .orElse("of no known version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets everything that the server holds. */
  void wipe() {
    try {
      asks.send("FLUSHALL");
      asks.line();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SortedMap<String, Long> seenUntilNow(Line ears) {
    String mark = "mark-" + ++marks;
    SortedMap<String, Long> by = new TreeMap<>();
    try {
      asks.send("ECHO " + mark);
      asks.bulk();
      for (String line = ears.line(); !line.contains(mark); line = ears.line()) {
        Matcher seen = SEEN.matcher(line);
        if (seen.matches() && !seen.group(1).equals("lua") && !asks.is(seen.group(1))) {
          by.merge(seen.group(2).toLowerCase(Locale.ROOT), 1L, Long::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return by;
  }

  private long calls() {
    try {
      asks.send("INFO commandstats");
      return asks.bulk()
          .lines()
          .map(CALLS::matcher)
          .filter(Matcher::matches)
          .mapToLong(calls -> Long.parseLong(calls.group(2)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    asks.close();
    if (hears != null) {
      hears.close();
    }
  }

  /** A connection in the plainest form that the server speaks. */
  private static final class Line implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Line(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    boolean is(String client) {
      return client.endsWith(":" + socket.getLocalPort());
    }

    void send(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
    }

    String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the server closed the connection");
        }
        line.write(next);
      }
      return line.toString(UTF_8).stripTrailing();
    }

    String bulk() throws IOException {
      String head = line();
      byte[] body = in.readNBytes(Integer.parseInt(head.substring(1)));
      line();
      return new String(body, UTF_8);
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
