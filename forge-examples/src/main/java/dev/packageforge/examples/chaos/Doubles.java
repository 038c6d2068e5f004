package dev.packageforge.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.packageforge.PackageId;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A model and a registry as small HTTP servers on loopback, which keep the books and misbehave as
 * the seed says: the nth call about a thing always meets the same trouble.
 */
final class Doubles implements AutoCloseable {
  static final String RUN = "Chaos-Run";
  static final String STEP = "Chaos-Step";
  static final String MARKER = "Chaos-Marker";
  static final String WORKER = "Chaos-Worker";

  /** What is heard of a worker that begins. */
  static final String UP = "up";

  static final String UP_PATH = "/up/";

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final int HUNDRED = 100;

  private final Books books;
  private final long seed;
  private final boolean faults;
  private final int busyFor;
  private final Clock clock;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Doubles::daemon);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  Doubles(Books books, long seed, boolean faults, Clock clock) {
    this(books, seed, faults, Integer.MAX_VALUE, clock);
  }

  /**
   * Begins to listen.
   *
   * @param busyFor up to this number, requests may meet a registry that answers 503; whoever does
   *     rests for half a minute or more
   */
  Doubles(Books books, long seed, boolean faults, int busyFor, Clock clock) {
    this.books = books;
    this.seed = seed;
    this.faults = faults;
    this.busyFor = busyFor;
    this.clock = clock;
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), HUNDRED);
    } catch (IOException e) {
      throw new UncheckedIOException("no port on loopback can be opened", e);
    }
    server.setExecutor(threads);
    server.createContext("/model", exchange -> guarded(exchange, this::model));
    server.createContext("/registry/", exchange -> guarded(exchange, this::registry));
    server.createContext(UP_PATH, exchange -> guarded(exchange, this::up));
    server.start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "chaos-double");
    thread.setDaemon(true);
    return thread;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private static void guarded(HttpExchange exchange, Answer answer) throws IOException {
    // Closing without an answer closes the connection: the caller cannot know what happened.
    try (exchange) {
      answer.to(exchange);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private SplittableRandom dice(String what) {
    int turn = turns.computeIfAbsent(what, w -> new AtomicInteger()).incrementAndGet();
    return new SplittableRandom(seed ^ ((long) what.hashCode() << 20) ^ turn);
  }

  private boolean happens(SplittableRandom dice, int percent) {
    return dice.nextInt(HUNDRED) < percent && faults;
  }

  private void thinkAsLongAsAsked() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delay(int millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The model

  private void model(HttpExchange exchange) throws IOException {
    RunId run = new RunId(header(exchange, RUN));
    String step = header(exchange, STEP);
    String worker = header(exchange, WORKER);
    String name = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    SplittableRandom dice = dice(name + step);
    boolean drops = happens(dice, 5);
    boolean busy = !drops && happens(dice, 3);
    books.called(run, new Books.ModelCall(step, worker, clock.millis(), !drops && !busy));
    heard.add(new Heard(step, name, worker, System.nanoTime()));
    thinkAsLongAsAsked();
    if (happens(dice, 5)) {
      delay(200 + dice.nextInt(600));
    } else {
      delay(dice.nextInt(10));
    }
    if (drops) {
      books.fault(worker, clock.millis());
      return;
    }
    if (busy) {
      books.fault(worker, clock.millis());
      answer(exchange, UNAVAILABLE, "");
      return;
    }
    answer(exchange, OK, ChaosReplies.reply(Fate.of(seed, name), step, header(exchange, MARKER)));
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
        .orElseThrow(() -> new IllegalArgumentException("no header " + name));
  }

  /**
   * Something arrived.
   *
   * @param what the step that was asked for, or {@link #UP}
   * @param nanos when, as {@code System.nanoTime} has it
   */
  record Heard(String what, String name, String worker, long nanos) {}

  /**
   * Waits for something to arrive, and forgets what arrived before.
   *
   * @throws IllegalStateException if it does not in this time
   */
  Heard await(Predicate<Heard> wanted, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Heard next = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new IllegalStateException("nothing came within " + patience.toSeconds() + " s");
      }
      if (wanted.test(next)) {
        return next;
      }
    }
  }

  /** From now on the model thinks until it is told to answer. */
  void think() {
    gate = new CountDownLatch(1);
  }

  /** Whoever waits for the model is answered. */
  void answerNow() {
    gate.countDown();
  }

  private void up(HttpExchange exchange) throws IOException {
    String worker = exchange.getRequestURI().getPath().substring(UP_PATH.length());
    heard.add(new Heard(UP, "", worker, System.nanoTime()));
    answer(exchange, OK, "");
  }

  // The registry

  private void registry(HttpExchange exchange) throws IOException {
    List<String> path = List.of(exchange.getRequestURI().getPath().split("/"));
    PackageId id = new PackageId(path.get(2), path.get(3));
    if (exchange.getRequestMethod().equals("PUT")) {
      put(exchange, id);
    } else {
      get(exchange, id);
    }
  }

  private void put(HttpExchange exchange, PackageId id) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Sha512 digest = Sha512.of(body);
    SplittableRandom dice = dice("put " + id);
    boolean busy = happens(dice, 10) && Fate.of(seed, id.name()).number() <= busyFor;
    boolean drops = happens(dice, 20);
    boolean room = books.arrives(id, digest, clock.millis());
    if (busy) {
      answer(exchange, UNAVAILABLE, "");
      return;
    }
    if (room) {
      books.store(id, digest);
    }
    if (drops) {
      books.droppedAnswer();
      return;
    }
    answer(exchange, room ? CREATED : CONFLICT, "");
  }

  private void get(HttpExchange exchange, PackageId id) throws IOException {
    SplittableRandom dice = dice("get " + id);
    if (happens(dice, 2)) {
      answer(exchange, UNAVAILABLE, "");
    } else if (!happens(dice, 2)) {
      Optional<Sha512> digest = books.stored(id);
      answer(exchange, digest.isEmpty() ? NOT_FOUND : OK, digest.map(Sha512::hex).orElse(""));
    }
  }

  @Override
  public void close() {
    closed.countDown();
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
