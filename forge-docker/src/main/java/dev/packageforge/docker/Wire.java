package dev.packageforge.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.packageforge.Text;
import dev.packageforge.sandbox.SandboxException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one engine, and our own deadline on each of them: the transport has none on a unix
 * socket. A request runs on a thread of ours, which is interrupted, and so freed, when its time is
 * up. What is asked and answered goes over other connections than what stays open, so that streams
 * can never starve the calls that end them.
 */
final class Wire implements AutoCloseable {
  private static final int LARGEST_ANSWER = 32 * 1024 * 1024;
  private static final int FIRST_ERROR = 400;

  private final EngineAddress address;
  private final ExecutorService threads;
  private final DockerHttpClient calls;
  private final DockerHttpClient streams;

  Wire(EngineAddress address, @Nullable SSLContext tls, Duration connect, ExecutorService threads) {
    this.address = address;
    this.threads = threads;
    this.calls = client(address, tls, connect);
    this.streams = client(address, tls, connect);
  }

  private static DockerHttpClient client(
      EngineAddress address, @Nullable SSLContext tls, Duration connect) {
    ZerodepDockerHttpClient.Builder builder =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(address.uri())
            .connectionTimeout(connect)
            .maxConnections(Integer.MAX_VALUE);
    if (tls != null) {
      builder.sslConfig(() -> tls);
    }
    return builder.build();
  }

  /**
   * What an engine answered.
   *
   * @param status of HTTP
   * @param body as far as it is JSON
   * @param version the {@code Api-Version} header; may be missing
   * @param libpod the {@code Libpod-API-Version} header, which Podman alone sends
   */
  record Reply(int status, JsonNode body, @Nullable String version, @Nullable String libpod) {
    boolean ok() {
      return status < FIRST_ERROR;
    }
  }

  /**
   * Something to ask.
   *
   * @param method of HTTP
   * @param path with its query
   * @param type of the body
   * @param body null for none
   */
  record Ask(String method, String path, String type, @Nullable InputStream body) {
    static Ask of(String method, String path) {
      return new Ask(method, path, "", null);
    }

    static Ask json(String method, String path, byte[] json) {
      return new Ask(method, path, "application/json", new ByteArrayInputStream(json));
    }
  }

  /** What is done with an answer while it arrives. */
  interface Reading<T> {
    T read(Response response) throws IOException;
  }

  /** Asks and reads the whole answer. The deadline is of both. */
  Reply call(Ask ask, Duration limit) throws InterruptedException {
    return within(ask, limit, Wire::whole);
  }

  /** As {@link #call}, not to be interrupted: for what cleans up. Keeps the interrupt for later. */
  Reply callThrough(Ask ask, Duration limit) {
    return through(ask, limit, Wire::whole);
  }

  <T> T within(Ask ask, Duration limit, Reading<T> reading) throws InterruptedException {
    Future<T> answer = submit(() -> exchange(ask, reading));
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw silent(ask, limit);
    } catch (ExecutionException e) {
      throw lost(ask, e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  <T> T through(Ask ask, Duration limit, Reading<T> reading) {
    Future<T> answer = submit(() -> exchange(ask, reading));
    long end = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          throw silent(ask, limit);
        } catch (ExecutionException e) {
          throw lost(ask, e.getCause());
        }
      }
    } finally {
      answer.cancel(true);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * As {@link #call}, for what makes something: if nobody waits any more when the answer comes,
   * because of the deadline or an interrupt, it is handed to {@code orphan}.
   */
  Reply make(Ask ask, Duration limit, Consumer<Reply> orphan) throws InterruptedException {
    AtomicBoolean settled = new AtomicBoolean();
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    inBackground(
        () -> {
          try {
            Reply reply = exchange(ask, Wire::whole);
            answer.complete(reply);
            if (!settled.compareAndSet(false, true)) {
              orphan.accept(reply);
            }
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (settled.compareAndSet(false, true)) {
        throw silent(ask, limit);
      }
    } catch (InterruptedException e) {
      if (settled.compareAndSet(false, true)) {
        throw e;
      }
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw lost(ask, e.getCause());
    }
    return answer.join();
  }

  /**
   * Opens a pipe in both directions.
   *
   * @throws Refusal if the engine answers with an error
   */
  Conversation converse(Ask ask, Duration limit) throws InterruptedException, Refusal {
    Feed feed = new Feed();
    Conversation conversation = new Conversation(open(ask, limit, feed), feed);
    boolean ready = false;
    try {
      feed.awaitReader(limit);
      ready = true;
      return conversation;
    } finally {
      if (!ready) {
        conversation.close();
      }
    }
  }

  /** Opens a stream that is only read. */
  Response listen(Ask ask, Duration limit) throws InterruptedException, Refusal {
    return open(ask, limit, null);
  }

  private Response open(Ask ask, Duration limit, @Nullable Feed feed)
      throws InterruptedException, Refusal {
    AtomicBoolean taken = new AtomicBoolean();
    CompletableFuture<Response> opened = new CompletableFuture<>();
    Future<?> asking =
        submit(
            () -> {
              try {
                Response response = streams.execute(request(ask, feed));
                opened.complete(response);
                if (!taken.compareAndSet(false, true)) {
                  response.close();
                }
              } catch (RuntimeException e) {
                opened.completeExceptionally(e);
              }
              return null;
            });
    Response response;
    try {
      response = opened.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp(taken, opened, asking, feed);
      throw silent(ask, limit);
    } catch (InterruptedException e) {
      giveUp(taken, opened, asking, feed);
      throw e;
    } catch (ExecutionException e) {
      giveUp(taken, opened, asking, feed);
      throw lost(ask, e.getCause());
    }
    if (response.getStatusCode() >= FIRST_ERROR) {
      try {
        throw new Refusal(within(response, limit));
      } finally {
        giveUp(new AtomicBoolean(true), opened, asking, feed);
      }
    }
    return response;
  }

  private Reply within(Response response, Duration limit) throws InterruptedException {
    Future<Reply> reading = submit(() -> whole(response));
    try {
      return reading.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return new Reply(response.getStatusCode(), MissingNode.getInstance(), null, null);
    } finally {
      reading.cancel(true);
    }
  }

  private static void giveUp(
      AtomicBoolean taken,
      CompletableFuture<Response> opened,
      Future<?> asking,
      @Nullable Feed feed) {
    if (feed != null) {
      feed.breakOff();
    }
    asking.cancel(true);
    if (!taken.compareAndSet(false, true) && !opened.isCompletedExceptionally()) {
      opened.join().close();
    }
  }

  /** Runs something on a thread of this wire's. */
  void inBackground(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  private <T> Future<T> submit(Callable<T> work) {
    try {
      return threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  private SandboxException closed(RejectedExecutionException cause) {
    return new SandboxException(
        "The connection to the engine at " + address + " is closed.",
        "Use a sandbox before it is closed.",
        false,
        cause);
  }

  private <T> T exchange(Ask ask, Reading<T> reading) throws IOException {
    try (Response response = calls.execute(request(ask, null))) {
      return reading.read(response);
    }
  }

  private static Request request(Ask ask, @Nullable Feed feed) {
    Request.Builder builder = Request.builder();
    builder.method(ask.method()).path(ask.path());
    if (!ask.type().isEmpty()) {
      builder.putHeader("Content-Type", ask.type());
    }
    if (ask.body() != null) {
      builder.body(ask.body());
    }
    if (feed != null) {
      builder.hijackedInput(feed.source());
    }
    return builder.build();
  }

  static Reply whole(Response response) throws IOException {
    byte[] body = response.getBody().readNBytes(LARGEST_ANSWER + 1);
    if (body.length > LARGEST_ANSWER) {
      throw new IOException("an answer of more than " + LARGEST_ANSWER + " bytes");
    }
    return new Reply(
        response.getStatusCode(),
        Json.read(body),
        response.getHeader("Api-Version"),
        response.getHeader("Libpod-Api-Version"));
  }

  private SandboxException silent(Ask ask, Duration limit) {
    return new SandboxException(
        "The container engine at "
            + address
            + " did not answer "
            + what(ask)
            + " within "
            + limit.toMillis()
            + " ms.",
        "See whether the engine is well; it may be overloaded, paused or starting.",
        true,
        null);
  }

  private SandboxException lost(Ask ask, @Nullable Throwable cause) {
    if (cause instanceof SandboxException ours) {
      return ours;
    }
    Throwable root = cause;
    while (root != null && root.getCause() != null && wraps(root)) {
      root = root.getCause();
    }
    String reason = root == null ? "" : Text.visible(String.valueOf(root.getMessage()), 300);
    return new SandboxException(
        "The container engine at " + address + " was lost at " + what(ask) + ": " + reason + ".",
        "See whether the engine runs, and whether this user may talk to it.",
        true,
        cause);
  }

  private static boolean wraps(Throwable e) {
    return e instanceof UncheckedIOException || e.getClass() == RuntimeException.class;
  }

  private static String what(Ask ask) {
    int query = ask.path().indexOf('?');
    return ask.method() + " " + (query < 0 ? ask.path() : ask.path().substring(0, query));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    close(calls);
    close(streams);
  }

  private static void close(DockerHttpClient client) {
    try {
      client.close();
    } catch (IOException e) {
      // Its connections are gone either way.
    }
  }
}
