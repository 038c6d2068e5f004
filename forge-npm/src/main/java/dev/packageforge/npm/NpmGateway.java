package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Text;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.sandbox.Companion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A way to npm's registry for those who must not have another: it answers what is needed to install
 * packages, and refuses all else. What it fetches it keeps on disk, where any number of programs
 * may share it, and checks before that it is what the registry's document promises.
 *
 * <p>No credential and no cookie passes in either direction. What a document or a redirect points
 * to is fetched from the public network or from a registry of the configuration, and from nowhere
 * else. Whoever asks does so under a {@link Grant}, which tells what may be had and hears of each
 * fetch.
 *
 * <p>Safe for use by many threads. Its threads do not keep a process alive.
 */
public final class NpmGateway implements AutoCloseable {
  private final Clock clock;
  private final Upstream upstream;
  private final GatewayDesk desk;
  private final ExecutorService threads;
  private final Duration patience;
  private final String places;

  private NpmGateway(Builder builder) {
    places = builder.access.places();
    clock = builder.clock;
    patience = builder.timeout;
    threads = Executors.newCachedThreadPool(NpmGateway::daemon);
    upstream =
        new Upstream(
            builder.access,
            builder.connectTimeout,
            builder.timeout,
            builder.userAgent,
            builder.largestTarball,
            clock);
    desk =
        new GatewayDesk(
            upstream,
            new GatewayCache(builder.cache, builder.cacheBytes, clock),
            builder.freshness,
            clock,
            threads);
  }

  /** Where it fetches from, as a text. */
  String places() {
    return places;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "npm-gateway");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Begins a gateway to where npm's own configuration leads: its registries, certificates and
   * proxies, and none of its credentials.
   *
   * @param cache the folder of what was fetched; made if it is missing
   */
  public static Builder builder(NpmAccess access, Path cache) {
    return new Builder(access, cache);
  }

  /**
   * What may be had under a grant.
   *
   * @param cooldown how old a version must be; a younger one is not there. Zero for any age
   * @param names which packages may be had; another one is not there
   * @param requests how many may be made
   * @param bytes how many may be sent in answer
   */
  public record Rules(Duration cooldown, Predicate<String> names, long requests, long bytes) {
    private static final long REQUESTS = 10_000;
    private static final long BYTES = 2L << 30;

    /** Refuses what nobody can mean. */
    public Rules {
      requireNonNull(names, "names");
      if (cooldown.isNegative()) {
        throw new IllegalArgumentException("a cooldown must not be negative, was " + cooldown);
      }
      if (requests < 0 || bytes < 0) {
        throw new IllegalArgumentException("a ceiling must not be negative");
      }
    }

    /** Any package; versions of the usual age; 10,000 requests and 2 GiB. */
    public static Rules ofDefaults() {
      return ofAge(DependencyGuard.COOLDOWN);
    }

    /** Any package; versions of this age; 10,000 requests and 2 GiB. */
    public static Rules ofAge(Duration cooldown) {
      return new Rules(cooldown, name -> true, REQUESTS, BYTES);
    }
  }

  /** How a request was answered. */
  public enum Answered {
    /** From the registry. */
    FETCHED,
    /** From what was there. */
    KEPT,
    /** With a refusal. */
    REFUSED
  }

  /**
   * A request that was answered.
   *
   * @param what was asked for, for people, or why it was refused; one line, without odd characters
   * @param answered how
   * @param bytes of the answer
   * @param took until the answer began
   */
  public record Fetch(String what, Answered answered, long bytes, Duration took) {
    /** Checks that all are there. */
    public Fetch {
      requireNonNull(what, "what");
      requireNonNull(answered, "answered");
      requireNonNull(took, "took");
    }

    /** A line for a log. */
    @Override
    public String toString() {
      return switch (answered) {
        case FETCHED -> "fetched " + what + size();
        case KEPT -> "had " + what + size();
        case REFUSED -> "refused " + what;
      };
    }

    private String size() {
      return bytes < 1000 ? ", " + bytes + " bytes" : ", " + (bytes + 500) / 1000 + " kB";
    }
  }

  /**
   * What one user of a gateway may have. It ends when it is closed; from then on every request is
   * refused. Safe for use by many threads.
   */
  public static final class Grant implements AutoCloseable {
    private final Rules rules;
    private final Optional<Instant> latest;
    private final Consumer<Fetch> listener;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    private Grant(Rules rules, Instant now, Consumer<Fetch> listener) {
      this.rules = rules;
      this.listener = listener;
      // To the hour, so that who asks at about the same time is told the same.
      this.latest =
          rules.cooldown().isZero()
              ? Optional.empty()
              : Optional.of(now.minus(rules.cooldown()).truncatedTo(ChronoUnit.HOURS));
    }

    /** How many requests were made so far. */
    public long requests() {
      return requests.get();
    }

    /** How many bytes were sent in answer so far. */
    public long bytes() {
      return bytes.get();
    }

    private void begin() throws GatewayRefusal {
      if (closed) {
        throw new GatewayRefusal(403, "nothing may be fetched any more");
      }
      if (requests.incrementAndGet() > rules.requests()) {
        throw new GatewayRefusal(403, "more than " + rules.requests() + " requests were made");
      }
      if (bytes.get() >= rules.bytes()) {
        // Else what is refused in the end would be fetched and kept all the same.
        throw new GatewayRefusal(403, "more than " + rules.bytes() + " bytes were asked for");
      }
    }

    private void permit(String name) throws GatewayRefusal {
      if (!rules.names().test(name)) {
        throw new GatewayRefusal(404, name + " is not among the packages that may be fetched");
      }
    }

    private void take(long length) throws GatewayRefusal {
      if (bytes.addAndGet(length) > rules.bytes()) {
        throw new GatewayRefusal(403, "more than " + rules.bytes() + " bytes were asked for");
      }
    }

    /** Ends it. Calling it again does nothing. */
    @Override
    public void close() {
      closed = true;
    }
  }

  /**
   * Lets somebody ask.
   *
   * @param rules what may be had
   * @param listener hears of each request; called by many threads
   */
  public Grant grant(Rules rules, Consumer<Fetch> listener) {
    return new Grant(
        requireNonNull(rules, "rules"), clock.instant(), requireNonNull(listener, "listener"));
  }

  /** A gateway that listens on this machine's loopback device. */
  public static final class Door implements AutoCloseable {
    private final LoopbackServer server;

    private Door(LoopbackServer server) {
      this.server = server;
    }

    /** What an npm client is told as its registry; ends with a slash. */
    public URI address() {
      return server.address();
    }

    /** Listens no more, and ends the connections. The grant stays as it is. */
    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * Listens on a free port of the loopback device. Every user of this machine can ask there.
   *
   * @throws UncheckedIOException if no port is free
   */
  public Door serve(Grant grant) {
    requireNonNull(grant, "grant");
    try {
      return new Door(new LoopbackServer(this, grant, threads, patience));
    } catch (IOException e) {
      throw new UncheckedIOException("the loopback device has no free port", e);
    }
  }

  /**
   * Lets the commands of a session ask, over the relay that runs beside them.
   *
   * @param grant ends with the tunnel
   */
  Tunnel tunnel(Companion relay, Grant grant) {
    return Tunnel.open(this, grant, relay, threads);
  }

  /**
   * Answers a request.
   *
   * @param base the address under which the asker finds the gateway; ends with a slash
   */
  GatewayAnswer answer(Grant grant, String method, String target, String base)
      throws InterruptedException {
    long start = System.nanoTime();
    try {
      grant.begin();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        throw new GatewayRefusal(405, "nothing can be changed from here");
      }
      Wanted wanted =
          Wanted.at(target)
              .orElseThrow(() -> new GatewayRefusal(404, "that is no path of a registry"));
      grant.permit(wanted.name());
      Given given = given(wanted, grant.latest, base);
      if (method.equals("GET")) {
        grant.take(given.answer().length());
      }
      tell(
          grant,
          given.what(),
          given.fetched() ? Answered.FETCHED : Answered.KEPT,
          given.answer().length(),
          start);
      return given.answer();
    } catch (GatewayRefusal refusal) {
      String asked = Text.visible(method + " " + target, 200);
      tell(grant, asked + ": " + refusal.sentence(), Answered.REFUSED, 0, start);
      return GatewayAnswer.of(refusal);
    }
  }

  private record Given(GatewayAnswer answer, String what, boolean fetched) {}

  private Given given(Wanted wanted, Optional<Instant> latest, String base)
      throws GatewayRefusal, InterruptedException {
    if (wanted instanceof Wanted.Tarball tarball) {
      GatewayDesk.Found<KeptTarball> found =
          desk.tarball(tarball.name(), tarball.version(), latest);
      return new Given(
          GatewayAnswer.of(found.value()),
          tarball.name() + " " + tarball.version(),
          found.fetched());
    }
    GatewayDesk.Found<ShelvedDocument> found = desk.document(wanted.name(), latest);
    ShelvedDocument document = found.value();
    try {
      if (wanted instanceof Wanted.Version one) {
        String text = document.tags(latest).getOrDefault(one.version(), one.version());
        byte[] rendered = document.rendered(desk.version(document, text, latest), base);
        return new Given(
            GatewayAnswer.of(GatewayAnswer.JSON, rendered),
            "what " + one.name() + " " + text + " is",
            found.fetched());
      }
      if (wanted instanceof Wanted.Tags) {
        byte[] tags = PackumentReader.JSON.writeValueAsBytes(document.tags(latest));
        return new Given(
            GatewayAnswer.of(GatewayAnswer.JSON, tags),
            "the tags of " + document.name(),
            found.fetched());
      }
      return new Given(
          GatewayAnswer.of(GatewayAnswer.DOCUMENT, document.rendered(latest, base)),
          "the versions of " + document.name(),
          found.fetched());
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written but memory", e);
    }
  }

  private static void tell(Grant grant, String what, Answered answered, long bytes, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    grant.listener.accept(new Fetch(what, answered, bytes, took));
  }

  /** Abandons what is under way. Calling it again does nothing. */
  @Override
  public void close() {
    threads.shutdownNow();
    upstream.close();
  }

  /** What a gateway may be told before it is made. */
  public static final class Builder {
    private static final long MIB = 1024L * 1024;

    private final NpmAccess access;
    private final Path cache;
    private long cacheBytes = 2048 * MIB;
    private long largestTarball = 256 * MIB;
    private Duration freshness = Duration.ofMinutes(5);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(60);
    private String userAgent = "package-forge";
    private Clock clock = Clock.systemUTC();

    private Builder(NpmAccess access, Path cache) {
      this.access = requireNonNull(access, "access");
      this.cache = cache.toAbsolutePath();
    }

    /** How much is kept on disk; what was not used for longest goes first. Default: 2 GiB. */
    public Builder cacheBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("a size must not be negative, was " + bytes);
      }
      this.cacheBytes = bytes;
      return this;
    }

    /** How large one tarball may be. Default: 256 MiB. */
    public Builder largestTarball(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a tarball has bytes, not " + bytes);
      }
      this.largestTarball = bytes;
      return this;
    }

    /**
     * How long the list of a package's versions is used before the registry is asked again.
     * Default: 5 minutes.
     */
    public Builder freshness(Duration freshness) {
      if (freshness.isNegative()) {
        throw new IllegalArgumentException("a freshness must not be negative, was " + freshness);
      }
      this.freshness = freshness;
      return this;
    }

    /** How long it may take until the registry takes the connection. Default: 10 seconds. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout);
      return this;
    }

    /** How long one fetch may take as a whole. Default: 60 seconds. */
    public Builder timeout(Duration timeout) {
      this.timeout = positive(timeout);
      return this;
    }

    /** What we call ourselves. Default: {@code package-forge}. */
    public Builder userAgent(String userAgent) {
      if (!userAgent.matches("[ -~]{1,200}")) {
        throw new IllegalArgumentException("a user agent is one line of ASCII");
      }
      this.userAgent = userAgent;
      return this;
    }

    /** What ages are told by. Default: the system's. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    private static Duration positive(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "a timeout must be positive and at most a day, was " + timeout);
      }
      return timeout;
    }

    /**
     * Opens nothing; the first request connects.
     *
     * @throws IllegalArgumentException if a certificate cannot be read
     */
    public NpmGateway build() {
      return new NpmGateway(this);
    }
  }
}
