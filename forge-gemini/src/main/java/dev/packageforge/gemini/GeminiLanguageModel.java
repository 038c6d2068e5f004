package dev.packageforge.gemini;

import static java.util.Objects.requireNonNull;

import com.google.genai.HttpApiClient;
import com.google.genai.Models;
import com.google.genai.ResponseStream;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import dev.packageforge.Cancellation;
import dev.packageforge.Secret;
import dev.packageforge.gemini.Exchange.Phase;
import dev.packageforge.gemini.Exchange.Signal;
import dev.packageforge.gemini.ModelTable.Family;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Gemini, asked with an API key.
 *
 * <p>Each call is one HTTP request on one connection, which is closed when the call ends, however
 * it ends. The answer is told to the listener as it comes, in the thread that asked; a second
 * thread, a daemon, reads the wire. Proxies and trusted certificates are those of the JVM. Nothing
 * is read from the environment.
 *
 * <p>Safe for use by many threads. Nothing is opened before the first call.
 */
public final class GeminiLanguageModel implements LanguageModel, AutoCloseable {
  /** An alias for the newest Flash model that is meant for production. */
  public static final String DEFAULT_MODEL = "gemini-flash-latest";

  /** Where Google serves Gemini for API keys. */
  private static final String HOME = "https://generativelanguage.googleapis.com";

  /** How long the service may take to close a stream after it said that it is done. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  /** Longer than any call; the limit of the whole call is another one. */
  private static final Duration FOREVER = Duration.ofDays(1);

  /** This machine, and names that only a network of one's own can know. */
  private static final Pattern NEAR =
      Pattern.compile("127(\\.[0-9]{1,3}){3}|\\[::1]|[A-Za-z][A-Za-z0-9_-]*");

  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final Secret key;
  private final String model;
  private final URI baseAddress;
  private final Duration connectTimeout;
  private final Duration firstByteTimeout;
  private final Duration idleTimeout;
  private final ModelInfo.@Nullable Price price;
  private final Clock clock;
  private final ModelTable table;
  private final Family family;
  private final Guard guard = new Guard();
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private @Nullable Models models;

  private GeminiLanguageModel(Builder builder) {
    this.key = builder.key;
    this.model = builder.model;
    this.baseAddress = builder.baseAddress;
    this.connectTimeout = builder.connectTimeout;
    this.firstByteTimeout = builder.firstByteTimeout;
    this.idleTimeout = builder.idleTimeout;
    this.price = builder.price;
    this.clock = builder.clock;
    this.table = ModelTable.read();
    this.family = table.family(model);
  }

  /**
   * Begins a model.
   *
   * @param apiKey as Google AI Studio gives it out
   * @throws IllegalArgumentException if the key holds a character that no key has; the message does
   *     not repeat it
   */
  public static Builder builder(Secret apiKey) {
    return new Builder(apiKey);
  }

  /** The model as it was set, with today's price if the built-in table knows it. */
  @Override
  public ModelInfo info() {
    return new ModelInfo(
        model,
        false,
        price != null ? price : table.price(model, LocalDate.now(clock)).orElse(null));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this model was closed before
   * @throws CancellationException also if it is closed meanwhile
   */
  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    cancellation.throwIfCancelled();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Faults faults = new Faults(model, family, baseAddress.getHost(), key, request);
    Question question;
    try {
      question = Question.of(request, family);
    } catch (IllegalArgumentException e) {
      throw faults.badSchema();
    }
    Duration timeout = request.limits().timeout();
    if (timeout.compareTo(FOREVER) > 0) {
      timeout = FOREVER;
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw faults.timeout("there was no time left to ask", timeout);
    }
    Exchange exchange = new Exchange();
    open.add(exchange);
    Cancellation.Registration registration = cancellation.onCancel(exchange::hangUp);
    try {
      if (closed) {
        throw new IllegalStateException("this model is closed");
      }
      ask(question, exchange);
      int limit = Math.min(request.limits().maxOutputTokens(), family.outputTokens());
      Answer answer = new Answer(listener, faults, model, limit, request);
      return listen(exchange, answer, faults, timeout, cancellation);
    } finally {
      registration.close();
      open.remove(exchange);
      exchange.hangUp();
    }
  }

  /** Ends the calls that are under way. Calling it again does nothing. */
  @Override
  public void close() {
    closed = true;
    open.forEach(Exchange::hangUp);
  }

  private void ask(Question question, Exchange exchange) {
    Thread wire = new Thread(() -> send(question, exchange), "gemini-call");
    wire.setDaemon(true);
    wire.start();
  }

  private void send(Question question, Exchange exchange) {
    try {
      guard.during(
          exchange,
          () -> {
            try (ResponseStream<?> read =
                models().generateContentStream(model, question.contents(), question.config())) {
              requireNonNull(read);
            }
          });
    } catch (RuntimeException | Error e) {
      // Its message may repeat the key or the prompt.
      exchange.tell(new Signal.Unsent(e.getClass().getSimpleName()));
    }
  }

  private ModelReply listen(
      Exchange exchange, Answer answer, Faults faults, Duration timeout, Cancellation cancellation)
      throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      Exchange.Progress progress = exchange.progress();
      Duration patience = patience(progress.phase(), answer);
      long left =
          Math.min(
              timeout.toNanos() - (System.nanoTime() - began),
              patience.toNanos() - (System.nanoTime() - progress.sinceNanos()));
      Signal signal = exchange.next(left);
      cancellation.throwIfCancelled();
      if (closed) {
        throw new CancellationException("the model was closed");
      }
      if (signal == null) {
        boolean late = System.nanoTime() - began >= timeout.toNanos();
        if (late || progress.equals(exchange.progress())) {
          if (answer.finished()) {
            return answer.end();
          }
          throw answer.priced(
              late
                  ? faults.timeout("the answer was not complete", timeout)
                  : faults.timeout(silence(progress.phase()), patience));
        }
      } else if (signal instanceof Signal.Line line) {
        answer.line(line.text());
      } else if (!(signal instanceof Signal.Moved)) {
        return ended(signal, exchange, answer, faults);
      }
    }
  }

  private static ModelReply ended(Signal signal, Exchange exchange, Answer answer, Faults faults) {
    if (signal instanceof Signal.Refused refused) {
      throw faults.refused(refused.status(), refused.retryAfter(), refused.body());
    }
    if (signal instanceof Signal.Misread) {
      throw faults.malformed("a web page");
    }
    if (signal instanceof Signal.Overlong) {
      throw answer.priced(faults.malformed("more than anybody would read"));
    }
    if (signal instanceof Signal.Unsent unsent) {
      throw faults.unsent(unsent.type());
    }
    if (signal instanceof Signal.Broken broken && !answer.finished()) {
      Phase phase = exchange.progress().phase();
      throw answer.priced(faults.broken(broken.cause(), phase, answer.heardText()));
    }
    return answer.end();
  }

  private Duration patience(Phase phase, Answer answer) {
    return switch (phase) {
      case PREPARING -> FOREVER;
      case CONNECTING -> connectTimeout;
      case WAITING -> firstByteTimeout;
      case READING ->
          answer.finished() && AFTERWARDS.compareTo(idleTimeout) < 0 ? AFTERWARDS : idleTimeout;
    };
  }

  private String silence(Phase phase) {
    return switch (phase) {
      case PREPARING, CONNECTING -> baseAddress.getHost() + " did not take the request";
      case WAITING -> model + " did not begin to answer";
      case READING -> model + " fell silent and said no more";
    };
  }

  private synchronized Models models() {
    Models made = models;
    if (made == null) {
      OkHttpClient http =
          new OkHttpClient.Builder()
              .followRedirects(false)
              .followSslRedirects(false)
              .retryOnConnectionFailure(false)
              // A call's connection is its own: to close it is to cancel the call, and none that
              // has gone stale is ever met.
              .protocols(List.of(Protocol.HTTP_1_1))
              .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
              .proxyAuthenticator(new ProxyLogin())
              .connectTimeout(connectTimeout)
              .readTimeout(Duration.ZERO)
              .writeTimeout(Duration.ZERO)
              .socketFactory(new Sockets())
              .eventListenerFactory(Guard::listener)
              .addInterceptor(guard)
              .addNetworkInterceptor(guard::atTheWire)
              .build();
      HttpRetryOptions once =
          HttpRetryOptions.builder()
              .attempts(1)
              .initialDelay(0.0)
              .httpStatusCodes(List.of())
              .build();
      HttpOptions options =
          HttpOptions.builder().baseUrl(baseAddress.toString()).retryOptions(once).build();
      // Not by way of Client: that would let the environment replace all of this.
      made =
          new Models(
              new HttpApiClient(
                  Optional.of(key.reveal()),
                  Optional.of(options),
                  Optional.of(ClientOptions.builder().customHttpClient(http).build())));
      models = made;
    }
    return made;
  }

  /** Says which model and where, and no more. */
  @Override
  public String toString() {
    return "GeminiLanguageModel[" + model + " at " + baseAddress.getHost() + "]";
  }

  /** What a model may be told before it is made. */
  public static final class Builder {
    private final Secret key;
    private String model = DEFAULT_MODEL;
    private URI baseAddress = URI.create(HOME);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration firstByteTimeout = Duration.ofSeconds(90);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private ModelInfo.@Nullable Price price;
    private Clock clock = Clock.systemUTC();

    private Builder(Secret key) {
      if (key.reveal().chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw new IllegalArgumentException(
            "an API key is made of letters, digits and signs of ASCII, without spaces");
      }
      this.key = key;
    }

    /**
     * Which model. Default: {@link #DEFAULT_MODEL}.
     *
     * @param model as the service calls it, with or without {@code models/} before it
     */
    public Builder model(String model) {
      String name = model.startsWith("models/") ? model.substring("models/".length()) : model;
      if (!MODEL.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a model's name is made of letters, digits, dots, dashes and underscores");
      }
      this.model = name;
      return this;
    }

    /**
     * Where the service is, say behind a gateway. Default: Google's own address.
     *
     * @param address begins with https, or with http for this machine and for names without a dot,
     *     since the key is sent there
     */
    public Builder baseAddress(URI address) {
      String host = address.getHost();
      boolean secure = "https".equalsIgnoreCase(address.getScheme());
      boolean plain = "http".equalsIgnoreCase(address.getScheme());
      if (host == null
          || !(secure || plain)
          || address.getRawUserInfo() != null
          || address.getRawQuery() != null
          || address.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "a base address is https, a host, and perhaps a port and a path, no more");
      }
      if (plain && !isNear(host)) {
        throw new IllegalArgumentException(
            "a base address must begin with https, since the key is sent there");
      }
      this.baseAddress = address;
      return this;
    }

    private static boolean isNear(String host) {
      return NEAR.matcher(host).matches();
    }

    /** How long it may take until the service takes the request. Default: 10 seconds. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout);
      return this;
    }

    /** How long the service may then be silent before it answers. Default: 90 seconds. */
    public Builder firstByteTimeout(Duration timeout) {
      this.firstByteTimeout = positive(timeout);
      return this;
    }

    /** How long the service may be silent in the middle of an answer. Default: 60 seconds. */
    public Builder idleTimeout(Duration timeout) {
      this.idleTimeout = positive(timeout);
      return this;
    }

    /** What tokens cost. Default: what the built-in table says, which may be nothing. */
    public Builder price(ModelInfo.Price price) {
      this.price = requireNonNull(price);
      return this;
    }

    /** Which day it is, for prices that change. Default: the system's. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock);
      return this;
    }

    private static Duration positive(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(FOREVER) > 0) {
        throw new IllegalArgumentException(
            "a timeout must be positive and at most a day, was " + timeout);
      }
      return timeout;
    }

    /** Opens nothing; the first call connects. */
    public GeminiLanguageModel build() {
      return new GeminiLanguageModel(this);
    }
  }
}
