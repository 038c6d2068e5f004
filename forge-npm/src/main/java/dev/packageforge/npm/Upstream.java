package dev.packageforge.npm;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The registries behind a gateway, as they are seen without a name: no credential is ever shown to
 * them. What is asked for goes to the public network or to a registry that the user has configured,
 * wherever a document or a redirect may point.
 */
final class Upstream implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final long MAX_DOCUMENT = 128L * 1024 * 1024;
  private static final String WHOLE = "application/json";
  private static final String SHORT = "application/vnd.npm.install-v1+json; q=1.0, " + WHOLE;
  private static final String BYTES = "application/octet-stream, */*;q=0.1";
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|.*:.*|\\[.*|0x[0-9a-f]+");

  private final NpmAccess access;
  private final Set<HttpUrl> configured;
  private final String userAgent;
  private final Duration timeout;
  private final long mostBytes;
  private final Clock clock;
  private final Wire wire;

  /**
   * Connects to nobody.
   *
   * @param mostBytes of one tarball
   */
  Upstream(
      NpmAccess access,
      Duration connectTimeout,
      Duration timeout,
      String userAgent,
      long mostBytes,
      Clock clock) {
    this.access = access;
    this.configured =
        access.addresses().stream()
            .flatMap(address -> Optional.ofNullable(HttpUrl.get(address)).stream())
            .collect(Collectors.toUnmodifiableSet());
    this.userAgent = userAgent;
    this.timeout = timeout;
    this.mostBytes = mostBytes;
    this.clock = clock;
    Proxies proxies = new Proxies(access, null);
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .connectTimeout(connectTimeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .dns(this::addresses)
            .proxySelector(proxies)
            .proxyAuthenticator(proxies.authenticator());
    List<String> trusted = new ArrayList<>();
    access.certificates().forEach(setting -> trusted.add(setting.value()));
    Trust.more(client, trusted);
    wire = new Wire(client);
  }

  /** The registry of a package. */
  URI registry(String name) {
    return access.registryFor(name).value();
  }

  /**
   * Asks for a package's document.
   *
   * @param timed whether the time of each version is needed
   * @param known what we have of it; it is told what that is called
   * @return empty if there is no such package; {@code known}, confirmed, if it is still so
   */
  Optional<ShelvedDocument> document(String name, boolean timed, Optional<ShelvedDocument> known)
      throws GatewayRefusal, InterruptedException {
    URI address = Addresses.ofPackage(registry(name), name);
    Request.Builder request = request(address).header("Accept", timed ? WHOLE : SHORT);
    String etag = known.map(ShelvedDocument::etag).orElse("");
    if (!etag.isEmpty()) {
      request.header("If-None-Match", etag);
    }
    Heard<ShelvedDocument> heard =
        look(
            request.build(),
            (response, headers) -> {
              if (response.code() != 200) {
                return new Heard<>(response.code(), "", null);
              }
              String called = headers.get("ETag");
              boolean usable = called != null && called.matches("[!-~]{1,200}");
              try (InputStream in = new LimitedStream(response.body().byteStream(), MAX_DOCUMENT)) {
                return new Heard<>(
                    200,
                    "",
                    ShelvedDocument.of(name, in, usable ? called : "", clock.instant(), timed));
              }
            });
    if (heard.status() == 304 && known.isPresent()) {
      return Optional.of(known.get().confirmed(clock.instant()));
    }
    if (heard.status() == 404 || heard.status() == 410) {
      return Optional.empty();
    }
    return Optional.of(value(heard));
  }

  /**
   * Fetches the bytes of a version, wherever the registry keeps them.
   *
   * @param stated where the document says they are
   */
  void tarball(String name, String version, String stated, OutputStream out)
      throws GatewayRefusal, InterruptedException {
    URI registry = registry(name);
    URI next = Addresses.ofTarball(registry, new dev.packageforge.PackageId(name, version), stated);
    for (int step = 0; step <= MAX_REDIRECTS; step++) {
      Request request = request(next).header("Accept", BYTES).build();
      Heard<Boolean> heard =
          look(
              request,
              (response, headers) -> {
                String to = headers.get("Location");
                if (response.code() == 200) {
                  try (InputStream in =
                      new LimitedStream(response.body().byteStream(), mostBytes)) {
                    in.transferTo(out);
                  }
                }
                return new Heard<>(response.code(), to == null ? "" : to, true);
              });
      if (heard.status() / 100 != 3) {
        if (heard.status() == 404 || heard.status() == 410) {
          throw new GatewayRefusal(404, "the registry has no bytes of " + name + " " + version);
        }
        value(heard);
        return;
      }
      HttpUrl from = request.url();
      HttpUrl to = from.resolve(heard.location());
      if (to == null || (from.isHttps() && !to.isHttps())) {
        throw new GatewayRefusal(502, "the registry sends us where nobody goes");
      }
      next = to.uri();
    }
    throw new GatewayRefusal(502, "the registry sends us on and on");
  }

  private record Heard<T>(int status, String location, @Nullable T value) {}

  private static <T> T value(Heard<T> heard) throws GatewayRefusal {
    T value = heard.value();
    if (heard.status() == 200 && value != null) {
      return value;
    }
    int status = heard.status();
    throw switch (status) {
      case 401, 403 ->
          new GatewayRefusal(403, "the registry wants a credential, and is shown none from here");
      case 429 -> new GatewayRefusal(429, "the registry is asked too often");
      default -> new GatewayRefusal(502, "the registry answered with " + status);
    };
  }

  private Request.Builder request(URI address) throws GatewayRefusal {
    HttpUrl url = HttpUrl.parse(address.toString());
    if (url == null || !mayAsk(url)) {
      throw new GatewayRefusal(
          502, "the registry points to an address that is not asked from here");
    }
    return new Request.Builder().url(url).header("User-Agent", userAgent);
  }

  private <T> Heard<T> look(Request request, Wire.Reader<Heard<T>> reader)
      throws GatewayRefusal, InterruptedException {
    try {
      return wire.look(request, timeout, reader);
    } catch (WireException e) {
      IOException trouble = e.trouble();
      if (trouble instanceof TooLongException) {
        throw new GatewayRefusal(502, "the registry's answer is too long: " + trouble.getMessage());
      }
      boolean late = trouble instanceof InterruptedIOException;
      throw new GatewayRefusal(
          late ? 504 : 502,
          late ? "the registry did not answer in time" : "the registry cannot be reached");
    }
  }

  // ---- whom we ask -----------------------------------------------------------------------------

  /**
   * A registry of the user's may be anywhere; another host is asked on the usual ports, by a name
   * or a public address. Where a proxy stands in between it is the proxy that looks names up, so
   * that names of no public network are known by their form.
   */
  private boolean mayAsk(HttpUrl url) {
    if (configured.stream().anyMatch(each -> isSameOrigin(each, url))) {
      return true;
    }
    String host = url.host().toLowerCase(Locale.ROOT);
    boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
    boolean number = NUMBERS.matcher(host).matches();
    boolean named =
        host.contains(".")
            && !host.matches(".*\\.(?:local|localhost|internal|lan|home|corp|intranet|arpa)");
    return usual && !isProxy(host) && (number ? isPublicNumber(host) : named);
  }

  private static boolean isPublicNumber(String host) {
    try {
      return PublicAddress.is(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private boolean isProxy(String host) {
    return access.proxyHost().filter(host::equals).isPresent();
  }

  /** The way that a host has to an address; one that is not public only for whom the user named. */
  private List<InetAddress> addresses(String host) throws UnknownHostException {
    List<InetAddress> found = Dns.SYSTEM.lookup(host);
    boolean ours =
        configured.stream().anyMatch(each -> each.host().equalsIgnoreCase(host))
            || isProxy(host.toLowerCase(Locale.ROOT));
    List<InetAddress> allowed = ours ? found : found.stream().filter(PublicAddress::is).toList();
    if (allowed.isEmpty()) {
      throw new UnknownHostException(host + " is not on the public network");
    }
    return allowed;
  }

  private static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
    return one.scheme().equals(other.scheme())
        && one.host().equals(other.host())
        && one.port() == other.port();
  }

  @Override
  public void close() {
    wire.close();
  }
}
