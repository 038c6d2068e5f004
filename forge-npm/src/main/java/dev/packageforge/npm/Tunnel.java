package dev.packageforge.npm;

import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.SandboxException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A gateway's way into a sandbox that has no network: a relay in there listens on the sandbox's own
 * loopback device, and everything goes over its input and output. What the relay says is believed
 * as little as what any command in there says; the first word of it that makes no sense ends the
 * tunnel, and with it the way out.
 */
final class Tunnel implements AutoCloseable {
  private static final String SCRIPT =
      new String(Harness.resource("relay.mjs"), StandardCharsets.UTF_8);
  private static final int HEAD = 9;
  private static final int KEY = 16;
  private static final int LONGEST_QUESTION = 2048;
  private static final int AT_ONCE = 64;

  /** What is on its way to one asker who has not taken it. */
  private static final int WINDOW = 256 * 1024;

  private static final int PIECE = 48 * 1024;
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration SLOWEST = Duration.ofSeconds(60);

  private final NpmGateway gateway;
  private final NpmGateway.Grant grant;
  private final Companion companion;
  private final Executor threads;
  private final byte[] key = new byte[KEY];
  private final Object writing = new Object();
  private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile @Nullable IOException broken;

  private Tunnel(
      NpmGateway gateway, NpmGateway.Grant grant, Companion companion, Executor threads) {
    this.gateway = gateway;
    this.grant = grant;
    this.companion = companion;
    this.threads = threads;
    new SecureRandom().nextBytes(key);
  }

  /** What a sandbox runs at its end of a tunnel; it needs no file. */
  static Command relay() {
    return new Command(
        List.of("node", "--max-old-space-size=64", "--input-type=module", "--eval", SCRIPT),
        Map.of());
  }

  /**
   * Opens a tunnel; does not wait for the relay.
   *
   * @param grant what may be had; ends with the tunnel
   * @param companion the relay; ends with the tunnel
   */
  static Tunnel open(
      NpmGateway gateway, NpmGateway.Grant grant, Companion companion, Executor threads) {
    Tunnel tunnel = new Tunnel(gateway, grant, companion, threads);
    threads.execute(tunnel::converse);
    return tunnel;
  }

  /**
   * Where the relay listens, in the sandbox; ends with a slash. Waits until it does.
   *
   * @throws SandboxException if it does not
   */
  URI address() throws InterruptedException {
    try {
      return address.get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new SandboxException(
          "The way from the sandbox to the registry did not open.",
          "Try again; see that the sandbox has Node, and memory for one process more.",
          /* retryable= */ true,
          e);
    }
  }

  /**
   * Goes on only if every request so far came here: a relay that has ended may have left its port
   * to somebody else.
   *
   * @throws SandboxException if it has
   */
  void requireWhole() {
    if (broken != null || closed) {
      throw new SandboxException(
          "The way from the sandbox to the registry broke off.",
          "Try again.",
          /* retryable= */ true,
          broken);
    }
  }

  // ---- what the relay says ---------------------------------------------------------------------

  private void converse() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(companion.output(), 1 << 16))) {
      write('K', 0, key, key.length);
      greet(in);
      while (!closed) {
        hear(in);
      }
    } catch (IOException | RuntimeException e) {
      breakOff(e instanceof IOException trouble ? trouble : new IOException(e));
    }
  }

  /** The first word: the key that only the relay was told, and its port. */
  private void greet(DataInputStream in) throws IOException {
    ByteBuffer said = frame(in, 'H', KEY + 4, KEY + 4).payload();
    int port = said.getInt(KEY);
    boolean same = said.slice(0, KEY).equals(ByteBuffer.wrap(key));
    if (!same || port < 1 || port > 65535) {
      throw new IOException("the relay is not ours");
    }
    address.complete(URI.create("http://127.0.0.1:" + port + "/"));
  }

  private record Frame(char letter, int id, ByteBuffer payload) {}

  private static Frame frame(DataInputStream in, char expected, int least, int most)
      throws IOException {
    int letter = in.readUnsignedByte();
    int id = in.readInt();
    int length = in.readInt();
    boolean known =
        expected == 0 ? letter == 'Q' || letter == 'C' || letter == 'X' : letter == expected;
    if (!known || length < least || length > most) {
      throw new IOException("the relay says what makes no sense");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame((char) letter, id, ByteBuffer.wrap(payload));
  }

  private void hear(DataInputStream in) throws IOException {
    Frame said = frame(in, (char) 0, 0, LONGEST_QUESTION);
    Stream stream = streams.get(said.id());
    switch (said.letter()) {
      case 'Q' -> ask(said, stream);
      case 'X' -> {
        if (stream != null) {
          streams.remove(said.id());
          stream.leave();
        }
      }
      default -> {
        if (said.payload().remaining() != 4) {
          throw new IOException("the relay says what makes no sense");
        }
        if (stream != null) {
          stream.credit(said.payload().getInt());
        }
      }
    }
  }

  private void ask(Frame said, @Nullable Stream before) throws IOException {
    String text = StandardCharsets.ISO_8859_1.decode(said.payload()).toString();
    int space = text.indexOf(' ');
    if (before != null || space < 1 || streams.size() >= AT_ONCE) {
      throw new IOException("the relay asks what makes no sense");
    }
    Stream stream = new Stream(said.id());
    streams.put(said.id(), stream);
    try {
      threads.execute(() -> answer(stream, text.substring(0, space), text.substring(space + 1)));
    } catch (RejectedExecutionException e) {
      throw new IOException("the gateway is closed", e);
    }
  }

  // ---- what it is told -------------------------------------------------------------------------

  private void answer(Stream stream, String method, String target) {
    try {
      GatewayAnswer answer = gateway.answer(grant, method, target, address.join().toString());
      String head = answer.status() + " " + answer.length() + " " + answer.type();
      byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
      try (InputStream content = answer.content().open()) {
        write('A', stream.id, bytes, bytes.length);
        if (method.equals("HEAD") || copied(content, stream)) {
          streams.remove(stream.id);
          write('E', stream.id, new byte[0], 0);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      drop(stream);
    } finally {
      streams.remove(stream.id);
    }
  }

  /** Whether all of it was taken. */
  private boolean copied(InputStream content, Stream stream)
      throws IOException, InterruptedException {
    byte[] piece = new byte[PIECE];
    for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
      if (!stream.spend(read)) {
        drop(stream);
        return false;
      }
      write('B', stream.id, piece, read);
    }
    return true;
  }

  private void drop(Stream stream) {
    if (streams.remove(stream.id) != null && !closed) {
      try {
        write('X', stream.id, new byte[0], 0);
      } catch (IOException e) {
        breakOff(e);
      }
    }
  }

  private void write(char letter, int id, byte[] payload, int length) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD + length);
    frame.put((byte) letter).putInt(id).putInt(length).put(payload, 0, length);
    OutputStream out = companion.input();
    synchronized (writing) {
      out.write(frame.array());
      out.flush();
    }
  }

  /** One answer on its way. */
  private static final class Stream {
    private final int id;
    private int window = WINDOW;
    private boolean left;

    Stream(int id) {
      this.id = id;
    }

    /**
     * Waits until so much may be sent; false if nobody wants it any more, or takes it too slowly.
     */
    synchronized boolean spend(int length) throws InterruptedException {
      long end = System.nanoTime() + SLOWEST.toNanos();
      while (window < length && !left) {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
      }
      window -= length;
      return !left;
    }

    synchronized void credit(int length) throws IOException {
      if (length < 0 || length > WINDOW - window) {
        throw new IOException("the relay took more than it was sent");
      }
      window += length;
      notifyAll();
    }

    synchronized void leave() {
      left = true;
      notifyAll();
    }
  }

  // ---- end -------------------------------------------------------------------------------------

  private void breakOff(IOException trouble) {
    if (!closed) {
      broken = trouble;
    }
    address.completeExceptionally(trouble);
    end();
  }

  private void end() {
    grant.close();
    companion.close();
    List<Stream> left = List.copyOf(streams.values());
    streams.clear();
    left.forEach(Stream::leave);
    ended.complete(null);
  }

  /** Ends the relay and the grant. Calling it again does nothing. */
  @Override
  public void close() {
    closed = true;
    address.completeExceptionally(new IOException("the tunnel was closed"));
    end();
  }

  /** Is completed when the tunnel has ended, by itself or not. */
  CompletableFuture<Void> ended() {
    return ended;
  }
}
