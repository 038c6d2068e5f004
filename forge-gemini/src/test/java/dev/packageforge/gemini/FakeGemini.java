package dev.packageforge.gemini;

import dev.packageforge.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Gemini on the loopback interface: answers every request the same way, and counts. */
final class FakeGemini implements AutoCloseable {
  static final Secret KEY = Secret.of("AIza-canary-in-the-key-0123456789");

  private static final Logger NOISE = Logger.getLogger(MockWebServer.class.getName());

  private final MockWebServer server = new MockWebServer();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Answers so. */
  FakeGemini(MockResponse response) {
    this(request -> response, null);
  }

  /** Answers each request as it says. */
  FakeGemini(Function<RecordedRequest, MockResponse> answers) {
    this(answers, null);
  }

  private FakeGemini(
      Function<RecordedRequest, MockResponse> answers, @Nullable SSLSocketFactory secure) {
    if (secure != null) {
      server.useHttps(secure);
    }
    NOISE.setLevel(Level.WARNING);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answers.apply(request);
          }
        });
    try {
      server.start(InetAddress.getLoopbackAddress(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with a stream of events. */
  static FakeGemini streaming(String events) {
    return new FakeGemini(stream().body(events).build());
  }

  /** The same over TLS. */
  static FakeGemini streaming(String events, SSLSocketFactory secure) {
    return new FakeGemini(request -> stream().body(events).build(), secure);
  }

  /** Begins an answer, then says nothing until it is closed. */
  static FakeGemini stalling(String events) {
    Stall stall = new Stall(events);
    FakeGemini gemini = new FakeGemini(stream().body(stall).build());
    stall.until = gemini.closing;
    return gemini;
  }

  /** Refuses. */
  static FakeGemini refusing(int status, String body) {
    return new FakeGemini(json(status).body(body).build());
  }

  static MockResponse.Builder stream() {
    return new MockResponse.Builder().code(200).setHeader("Content-Type", "text/event-stream");
  }

  static MockResponse.Builder json(int status) {
    return new MockResponse.Builder()
        .code(status)
        .setHeader("Content-Type", "application/json; charset=UTF-8");
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** A model that asks here. */
  GeminiLanguageModel.Builder model() {
    return GeminiLanguageModel.builder(KEY).baseAddress(address());
  }

  int requests() {
    return server.getRequestCount();
  }

  /** The next request that came, in order. */
  RecordedRequest request() throws InterruptedException {
    RecordedRequest request = server.takeRequest(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  @Override
  public void close() {
    closing.countDown();
    server.close();
  }

  /** A body that begins and never ends. */
  private static final class Stall implements MockResponseBody {
    private final String beginning;
    private volatile @Nullable CountDownLatch until;

    Stall(String beginning) {
      this.beginning = beginning;
    }

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.writeUtf8(beginning).flush();
      CountDownLatch latch = until;
      try {
        if (latch == null || !latch.await(90, TimeUnit.SECONDS)) {
          throw new IOException("nobody closed the server");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
