package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.PackageId;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A registry that speaks npm's protocol: the public one, or a private one. It talks to it directly;
 * no npm client is started, and no file is written.
 *
 * <p>Each change is one request that is never repeated and never sent on to another address. What a
 * registry is told of a package is read from the artifact itself. A credential is shown to the host
 * it is meant for, and is in no message, outcome or exception.
 *
 * <p>Safe for use by many threads. A thread that is interrupted while it waits is free at once. The
 * threads of this class do not keep a process alive.
 */
public final class NpmRegistry implements PackageRegistry, AutoCloseable {
  private final NpmAccess access;
  private final Duration timeout;
  private final Wire wire;
  private final Lookups lookups;
  private final Identities identities;
  private final Publisher publisher;
  private final Upkeep upkeep;
  private volatile boolean closed;

  private NpmRegistry(Builder builder) {
    access = builder.access;
    timeout = builder.timeout;
    wire = new Wire(builder.client());
    Requests requests = new Requests(access, wire, builder.userAgent, timeout);
    lookups = new Lookups(access, requests, timeout);
    identities = new Identities(access, requests);
    Changes changes = new Changes(requests, lookups, identities);
    publisher =
        new Publisher(
            access, requests, lookups, identities, changes, Optional.ofNullable(builder.job));
    upkeep = new Upkeep(access, requests, lookups, changes, timeout);
  }

  /** Begins a registry that npm's own configuration leads to. */
  public static Builder builder(NpmAccess access) {
    return new Builder(access);
  }

  /**
   * Begins a registry at an address, with no credential, proxy or certificate of its own.
   *
   * @throws IllegalArgumentException if it is no address of a registry
   */
  public static Builder builder(URI registry) {
    return new Builder(NpmAccess.of(registry));
  }

  @Override
  public String description() {
    return access.registry().value().toString();
  }

  /** The registry of the name's scope, if npm's settings name one for it. */
  @Override
  public String place(PackageId id) {
    return access.registryFor(id.name()).value().toString();
  }

  @Override
  public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    begin();
    return lookups.find(id);
  }

  @Override
  public Optional<Sha512> served(StoredVersion stored) throws InterruptedException {
    begin();
    return lookups.served(stored);
  }

  @Override
  public Optional<StoredVersion> findStaged(PackageId id) throws InterruptedException {
    begin();
    return lookups.findStaged(id);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What cannot be published is refused before anything is sent: a name or version that npm does
   * not know, a package.json in the tarball that says another, one that is private.
   */
  @Override
  public PublishOutcome publish(PublishRequest request) throws InterruptedException {
    begin();
    return publisher.publish(request, Deadline.in(timeout));
  }

  /** All that is known of a package, with the time of each version. */
  Optional<Packument> packument(String name) throws InterruptedException {
    begin();
    return lookups.packument(name);
  }

  /** What is needed to install a package: fewer fields, and sooner there. */
  Optional<Packument> abbreviated(String name) throws InterruptedException {
    begin();
    return lookups.abbreviated(name);
  }

  /**
   * The bytes of a version.
   *
   * @param dist as the packument states it
   * @param most bytes at most
   * @return empty if they are not there
   * @throws RegistryException if they are not what the registry says they are
   */
  Optional<byte[]> tarball(PackageId id, Packument.Dist dist, int most)
      throws InterruptedException {
    begin();
    return lookups.tarball(id, dist, most);
  }

  /** Warnings for some versions, by name; empty if the registry gives none. */
  Optional<JsonNode> advisories(Map<String, List<String>> versions) throws InterruptedException {
    begin();
    return lookups.advisories(versions);
  }

  /**
   * Lists what waits for a person to release it.
   *
   * @return empty also where nothing can be staged
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public List<NpmStaged> staged() throws InterruptedException {
    begin();
    return lookups.staged();
  }

  /**
   * Lists what waits of one package.
   *
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public List<NpmStaged> staged(String name) throws InterruptedException {
    begin();
    return lookups.staged(name);
  }

  /**
   * The versions that a package's tags point to; none if there is no such package.
   *
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public Map<String, String> tags(String name) throws InterruptedException {
    begin();
    return lookups.tags(name);
  }

  /**
   * Who the registry takes us for.
   *
   * @throws RegistryException if it did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public NpmIdentity identity() throws InterruptedException {
    begin();
    return identities.of(access.registry().value(), timeout);
  }

  /**
   * Points a tag of a package to one of its versions.
   *
   * @param code a person's one-time code; null if there is none
   * @return what came of it
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome tag(PackageId id, String tag, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.tag(id, tag, code);
  }

  /**
   * Takes a tag away.
   *
   * @param code a person's one-time code; null if there is none
   * @return what came of it
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome untag(String name, String tag, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.untag(name, tag, code);
  }

  /**
   * Warns whoever installs these versions.
   *
   * @param versions of the package
   * @param warning what they are told; empty takes the warning back
   * @param code a person's one-time code; null if there is none
   * @return what came of it
   * @throws RegistryException if the registry could not be read
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome deprecate(
      String name, Set<String> versions, String warning, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.deprecate(name, versions, warning, code);
  }

  /**
   * Takes a version away for good; the last one takes the package along. The public registry allows
   * that only for a short time, and never lets the version be used again.
   *
   * @param code a person's one-time code; null if there is none
   * @return what came of it; if the tarball alone is left, that it was accepted
   * @throws RegistryException if the registry could not be read
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome unpublish(PackageId id, @Nullable Secret code) throws InterruptedException {
    begin();
    return upkeep.unpublish(id, code);
  }

  /**
   * Takes a whole package away for good.
   *
   * @param code a person's one-time code; null if there is none
   * @return what came of it
   * @throws RegistryException if the registry could not be read
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome unpublishAll(String name, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.unpublishAll(name, code);
  }

  /**
   * Releases what was staged.
   *
   * @param staged what {@link #staged()} lists
   * @param code a person's one-time code; null to learn in which way the registry wants them to
   *     agree
   * @return what came of it
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome approve(NpmStaged staged, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.approve(staged, code);
  }

  /**
   * Throws what was staged away.
   *
   * @param staged what {@link #staged()} lists
   * @param code a person's one-time code; null to learn in which way the registry wants them to
   *     agree
   * @return what came of it
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  public PublishOutcome reject(NpmStaged staged, @Nullable Secret code)
      throws InterruptedException {
    begin();
    return upkeep.reject(staged, code);
  }

  private void begin() throws InterruptedException {
    if (closed) {
      throw new IllegalStateException("this registry was closed");
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the registry was asked");
    }
  }

  /** Abandons what is under way. Calling it again does nothing. */
  @Override
  public void close() {
    closed = true;
    wire.close();
  }

  /** Says where it is, and no more. */
  @Override
  public String toString() {
    return "NpmRegistry[" + description() + "]";
  }

  /** What a registry may be told before it is made. */
  public static final class Builder {
    private NpmAccess access;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(60);
    private String userAgent = "package-forge";
    private final List<String> certificates = new ArrayList<>();
    private @Nullable InetSocketAddress proxy;
    private @Nullable Supplier<Secret> job;

    private Builder(NpmAccess access) {
      this.access = requireNonNull(access, "access");
    }

    /**
     * What the registry is shown. Default: what npm's configuration has for it.
     *
     * @throws IllegalArgumentException if it holds a character that no token has; the message does
     *     not repeat it
     */
    public Builder token(Secret token) {
      if (!Requests.isPrintable(token.reveal())) {
        throw new IllegalArgumentException("a token is made of letters, digits and signs of ASCII");
      }
      this.access = access.withToken(token);
      return this;
    }

    /**
     * Publishes as a trusted publisher: what identifies this job, as its host gives it out, is
     * exchanged for a token that publishes one package. Default: no.
     *
     * @param identity asked before each publish
     */
    public Builder trustedPublisher(Supplier<Secret> identity) {
      this.job = requireNonNull(identity, "identity");
      return this;
    }

    /** How long it may take until the registry takes the connection. Default: 10 seconds. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout);
      return this;
    }

    /**
     * How long one request may take as a whole, its answer included. A publish with all that
     * belongs to it takes no longer either. Default: 60 seconds.
     */
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

    /**
     * Certificates to trust besides the machine's own and those of npm's configuration.
     *
     * @param pem a file with one or more
     * @throws IllegalArgumentException if it cannot be read
     */
    public Builder trust(Path pem) {
      try {
        certificates.add(new String(Files.readAllBytes(pem), StandardCharsets.ISO_8859_1));
        return this;
      } catch (IOException e) {
        throw new IllegalArgumentException("the certificates in " + pem + " cannot be read", e);
      }
    }

    /** What stands between here and the registry. Default: what npm's configuration says. */
    public Builder proxy(InetSocketAddress proxy) {
      this.proxy = requireNonNull(proxy, "proxy");
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
     * Opens nothing; the first call connects.
     *
     * @throws IllegalArgumentException if a certificate cannot be read
     */
    public NpmRegistry build() {
      return new NpmRegistry(this);
    }

    private OkHttpClient.Builder client() {
      Proxies proxies = new Proxies(access, proxy);
      OkHttpClient.Builder client =
          new OkHttpClient.Builder()
              .connectTimeout(connectTimeout)
              .readTimeout(timeout)
              .writeTimeout(timeout)
              .proxySelector(proxies)
              .proxyAuthenticator(proxies.authenticator());
      List<String> trusted = new ArrayList<>(certificates);
      access.certificates().forEach(setting -> trusted.add(setting.value()));
      Trust.more(client, trusted);
      return client;
    }
  }
}
