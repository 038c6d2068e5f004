package dev.packageforge.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.gemini.Exchange.Phase;
import dev.packageforge.gemini.Exchange.Signal;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Locale;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;

/**
 * Stands between google-genai and the wire. The library builds and sends the request; the guard
 * keeps the call so that it can be cancelled, reads the answer itself, as it comes, and hands the
 * library an empty one. What the library would lose, delay or hide is seen here first.
 */
final class Guard implements Interceptor {
  /** What an answer may have at most: longer than a hundred of the longest. */
  static final long MAX_ANSWER = 64L * 1024 * 1024;

  /** What one line of an answer may have at most. */
  static final int MAX_LINE = 16 * 1024 * 1024;

  /** What of a refusal is read. */
  static final int MAX_REFUSAL = 256 * 1024;

  private static final String RETRY_AFTER = "Retry-After";
  private static final int BUFFER = 8 * 1024;
  private static final MediaType EVENTS = MediaType.get("text/event-stream");

  private static final ThreadLocal<Exchange> CURRENT = new ThreadLocal<>();

  /** Runs a task of the client library whose one request belongs to the exchange. */
  void during(Exchange exchange, Runnable task) {
    CURRENT.set(exchange);
    try {
      task.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** What hears of the connections of a call that begins in this thread. */
  static EventListener listener(Call call) {
    Exchange exchange = CURRENT.get();
    return exchange == null ? EventListener.NONE : new Sockets.Dialing(exchange);
  }

  /**
   * The innermost interceptor: sees the request once it has a connection. It lets one request pass,
   * whatever the HTTP client would like to do on its own, and takes the header away that makes it
   * ask again at once.
   */
  Response atTheWire(Chain chain) throws IOException {
    Exchange exchange = exchange();
    if (!exchange.send()) {
      throw new IOException("the HTTP client wanted to ask twice");
    }
    Response response = chain.proceed(chain.request());
    if (response.code() == HttpURLConnection.HTTP_PROXY_AUTH) {
      // No further than the proxy: with credentials the request may set out again.
      exchange.turnedBack();
    }
    exchange.retryAfter(Waits.header(response.header(RETRY_AFTER), response.header("Date")));
    return response.newBuilder().removeHeader(RETRY_AFTER).build();
  }

  private Exchange exchange() throws IOException {
    Exchange exchange = CURRENT.get();
    if (exchange == null) {
      throw new IOException("a request that nobody asked for");
    }
    return exchange;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Exchange exchange = exchange();
    exchange.attach(chain.call());
    // The retry interceptor is further in and was told to try once.
    try (Response response = chain.proceed(chain.request())) {
      exchange.reached(Phase.READING);
      if (response.isSuccessful()) {
        readAnswer(response, exchange);
      } else {
        readRefusal(response, exchange);
      }
    } catch (IOException e) {
      exchange.tell(new Signal.Broken(e));
    }
    return nothing(chain.request());
  }

  private static void readAnswer(Response response, Exchange exchange) throws IOException {
    String type = response.header("content-type", "");
    if (type.toLowerCase(Locale.ROOT).contains("html")) {
      exchange.tell(new Signal.Misread("text/html"));
      return;
    }
    Lines lines = new Lines(MAX_LINE, line -> exchange.tell(new Signal.Line(line)));
    BufferedSource source = response.body().source();
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
      exchange.reached(Phase.READING);
      total += n;
      if (!lines.add(buffer, n) || total > MAX_ANSWER) {
        exchange.tell(new Signal.Overlong());
        return;
      }
    }
    lines.end();
    exchange.tell(new Signal.Ended());
  }

  private static void readRefusal(Response response, Exchange exchange) {
    String body;
    try {
      BufferedSource source = response.body().source();
      source.request(MAX_REFUSAL);
      body = source.getBuffer().readString(Math.min(MAX_REFUSAL, source.getBuffer().size()), UTF_8);
    } catch (IOException e) {
      // The status says enough.
      body = "";
    }
    exchange.tell(new Signal.Refused(response.code(), exchange.retryAfter(), body));
  }

  private static Response nothing(Request request) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("read")
        .body(ResponseBody.create(new byte[0], EVENTS))
        .build();
  }
}
