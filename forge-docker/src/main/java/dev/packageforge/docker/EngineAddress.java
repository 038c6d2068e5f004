package dev.packageforge.docker;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine listens.
 *
 * @param uri {@code unix:///path}, {@code npipe:////./pipe/name} or {@code tcp://host:port}
 * @param certificates the folder of {@code ca.pem}, {@code cert.pem} and {@code key.pem}; null for
 *     an engine that is talked to in the clear
 * @param source who named it, as a noun: the setting, a variable, a folder
 */
record EngineAddress(URI uri, @Nullable Path certificates, String source) {
  private static final Set<String> SPOKEN = Set.of("unix", "npipe", "tcp");

  EngineAddress {
    requireNonNull(source, "source");
    if (!SPOKEN.contains(String.valueOf(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "an engine is reached by unix://, npipe:// or tcp://, not by \"" + uri + "\"");
    }
    if (uri.getScheme().equals("tcp") && (uri.getHost() == null || uri.getPort() < 0)) {
      throw new IllegalArgumentException("tcp:// needs a host and a port, was \"" + uri + "\"");
    }
  }

  static EngineAddress of(String address, @Nullable Path certificates, String source) {
    String named = address.strip();
    URI uri = URI.create(named.startsWith("/") ? "unix://" + named : named);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (scheme.equals("http") || scheme.equals("https")) {
      uri = URI.create("tcp" + named.substring(scheme.length()));
    }
    return new EngineAddress(uri, uri.getScheme().equals("tcp") ? certificates : null, source);
  }

  /** Whether it is on this machine, by its looks. */
  boolean local() {
    return !uri.getScheme().equals("tcp");
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
