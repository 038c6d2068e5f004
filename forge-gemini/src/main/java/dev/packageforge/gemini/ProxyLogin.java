package dev.packageforge.gemini;

import java.net.Authenticator.RequestorType;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Tells a proxy the credentials that {@link java.net.Authenticator} knows, once. OkHttp's own way
 * to do this fails on the addresses that the JVM's proxy settings give, which are not looked up.
 */
final class ProxyLogin implements Authenticator {
  private static final String HEADER = "Proxy-Authorization";

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response) {
    Request request = response.request();
    if (response.code() != 407 || request.header(HEADER) != null || route == null) {
      return null;
    }
    Proxy proxy = route.proxy();
    if (!(proxy.address() instanceof InetSocketAddress address)) {
      return null;
    }
    for (Challenge challenge : response.challenges()) {
      if (challenge.scheme().equalsIgnoreCase("Basic")) {
        PasswordAuthentication known =
            java.net.Authenticator.requestPasswordAuthentication(
                address.getHostString(),
                address.getAddress(),
                address.getPort(),
                request.url().scheme(),
                challenge.realm(),
                challenge.scheme(),
                request.url().url(),
                RequestorType.PROXY);
        if (known != null) {
          String login =
              Credentials.basic(
                  known.getUserName(), new String(known.getPassword()), challenge.charset());
          return request.newBuilder().header(HEADER, login).build();
        }
      }
    }
    return null;
  }
}
