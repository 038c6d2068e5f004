package dev.packageforge.npm;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;

/**
 * Sends requests and waits for their answers. Each is sent once: no redirect is followed, nothing
 * is repeated, and what changes something goes out on a connection of its own, so that none which
 * has gone stale can swallow it. Only a look-up whose kept connection turned out to be dead is
 * asked again, on a new one.
 *
 * <p>The waiting thread can be interrupted at any time; the request is then abandoned.
 */
final class Wire implements AutoCloseable {
  /** What is read of an answer that is not expected to be long. */
  static final int SHORT_ANSWER = 1024 * 1024;

  private static final String RETRY_AFTER = "Retry-After";
  private static final int AT_ONCE = 64;
  private static final Duration KEPT = Duration.ofSeconds(30);

  private final ExecutorService threads = Executors.newCachedThreadPool(Wire::daemon);
  private final Dispatcher dispatcher = new Dispatcher(threads);
  private final OkHttpClient looking;
  private final OkHttpClient changing;

  Wire(OkHttpClient.Builder base) {
    dispatcher.setMaxRequests(AT_ONCE);
    dispatcher.setMaxRequestsPerHost(AT_ONCE);
    looking =
        base.dispatcher(dispatcher)
            .protocols(List.of(Protocol.HTTP_1_1))
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .connectionPool(new ConnectionPool(AT_ONCE, KEPT.toSeconds(), TimeUnit.SECONDS))
            .eventListenerFactory(Journey::of)
            .addNetworkInterceptor(Wire::once)
            .build();
    changing =
        looking.newBuilder().connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS)).build();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "npm-registry");
    thread.setDaemon(true);
    return thread;
  }

  /** Makes something of an answer while it comes in. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Response response, Headers headers) throws IOException;
  }

  /**
   * An answer that was read.
   *
   * @param status as HTTP has it
   * @param headers as they came
   * @param body as much of it as was wanted
   */
  record Heard(int status, Headers headers, ByteString body) {
    /** A header; empty if there is none. */
    String header(String name) {
      String value = headers.get(name);
      return value == null ? "" : value;
    }
  }

  /** Reads at most {@code most} bytes of an answer; more is an error. */
  static Reader<Heard> whole(int most) {
    return (response, headers) -> {
      try (InputStream in = response.body().byteStream()) {
        byte[] body = in.readNBytes(most);
        if (in.read() >= 0) {
          throw new TooLongException(most);
        }
        return new Heard(response.code(), headers, ByteString.of(body));
      }
    };
  }

  /**
   * Asks something that changes nothing.
   *
   * @param longest how long it may take as a whole
   */
  <T> T look(Request request, Duration longest, Reader<T> reader)
      throws WireException, InterruptedException {
    Journey first = new Journey();
    try {
      return send(looking, request, longest, reader, first);
    } catch (WireException e) {
      if (!first.wasOnAKeptConnection()) {
        throw e;
      }
      looking.connectionPool().evictAll();
      return send(looking, request, longest, reader, new Journey());
    }
  }

  /**
   * Asks for a change, once.
   *
   * @param longest how long it may take as a whole
   */
  Heard change(Request request, Duration longest) throws WireException, InterruptedException {
    return send(changing, request, longest, whole(SHORT_ANSWER), new Journey());
  }

  private static <T> T send(
      OkHttpClient client, Request request, Duration longest, Reader<T> reader, Journey journey)
      throws WireException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the registry was asked");
    }
    Call call = client.newCall(request.newBuilder().tag(Journey.class, journey).build());
    call.timeout().timeout(longest.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<T> answer = new CompletableFuture<>();
    call.enqueue(new Answer<>(answer, reader, journey));
    try {
      return answer.get();
    } catch (InterruptedException e) {
      call.cancel();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException trouble) {
        throw new WireException(journey.begun, trouble);
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      // Of our own making: a reader that could not read what it got.
      throw new WireException(journey.begun, new IOException("the answer cannot be read", e));
    }
  }

  /**
   * The innermost interceptor: it sees a request that has a connection. The header that makes
   * OkHttp ask again at once is taken away and kept.
   */
  private static Response once(Interceptor.Chain chain) throws IOException {
    Journey journey = Journey.of(chain.request());
    if (chain.call().isCanceled()) {
      throw new IOException("cancelled");
    }
    if (journey.begun && !journey.stoppedAtTheProxy) {
      throw new IOException("the HTTP client wanted to send it twice");
    }
    journey.begun = true;
    Response response = chain.proceed(chain.request());
    journey.stoppedAtTheProxy = response.code() == 407;
    journey.retryAfter = Optional.ofNullable(response.header(RETRY_AFTER));
    return response.newBuilder().removeHeader(RETRY_AFTER).build();
  }

  /** Abandons what is under way. */
  @Override
  public void close() {
    dispatcher.cancelAll();
    threads.shutdown();
    looking.connectionPool().evictAll();
  }

  /** How far one request has come. Written by the thread that carries it. */
  private static final class Journey extends okhttp3.EventListener {
    private volatile boolean dialled;
    private volatile boolean begun;
    private volatile boolean stoppedAtTheProxy;
    private volatile boolean answered;
    private volatile Optional<String> retryAfter = Optional.empty();

    static Journey of(Call call) {
      return of(call.request());
    }

    static Journey of(Request request) {
      Journey journey = request.tag(Journey.class);
      if (journey == null) {
        throw new IllegalStateException("a request that nobody sent");
      }
      return journey;
    }

    boolean wasOnAKeptConnection() {
      return begun && !dialled && !answered;
    }

    @Override
    public void connectStart(Call call, java.net.InetSocketAddress address, java.net.Proxy proxy) {
      dialled = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      answered = true;
    }
  }

  /** Hands an answer to whoever waits. */
  private static final class Answer<T> implements Callback {
    private final CompletableFuture<T> waiting;
    private final Reader<T> reader;
    private final Journey journey;

    Answer(CompletableFuture<T> waiting, Reader<T> reader, Journey journey) {
      this.waiting = waiting;
      this.reader = reader;
      this.journey = journey;
    }

    @Override
    public void onFailure(Call call, IOException e) {
      waiting.completeExceptionally(e);
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        waiting.complete(reader.read(response, headers(response)));
      } catch (IOException | RuntimeException | Error e) {
        waiting.completeExceptionally(e);
      }
    }

    private Headers headers(Response response) {
      Headers.Builder headers = response.headers().newBuilder();
      journey.retryAfter.ifPresent(wait -> headers.set(RETRY_AFTER, wait));
      return headers.build();
    }
  }
}
