package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Secret;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where npm's registry is and what it is shown: addresses, credentials, certificates and proxies,
 * each with the place it was found at. Immutable; safe for use by many threads.
 *
 * <p>{@link #read} finds them where npm's own client does: the variables {@code npm_config_*}, the
 * project's {@code .npmrc}, the user's and the global one. Differences are on the careful side. A
 * certificate is always checked, whatever {@code strict-ssl} says. A credential goes to the host it
 * is written for, never over an unencrypted connection unless the registry itself is configured so,
 * and not at all while a variable it names is not set. {@link #remarks()} tells people of each.
 */
public final class NpmAccess {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String REGISTRY = "registry";
  private static final Pattern LAST_PART = Pattern.compile("(?:[^/]+|/)$");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");
  private static final List<String> UNBOUND =
      List.of("_authToken", "_auth", "_password", "username");

  private final Setting<URI> registry;
  private final Map<String, Setting<URI>> scopes;
  private final Map<String, NpmCredential> credentials;
  private final List<Setting<String>> certificates;
  private final Proxies proxies;
  private final List<String> remarks;

  private NpmAccess(
      Setting<URI> registry,
      Map<String, Setting<URI>> scopes,
      Map<String, NpmCredential> credentials,
      List<Setting<String>> certificates,
      Proxies proxies,
      Collection<String> remarks) {
    this.registry = registry;
    this.scopes = Map.copyOf(scopes);
    this.credentials = Map.copyOf(credentials);
    this.certificates = List.copyOf(certificates);
    this.proxies = proxies;
    this.remarks = List.copyOf(remarks);
  }

  /**
   * A value and where it comes from.
   *
   * @param value the value
   * @param source where it was found, for people: {@code project .npmrc, line 3}
   * @param <T> what it is
   */
  public record Setting<T>(T value, String source) {
    /** Checks that both are there. */
    public Setting {
      requireNonNull(value, "value");
      requireNonNull(source, "source");
    }
  }

  /**
   * What stands between here and the registry.
   *
   * @param address its address, without any credential
   * @param credential what it is shown, for the scheme {@code Basic}; empty if nothing
   * @param source where it was found, for people
   */
  public record Proxy(URI address, Optional<Secret> credential, String source) {
    /** Checks that all are there. */
    public Proxy {
      requireNonNull(address, "address");
      requireNonNull(credential, "credential");
      requireNonNull(source, "source");
    }
  }

  /**
   * The way out, as npm knows it.
   *
   * @param proxy what other hosts are asked through
   * @param direct the hosts that are asked without it; the end of a host's name is enough
   */
  private record Proxies(Optional<Proxy> proxy, List<String> direct) {}

  /** How the npm client is asked what no file says. */
  @FunctionalInterface
  interface Client {
    /** The registry's address. */
    String registry() throws InterruptedException;
  }

  /**
   * One registry and nothing else: no credential, no proxy, the machine's own certificates.
   *
   * @throws IllegalArgumentException if it is no address of a registry
   */
  public static NpmAccess of(URI registry) {
    URI address =
        address(registry.toString())
            .orElseThrow(() -> new IllegalArgumentException("not the address of a registry"));
    return new NpmAccess(
        new Setting<>(address, "given by the program"),
        Map.of(),
        Map.of(),
        List.of(),
        new Proxies(Optional.empty(), List.of()),
        Set.of());
  }

  /**
   * Reads npm's own settings. If none of them names the registry, the npm on the {@code PATH} is
   * started once and asked.
   *
   * <p>A project's {@code .npmrc} may name variables, and so send them to a host of its choice; the
   * folder must be one that this user trusts, as for npm itself.
   *
   * @param environment the variables of this process
   * @param folder where npm would be started; the project's file is looked for from here upwards
   * @param home the user's home folder
   * @throws RegistryException if a file is there and cannot be read, or says what cannot be used;
   *     the message names the file and the line
   * @throws InterruptedException if this thread is interrupted
   */
  public static NpmAccess read(Map<String, String> environment, Path folder, Path home)
      throws InterruptedException {
    return read(environment, folder, home, () -> ask(folder));
  }

  static NpmAccess read(Map<String, String> environment, Path folder, Path home, Client client)
      throws InterruptedException {
    NpmConfig config = NpmConfig.read(environment, folder, home);
    Optional<Setting<URI>> found = registry(config, REGISTRY);
    Setting<URI> registry = found.isPresent() ? found.get() : said(client.registry());
    Map<String, Setting<URI>> scopes = new HashMap<>();
    for (String key : config.keys()) {
      if (key.startsWith("@") && key.endsWith(":" + REGISTRY)) {
        String scope = key.substring(0, key.length() - REGISTRY.length() - 1);
        registry(config, key).ifPresent(setting -> scopes.put(scope, setting));
      }
    }
    Set<String> remarks = new LinkedHashSet<>(config.remarks());
    List<URI> used = new ArrayList<>(List.of(registry.value()));
    scopes.values().forEach(scope -> used.add(scope.value()));
    Map<String, NpmCredential> credentials = credentials(config, used, remarks);
    remarkOnTransport(config, used, remarks);
    return new NpmAccess(
        registry, scopes, credentials, certificates(config, remarks), proxies(config), remarks);
  }

  /** The same, with a token for the registry that {@link #registry()} names, and for it alone. */
  public NpmAccess withToken(Secret token) {
    return withToken(token, "given by the program");
  }

  /**
   * The same, with a token for the registry that {@link #registry()} names, and for it alone.
   *
   * @param source where the token was found, for people: {@code environment NPM_TOKEN}
   */
  public NpmAccess withToken(Secret token, String source) {
    Map<String, NpmCredential> more = new HashMap<>(credentials);
    more.put(
        prefix(registry.value()), new NpmCredential(NpmCredential.Scheme.BEARER, token, source));
    return new NpmAccess(registry, scopes, more, certificates, proxies, remarks);
  }

  /** Which registries there are, and for which scopes: the same text is the same places. */
  String places() {
    Map<String, URI> places = new TreeMap<>();
    scopes.forEach((scope, setting) -> places.put(scope, setting.value()));
    return registry.value() + " " + places;
  }

  /** Where packages without a scope of their own are; its address ends with a slash. */
  public Setting<URI> registry() {
    return registry;
  }

  /**
   * Where a package is; the address ends with a slash.
   *
   * @param name a package's name, with its scope if it has one
   */
  public Setting<URI> registryFor(String name) {
    int slash = name.indexOf('/');
    boolean scoped = name.startsWith("@") && slash > 0;
    return scoped ? scopes.getOrDefault(name.substring(0, slash), registry) : registry;
  }

  /**
   * What is shown to whoever answers at an address: the credential of the longest path above it. An
   * address of a registry's host that none is written for gets the registry's own.
   */
  public Optional<NpmCredential> credentialFor(URI address) {
    if (!mayCarry(address)) {
      return Optional.empty();
    }
    Optional<NpmCredential> written = nearest(address);
    return written.isPresent()
        ? written
        : registries().filter(each -> sameHost(each, address)).findFirst().flatMap(this::nearest);
  }

  /** Certificates to trust besides the machine's own, in PEM, one setting a file or value. */
  public List<Setting<String>> certificates() {
    return certificates;
  }

  /** What an address is asked through; empty if it is asked directly, as this machine always is. */
  public Optional<Proxy> proxyFor(URI address) {
    String host = host(address);
    if (isLoopback(host) || proxies.direct().stream().anyMatch(end -> endsWith(host, end))) {
      return Optional.empty();
    }
    return proxies.proxy();
  }

  /** The registries of all packages, with a scope and without. */
  List<URI> addresses() {
    return registries().distinct().toList();
  }

  /** The host of the proxy, if there is one. */
  Optional<String> proxyHost() {
    return proxies.proxy().map(proxy -> host(proxy.address()));
  }

  /** What people should be told before these are used, a sentence each; never a credential. */
  public List<String> remarks() {
    return remarks;
  }

  /** The registry and who is shown to it, without any secret. */
  @Override
  public String toString() {
    return "NpmAccess["
        + registry.value()
        + " from "
        + registry.source()
        + credentialFor(registry.value()).map(found -> ", " + found.source()).orElse("")
        + "]";
  }

  // ---- addresses -------------------------------------------------------------------------------

  private static Optional<Setting<URI>> registry(NpmConfig config, String key) {
    Optional<NpmConfig.Value> value = config.find(key).filter(each -> !each.text().isBlank());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    NpmConfig.Value found = value.get();
    if (!found.missing().isEmpty()) {
      throw new RegistryException(
          found.place() + " names " + variables(found) + ", which is not set.",
          "Set it, or write the registry's address there.",
          /* retryable= */ false,
          /* cause= */ null);
    }
    URI address =
        address(found.text())
            .orElseThrow(
                () ->
                    new RegistryException(
                        found.place() + " says of " + key + " what is no registry's address.",
                        "Write an address that begins with https:// and holds no name or password.",
                        /* retryable= */ false,
                        /* cause= */ null));
    return Optional.of(new Setting<>(address, found.source()));
  }

  /** With a slash at its end; empty if this is no address of a registry. */
  private static Optional<URI> address(String text) {
    try {
      URI uri = new URI(text.strip());
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean sound =
          (scheme.equals("https") || scheme.equals("http"))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null;
      if (!sound) {
        return Optional.empty();
      }
      boolean usual = uri.getPort() == (scheme.equals("https") ? 443 : 80);
      String port = uri.getPort() < 0 || usual ? "" : ":" + uri.getPort();
      String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
      return Optional.of(URI.create(scheme + "://" + host(uri) + port + path + "/"));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Setting<URI> said(String answer) {
    URI address =
        address(answer)
            .orElseThrow(
                () ->
                    new RegistryException(
                        "Asking npm for its registry failed: it answered no address.",
                        "Run \"npm config get registry\" to see what it says.",
                        /* retryable= */ false,
                        /* cause= */ null));
    return new Setting<>(address, "npm config get registry");
  }

  private static String ask(Path folder) throws InterruptedException {
    try {
      HostCommand.Said said =
          HostCommand.run(List.of("npm", "config", "get", REGISTRY), folder, PATIENCE);
      return said.exit() == 0 ? said.output().strip() : "";
    } catch (IOException | TimeoutException e) {
      throw new RegistryException(
          "No setting names npm's registry, and npm could not be asked for its own.",
          ToolVersions.remedy(),
          /* retryable= */ false,
          e);
    }
  }

  private static String variables(NpmConfig.Value value) {
    return String.join(", ", value.missing().stream().map(name -> "${" + name + "}").toList());
  }

  // ---- credentials -----------------------------------------------------------------------------

  /** All that can be used, by the prefix they are written for: {@code //host/path/}. */
  private static Map<String, NpmCredential> credentials(
      NpmConfig config, List<URI> registries, Set<String> remarks) {
    Map<String, NpmCredential> credentials = new LinkedHashMap<>();
    for (String key : config.keys()) {
      int colon = key.lastIndexOf(':');
      if (key.startsWith("//") && colon > 2) {
        String prefix = key.substring(0, colon);
        boolean used = registries.stream().anyMatch(each -> isAbove(prefix, each));
        Optional<NpmCredential> found =
            credential(config, prefix, used ? remarks : new LinkedHashSet<>());
        found.ifPresent(credential -> credentials.put(prefix, credential));
        if (used && (key.endsWith(":certfile") || key.endsWith(":keyfile"))) {
          remarks.add(
              place(config, key) + " names a client's certificate, which is not used here.");
        }
      }
    }
    for (String key : UNBOUND) {
      config
          .find(key)
          .ifPresent(
              value ->
                  remarks.add(
                      value.place()
                          + " holds "
                          + key
                          + " for no registry, so it is sent to none; write "
                          + prefix(registries.get(0))
                          + ":"
                          + key
                          + " there."));
    }
    return credentials;
  }

  private static Optional<NpmCredential> credential(
      NpmConfig config, String prefix, Set<String> remarks) {
    Optional<NpmConfig.Value> token = usable(config, prefix + ":_authToken", remarks);
    if (token.isPresent()) {
      return secret(token.get(), token.get().text(), NpmCredential.Scheme.BEARER, remarks);
    }
    Optional<NpmConfig.Value> both = usable(config, prefix + ":_auth", remarks);
    if (both.isPresent()) {
      return encoded(both.get(), remarks)
          .flatMap(
              plain -> secret(both.get(), both.get().text(), NpmCredential.Scheme.BASIC, remarks));
    }
    Optional<NpmConfig.Value> user = usable(config, prefix + ":username", remarks);
    Optional<NpmConfig.Value> password = usable(config, prefix + ":_password", remarks);
    if (user.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    return encoded(password.get(), remarks)
        .flatMap(
            plain ->
                secret(
                    password.get(),
                    base64(user.get().text() + ":" + plain),
                    NpmCredential.Scheme.BASIC,
                    remarks));
  }

  private static Optional<NpmConfig.Value> usable(
      NpmConfig config, String key, Set<String> remarks) {
    Optional<NpmConfig.Value> value = config.find(key).filter(each -> !each.text().isBlank());
    if (value.isPresent() && !value.get().missing().isEmpty()) {
      remarks.add(
          value.get().place()
              + " names "
              + variables(value.get())
              + ", which is not set, so that credential is not used.");
      return Optional.empty();
    }
    return value;
  }

  private static Optional<String> encoded(NpmConfig.Value value, Set<String> remarks) {
    String text = value.text();
    if (BASE64.matcher(text).matches()) {
      try {
        byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        // said below
      }
    }
    remarks.add(value.place() + " holds a credential that is no base64, so it is not used.");
    return Optional.empty();
  }

  private static Optional<NpmCredential> secret(
      NpmConfig.Value found, String text, NpmCredential.Scheme scheme, Set<String> remarks) {
    if (!text.chars().allMatch(c -> c > ' ' && c < 127)) {
      remarks.add(
          found.place()
              + " holds a credential with a character no header can carry, so it is not used.");
      return Optional.empty();
    }
    return Optional.of(new NpmCredential(scheme, Secret.of(text), found.source()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String place(NpmConfig config, String key) {
    return config.find(key).map(NpmConfig.Value::place).orElse("");
  }

  /** The form that npm binds a credential to: the address without its scheme. */
  private static String prefix(URI address) {
    return "//" + authority(address) + address.getRawPath();
  }

  private static boolean isAbove(String prefix, URI address) {
    return lookUps(address).contains(prefix);
  }

  private Optional<NpmCredential> nearest(URI address) {
    return lookUps(address).stream()
        .flatMap(prefix -> Optional.ofNullable(credentials.get(prefix)).stream())
        .findFirst();
  }

  /** The prefixes that npm tries for an address, the longest first. */
  private static List<String> lookUps(URI address) {
    String path = address.getRawPath();
    List<String> prefixes = new ArrayList<>();
    String prefix = "//" + authority(address) + (path == null || path.isEmpty() ? "/" : path);
    while (prefix.length() > 2) {
      prefixes.add(prefix);
      prefix = LAST_PART.matcher(prefix).replaceFirst("");
    }
    return prefixes;
  }

  /** Whether a credential may go there at all: encrypted, on this machine, or as configured. */
  private boolean mayCarry(URI address) {
    return isSecure(address)
        || isLoopback(host(address))
        || registries().anyMatch(each -> !isSecure(each) && sameHost(each, address));
  }

  private Stream<URI> registries() {
    return Stream.concat(Stream.of(registry), scopes.values().stream()).map(Setting::value);
  }

  private static boolean sameHost(URI one, URI other) {
    return isSecure(one) == isSecure(other) && authority(one).equals(authority(other));
  }

  private static String authority(URI address) {
    int port = address.getPort();
    boolean usual = port < 0 || port == (isSecure(address) ? 443 : 80);
    return host(address) + (usual ? "" : ":" + port);
  }

  private static String host(URI address) {
    return address.getHost() == null ? "" : address.getHost().toLowerCase(Locale.ROOT);
  }

  private static boolean isSecure(URI address) {
    return "https".equalsIgnoreCase(address.getScheme());
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
  }

  // ---- transport -------------------------------------------------------------------------------

  private static void remarkOnTransport(
      NpmConfig config, List<URI> registries, Set<String> remarks) {
    config
        .find("strict-ssl")
        .filter(NpmConfig.Value::isFalse)
        .ifPresent(
            value ->
                remarks.add(
                    value.place()
                        + " says strict-ssl=false, which is not done: certificates are always"
                        + " checked. Name the registry's authority with cafile."));
    registries.stream()
        .filter(each -> !isSecure(each) && !isLoopback(host(each)))
        .distinct()
        .forEach(
            each ->
                remarks.add(
                    "The connection to "
                        + each
                        + " is not encrypted; whoever is on the way can read and change it."));
  }

  private static List<Setting<String>> certificates(NpmConfig config, Set<String> remarks) {
    List<Setting<String>> certificates = new ArrayList<>();
    config
        .find("ca")
        .filter(value -> !List.of("null", "", "false").contains(value.text()))
        .ifPresent(
            value ->
                certificates.add(
                    new Setting<>(
                        String.join("\n", value.texts()).replace("\\n", "\n"), value.source())));
    config
        .find("cafile")
        .ifPresent(value -> pem(config, value, remarks).ifPresent(certificates::add));
    config
        .variable("node_extra_ca_certs")
        .ifPresent(value -> pem(config, value, remarks).ifPresent(certificates::add));
    return certificates;
  }

  private static Optional<Setting<String>> pem(
      NpmConfig config, NpmConfig.Value value, Set<String> remarks) {
    Optional<Path> file = config.path(value);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Setting<>(
              new String(Files.readAllBytes(file.get()), StandardCharsets.ISO_8859_1),
              value.source()));
    } catch (IOException e) {
      remarks.add(
          value.place()
              + " names the certificates in "
              + file.get()
              + ", which cannot be read, so they are not trusted.");
      return Optional.empty();
    }
  }

  private static Proxies proxies(NpmConfig config) {
    Optional<NpmConfig.Value> any = config.find("proxy");
    Optional<Proxy> proxy = proxy(config.find("https-proxy")).or(() -> proxy(any));
    if (proxy.isEmpty() && any.filter(NpmConfig.Value::isFalse).isEmpty()) {
      proxy =
          config
              .variable("https_proxy")
              .or(() -> config.variable("http_proxy"))
              .or(() -> config.variable("proxy"))
              .map(NpmAccess::proxy);
    }
    List<String> direct =
        config
            .find("noproxy")
            .or(() -> config.variable("no_proxy"))
            .map(value -> String.join(",", value.texts()))
            .map(text -> Arrays.stream(text.split(",")).map(String::strip).toList())
            .orElse(List.of());
    return new Proxies(proxy, direct.stream().filter(end -> !end.isEmpty()).toList());
  }

  private static Optional<Proxy> proxy(Optional<NpmConfig.Value> value) {
    return value
        .filter(each -> !List.of("null", "", "false").contains(each.text()))
        .map(NpmAccess::proxy);
  }

  private static Proxy proxy(NpmConfig.Value value) {
    String text = value.text();
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      if (uri.getHost() != null && value.missing().isEmpty()) {
        Optional<Secret> credential =
            Optional.ofNullable(uri.getUserInfo()).map(NpmAccess::base64).map(Secret::of);
        URI bare = new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), null, null, null);
        return new Proxy(bare, credential, value.source());
      }
    } catch (URISyntaxException e) {
      // said below, without repeating it: it may hold a password
    }
    throw new RegistryException(
        value.place() + " names a proxy by what is no address.",
        "Write it as http://host:port, or delete it.",
        /* retryable= */ false,
        /* cause= */ null);
  }

  private static boolean endsWith(String host, String end) {
    String bare =
        end.startsWith("*.") ? end.substring(2) : end.startsWith(".") ? end.substring(1) : end;
    String wanted = bare.toLowerCase(Locale.ROOT);
    return end.equals("*") || host.equals(wanted) || host.endsWith("." + wanted);
  }
}
