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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model and a registry as small HTTP servers on loopback, which keep the books and misbehave as
 * the seed says: the nth call about a thing always meets the same trouble.
 */
final class Doubles implements AutoCloseable {
  static final String RUN = "Chaos-Run";
  static final String STEP = "Chaos-Step";
  static final String MARKER = "Chaos-Marker";
  static final String WORKER = "Chaos-Worker";

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final int HUNDRED = 100;

  private final Books books;
  private final long seed;
  private final boolean faults;
  private final Clock clock;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Doubles::daemon);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> awaited = new ConcurrentHashMap<>();

  Doubles(Books books, long seed, boolean faults, Clock clock) {
    this.books = books;
    this.seed = seed;
    this.faults = faults;
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
    tell(name);
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

  /** Whoever waits for it hears the next call about this package. */
  CountDownLatch nextCall(String name) {
    CountDownLatch latch = new CountDownLatch(1);
    awaited.put(name, latch);
    return latch;
  }

  private void tell(String name) {
    CountDownLatch latch = awaited.remove(name);
    if (latch != null) {
      latch.countDown();
    }
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
    boolean busy = happens(dice, 10);
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
    server.stop(0);
    threads.shutdownNow();
  }
}
