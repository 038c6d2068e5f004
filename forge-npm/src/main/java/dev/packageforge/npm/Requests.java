package dev.packageforge.npm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.packageforge.Redactor;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Words requests, shows each host the credential that is meant for it, and reads the answers. */
final class Requests {
  /** The usual content. */
  static final String JSON = "application/json";

  private static final int MAX_REDIRECTS = 5;

  private final NpmAccess access;
  private final Wire wire;
  private final String userAgent;
  private final Duration timeout;

  Requests(NpmAccess access, Wire wire, String userAgent, Duration timeout) {
    this.access = access;
    this.wire = wire;
    this.userAgent = userAgent;
    this.timeout = timeout;
  }

  /** What is shown to an address; empty if nothing is. */
  Optional<Secret> credential(URI address) {
    return access.credentialFor(address).map(NpmCredential::header);
  }

  /** Takes out of text what must not be told: what an address is shown, and what else is given. */
  Redactor redactor(URI address, List<Secret> more) {
    List<Secret> known = new ArrayList<>(more);
    access
        .credentialFor(address)
        .ifPresent(
            credential -> {
              known.add(credential.value());
              if (credential.scheme() == NpmCredential.Scheme.BASIC) {
                password(credential.value()).ifPresent(known::add);
              }
            });
    return new Redactor(known);
  }

  private static Optional<Secret> password(Secret basic) {
    try {
      byte[] plain = Base64.getDecoder().decode(basic.reveal());
      String text = new String(plain, StandardCharsets.UTF_8);
      String password = text.substring(text.indexOf(':') + 1);
      return password.isBlank() ? Optional.empty() : Optional.of(Secret.of(password));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A request for an address, with the credential that is meant for it. */
  Request.Builder request(URI address, Optional<Secret> credential) {
    HttpUrl url = HttpUrl.parse(address.toString());
    if (url == null) {
      throw new IllegalArgumentException(
          "not an address: " + Text.visible(address.toString(), 200));
    }
    Request.Builder request = new Request.Builder().url(url).header("User-Agent", userAgent);
    credential.ifPresent(shown -> request.header("Authorization", shown.reveal()));
    return request;
  }

  /** Asks for a change, once. */
  Reply change(Request request, Redactor redactor, Duration longest)
      throws WireException, InterruptedException {
    return Reply.of(wire.change(request, longest), redactor);
  }

  /** One that was read, or the answer that was not as hoped. */
  private record Read<T>(@Nullable T value, Wire.@Nullable Heard other) {}

  /**
   * Looks something up.
   *
   * @param doing for people: {@code looking up demo@1.0.0}
   * @param accept what kind of answer is wanted
   * @param reader reads the answer, if it is a good one
   * @return empty if there is no such thing
   * @throws RegistryException if the registry did not answer so that it could be understood
   */
  <T> Optional<T> look(String doing, URI address, String accept, Wire.Reader<T> reader)
      throws InterruptedException {
    Read<T> read = ask(doing, address, accept, reader);
    return read.other() == null
        ? Optional.ofNullable(read.value())
        : notFound(doing, address, read.other());
  }

  /** As {@link #look}, going where the registry sends us; no further than some steps. */
  <T> Optional<T> follow(String doing, URI address, String accept, Wire.Reader<T> reader)
      throws InterruptedException {
    URI next = address;
    for (int step = 0; step <= MAX_REDIRECTS; step++) {
      Read<T> read = ask(doing, next, accept, reader);
      if (read.other() == null) {
        return Optional.ofNullable(read.value());
      }
      Optional<URI> sent = redirect(next, read.other());
      if (sent.isEmpty()) {
        return notFound(doing, next, read.other());
      }
      next = sent.get();
    }
    throw new RegistryException(
        origin(address) + " sends us on and on while " + doing + ".",
        "See what its address for tarballs is.",
        /* retryable= */ false,
        /* cause= */ null);
  }

  /** Asks, whatever the answer may be. */
  Reply reply(String doing, Request request, Duration longest, int most)
      throws InterruptedException {
    URI address = request.url().uri();
    try {
      return Reply.of(wire.look(request, longest, Wire.whole(most)), redactor(address, List.of()));
    } catch (WireException e) {
      throw failed(doing, address, e);
    }
  }

  /** Asks whether a person was at a page. */
  WebVisit.Looked visited(String doing, Request request) throws InterruptedException {
    URI address = request.url().uri();
    Wire.Heard heard;
    try {
      heard = wire.look(request, timeout, Wire.whole(Wire.SHORT_ANSWER));
    } catch (WireException e) {
      throw failed(doing, address, e);
    }
    Reply reply = Reply.of(heard, redactor(address, List.of()));
    if (reply.isUnclear()) {
      throw refused(doing, address, reply);
    }
    if (reply.status() == HttpURLConnection.HTTP_ACCEPTED) {
      return new WebVisit.Looked(Optional.empty(), false, seconds(heard.header("retry-after")));
    }
    String token = reply.json().path("token").asText("");
    return new WebVisit.Looked(
        isPrintable(token) ? Optional.of(Secret.of(token)) : Optional.empty(),
        true,
        Optional.empty());
  }

  private static Optional<Duration> seconds(String text) {
    return text.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  private <T> Read<T> ask(String doing, URI address, String accept, Wire.Reader<T> reader)
      throws InterruptedException {
    Request.Builder request = request(address, credential(address)).header("Accept", accept);
    if (!accept.contains("json")) {
      request.header("Accept-Encoding", "identity"); // the very bytes
    }
    try {
      return wire.look(
          request.build(),
          timeout,
          (response, headers) -> {
            if (response.isSuccessful()) {
              return new Read<>(reader.read(response, headers), null);
            }
            return new Read<>(null, refusal(response, headers));
          });
    } catch (WireException e) {
      throw failed(doing, address, e);
    }
  }

  private static Wire.Heard refusal(Response response, okhttp3.Headers headers) throws IOException {
    byte[] some = response.body().byteStream().readNBytes(64 * 1024);
    return new Wire.Heard(response.code(), headers, ByteString.of(some));
  }

  private static Optional<URI> redirect(URI from, Wire.Heard heard) {
    boolean redirects =
        switch (heard.status()) {
          case 301, 302, 303, 307, 308 -> true;
          default -> false;
        };
    HttpUrl base = HttpUrl.parse(from.toString());
    HttpUrl next = redirects && base != null ? base.resolve(heard.header("location")) : null;
    boolean bare = next != null && base != null && base.isHttps() && !next.isHttps();
    return next == null || bare ? Optional.empty() : Optional.of(next.uri());
  }

  private <T> Optional<T> notFound(String doing, URI address, Wire.Heard heard) {
    if (heard.status() == HttpURLConnection.HTTP_NOT_FOUND
        || heard.status() == HttpURLConnection.HTTP_GONE) {
      return Optional.empty();
    }
    throw refused(doing, address, Reply.of(heard, redactor(address, List.of())));
  }

  /** What to throw when a look-up is refused. */
  RegistryException refused(String doing, URI address, Reply reply) {
    String remedy =
        switch (reply.status()) {
          case 401, 403 ->
              "Set a token for this registry that may read it, or sign in with \"npm login\".";
          case 407 -> "Set the proxy's name and password in npm's configuration.";
          case 429 -> "Wait a little, then try again.";
          default ->
              reply.isUnclear()
                  ? "Try again later."
                  : "See whether the address is that of an npm registry.";
        };
    return new RegistryException(
        origin(address) + " answered " + reply.status() + " while " + doing + reply.quoted() + ".",
        remedy,
        reply.isUnclear(),
        /* cause= */ null);
  }

  private static RegistryException failed(String doing, URI address, WireException e) {
    IOException trouble = e.trouble();
    if (trouble instanceof TooLongException) {
      return new RegistryException(
          origin(address) + " answered more than anybody would read while " + doing + ".",
          "See what is at that address.",
          /* retryable= */ false,
          e);
    }
    if (trouble instanceof JacksonException && !(trouble instanceof JsonEOFException)) {
      // Its message quotes what was read; the cause is left out with it.
      return new RegistryException(
          origin(address) + " answered what is no JSON while " + doing + ".",
          "See whether the address is that of an npm registry.",
          /* retryable= */ false,
          /* cause= */ null);
    }
    return new RegistryException(
        Reach.sentence(origin(address), e).replaceFirst("\\.$", "") + " while " + doing + ".",
        Reach.remedy(e),
        /* retryable= */ true,
        e);
  }

  /** Whether a text can stand in a header. */
  static boolean isPrintable(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Scheme, host and port, for people. */
  static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }
}
