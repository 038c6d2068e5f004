package dev.packageforge.gemini;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way: what the thread that reads the wire tells the thread that asked, and how the
 * latter hangs up. Any thread may hang up, at any time, more than once.
 */
final class Exchange {
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private @Nullable Call call;
  private final List<Socket> sockets = new ArrayList<>();
  private boolean hungUp;
  private boolean sent;
  private volatile Progress progress;
  private volatile Optional<Duration> retryAfter = Optional.empty();

  Exchange() {
    this.progress = new Progress(Phase.PREPARING, System.nanoTime());
  }

  /** How far a call has come. */
  enum Phase {
    /** The request is being built, and before the first one much else. */
    PREPARING,
    /** Nobody has taken the request yet. */
    CONNECTING,
    /** The request is out. */
    WAITING,
    /** The answer has begun. */
    READING
  }

  /**
   * How far, and since when nothing has changed.
   *
   * @param phase how far
   * @param sinceNanos as {@link System#nanoTime} tells it
   */
  record Progress(Phase phase, long sinceNanos) {}

  /** What is heard from the wire. */
  sealed interface Signal {
    /** A line of an answer. */
    record Line(String text) implements Signal {}

    /** The answer is over, as far as the wire can tell. */
    record Ended() implements Signal {}

    /** The answer was not a stream of events. */
    record Misread(String contentType) implements Signal {}

    /** The answer has a line, or is, longer than anybody would read. */
    record Overlong() implements Signal {}

    /** The service, or something before it, said no. */
    record Refused(int status, Optional<Duration> retryAfter, String body) implements Signal {}

    /** The connection failed. */
    record Broken(IOException cause) implements Signal {}

    /** The request could not even be sent; {@code type} is what the client library threw. */
    record Unsent(String type) implements Signal {}

    /** The call has come further, so that another patience counts. */
    record Moved() implements Signal {}

    /** Somebody hung up. */
    record HungUp() implements Signal {}
  }

  /** Tells the next signal. */
  void tell(Signal signal) {
    signals.add(signal);
  }

  /** Tells that something was heard, or that the call has come further. */
  void reached(Phase phase) {
    boolean moved = progress.phase() != phase;
    progress = new Progress(phase, System.nanoTime());
    if (moved) {
      signals.add(new Signal.Moved());
    }
  }

  /** Lets the request pass, once; false from then on. */
  synchronized boolean send() {
    if (sent) {
      return false;
    }
    sent = true;
    reached(Phase.WAITING);
    return true;
  }

  /** The request did not get through, and may pass once more. */
  synchronized void turnedBack() {
    sent = false;
  }

  /** Keeps how long the answer's header asks to wait. */
  void retryAfter(Optional<Duration> wait) {
    retryAfter = wait;
  }

  /** How long the answer's header asks to wait. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** How far the call has come. */
  Progress progress() {
    return progress;
  }

  /** The next signal; null if none comes in time. */
  @Nullable Signal next(long nanos) throws InterruptedException {
    return signals.poll(Math.max(0, nanos), NANOSECONDS);
  }

  /** Takes over the call that carries this exchange; a call that comes too late is not made. */
  void attach(Call call) {
    reached(Phase.CONNECTING);
    boolean late;
    synchronized (this) {
      this.call = call;
      late = hungUp;
    }
    if (late) {
      call.cancel();
    }
  }

  /** Takes over a socket of this call; one that comes too late is closed. */
  void opened(Socket socket) {
    boolean late;
    synchronized (this) {
      sockets.add(socket);
      late = hungUp;
    }
    if (late) {
      close(socket);
    }
  }

  /** Closes the socket, if one is open, and wakes whoever waits. */
  void hangUp() {
    Call running;
    List<Socket> open;
    synchronized (this) {
      hungUp = true;
      running = call;
      open = List.copyOf(sockets);
    }
    open.forEach(Exchange::close);
    if (running != null) {
      running.cancel();
    }
    signals.add(new Signal.HungUp());
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to close.
    }
  }
}
