package dev.packageforge.npm;

import dev.packageforge.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** A registry on the loopback interface that answers as it is told, and remembers. */
final class ScriptedNpm implements AutoCloseable {
  static final Secret TOKEN = Secret.of("npm_canaryCanaryCanaryCanaryCanary0123456");

  private static final Logger NOISE = Logger.getLogger(MockWebServer.class.getName());

  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

  ScriptedNpm(Function<RecordedRequest, MockResponse> answers) {
    this(answers, null);
  }

  private ScriptedNpm(
      Function<RecordedRequest, MockResponse> answers, @Nullable SSLSocketFactory secure) {
    if (secure != null) {
      server.useHttps(secure);
    }
    NOISE.setLevel(Level.WARNING);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            requests.add(request);
            return answers.apply(request);
          }
        });
    try {
      server.start(InetAddress.getLoopbackAddress(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers every request so. */
  static ScriptedNpm answering(int status, String body) {
    return new ScriptedNpm(request -> json(status, body).build());
  }

  /** The same over TLS. */
  static ScriptedNpm secure(
      Function<RecordedRequest, MockResponse> answers, SSLSocketFactory sockets) {
    return new ScriptedNpm(answers, sockets);
  }

  static MockResponse.Builder json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .setHeader("Content-Type", "application/json")
        .body(body);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getPort() + "/");
  }

  /** One that asks here, with a token. */
  NpmRegistry.Builder registry() {
    return NpmRegistry.builder(address()).token(TOKEN);
  }

  /** All that came, in order. */
  List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** What came, as "PUT /demo". */
  List<String> lines() {
    return requests.stream().map(each -> each.getMethod() + " " + each.getTarget()).toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
