package dev.packageforge.npm;

import dev.packageforge.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import okhttp3.Authenticator;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Goes the way that npm's configuration says, or the one that was given. */
final class Proxies extends ProxySelector {
  private static final String HEADER = "Proxy-Authorization";

  private final NpmAccess access;
  private final @Nullable InetSocketAddress given;

  Proxies(NpmAccess access, @Nullable InetSocketAddress given) {
    this.access = access;
    this.given = given;
  }

  /** Shows a proxy what npm's configuration has for it, once. */
  Authenticator authenticator() {
    return (route, response) -> {
      Request request = response.request();
      Optional<Secret> known =
          given != null
              ? Optional.empty()
              : access.proxyFor(request.url().uri()).flatMap(NpmAccess.Proxy::credential);
      return known.isEmpty() || request.header(HEADER) != null
          ? null
          : request.newBuilder().header(HEADER, "Basic " + known.get().reveal()).build();
    };
  }

  @Override
  public List<Proxy> select(URI address) {
    InetSocketAddress way =
        given != null ? given : access.proxyFor(address).map(Proxies::socket).orElse(null);
    return List.of(way == null ? Proxy.NO_PROXY : new Proxy(Proxy.Type.HTTP, way));
  }

  private static InetSocketAddress socket(NpmAccess.Proxy proxy) {
    URI address = proxy.address();
    int usual = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    int port = address.getPort() > 0 ? address.getPort() : usual;
    return InetSocketAddress.createUnresolved(address.getHost(), port);
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException trouble) {
    // The request fails with it.
  }
}
