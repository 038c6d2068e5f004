package dev.packageforge.npm;

import dev.packageforge.PackageId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Where things are at a registry. */
final class Addresses {
  private Addresses() {}

  /** The document of a package. */
  static URI ofPackage(URI registry, String name) {
    return at(registry, escaped(name));
  }

  /** The document of one version. */
  static URI ofVersion(URI registry, PackageId id) {
    return at(registry, escaped(id.name()) + "/" + id.version());
  }

  /** The tags of a package. */
  static URI ofTags(URI registry, String name) {
    return at(registry, "-/package/" + escaped(name) + "/dist-tags");
  }

  /** What is below the registry's own address. */
  static URI at(URI registry, String path) {
    return URI.create(registry + path);
  }

  /** A name as it stands in a path: the slash of a scope does not part it. */
  static String escaped(String name) {
    return name.replace("/", "%2f");
  }

  /**
   * Where a tarball is. Registries often write their own address without encryption, as they were
   * once told it.
   *
   * @param stated what the registry says; may be nothing, or no address
   */
  static URI ofTarball(URI registry, PackageId id, String stated) {
    return read(stated)
        .map(address -> secured(registry, address))
        .orElseGet(
            () ->
                at(
                    registry,
                    id.name()
                        + "/-/"
                        + id.name().substring(id.name().indexOf('/') + 1)
                        + "-"
                        + id.version()
                        + ".tgz"));
  }

  /** An address of the web; empty if it is none, or names a user. */
  static Optional<URI> read(String text) {
    try {
      URI address = new URI(text);
      String scheme =
          address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
      boolean web = scheme.equals("https") || scheme.equals("http");
      return web && address.getHost() != null && address.getRawUserInfo() == null
          ? Optional.of(address)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static URI secured(URI registry, URI address) {
    boolean bare = "http".equalsIgnoreCase(address.getScheme());
    boolean ours = registry.getHost().equalsIgnoreCase(address.getHost());
    if (!bare || !ours || !"https".equalsIgnoreCase(registry.getScheme())) {
      return address;
    }
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    return URI.create(
        registry.getScheme() + "://" + registry.getRawAuthority() + address.getRawPath() + query);
  }
}
