package dev.packageforge.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Text;
import dev.packageforge.docker.Wire.Ask;
import dev.packageforge.docker.Wire.Reply;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds the engine that a user has. What somebody chose, by setting, variable or context, is taken
 * or refused; only where nobody chose are the usual places looked at, one after the other.
 */
final class EngineSearch {
  private static final Duration LOOK = Duration.ofSeconds(3);
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final EngineSettings settings;
  private final List<String> tried = new ArrayList<>();
  private boolean away;

  private EngineSearch(EngineSettings settings) {
    this.settings = settings;
  }

  /**
   * The engine.
   *
   * @throws SandboxException if there is none, with all that was tried; to be retried if one is
   *     there and does not answer
   */
  static Engine find(EngineSettings settings) throws InterruptedException {
    return new EngineSearch(settings).search();
  }

  private Engine search() throws InterruptedException {
    Optional<EngineAddress> chosen = chosen();
    List<EngineAddress> places = chosen.map(List::of).orElseGet(() -> usual(settings));
    for (EngineAddress place : places) {
      Engine engine = attempt(place);
      if (engine != null) {
        return engine;
      }
    }
    throw new SandboxException(
        "No container engine answered. Tried: " + String.join("; ", tried) + ".",
        chosen.isPresent()
            ? "Start the engine there, or name another one."
            : "Start Docker or Podman, or name the address of its socket.",
        away,
        null);
  }

  /** What somebody chose; empty if nobody did. */
  private Optional<EngineAddress> chosen() {
    Path certificates = certificates();
    String address = settings.address();
    if (address != null && !address.isBlank()) {
      return Optional.of(address(address, certificates, "the setting"));
    }
    String host = settings.variable("DOCKER_HOST");
    if (!host.isEmpty()) {
      return Optional.of(address(host, certificates, "the variable DOCKER_HOST"));
    }
    return context();
  }

  private @Nullable Path certificates() {
    String folder = settings.variable("DOCKER_CERT_PATH");
    // Any value switches it on, also 0 (Docker's own program, "DOCKER_TLS_VERIFY").
    if (folder.isEmpty() && settings.variable("DOCKER_TLS_VERIFY").isEmpty()) {
      return null;
    }
    return folder.isEmpty() ? configuration() : Path.of(folder);
  }

  private Path configuration() {
    String folder = settings.variable("DOCKER_CONFIG");
    return folder.isEmpty() ? settings.home().resolve(".docker") : Path.of(folder);
  }

  private static EngineAddress address(String address, @Nullable Path certificates, String source) {
    try {
      return EngineAddress.of(address, certificates, source);
    } catch (IllegalArgumentException e) {
      throw new SandboxException(
          "The address of the container engine in "
              + source
              + " cannot be used: "
              + Text.visible(String.valueOf(e.getMessage()), 300)
              + ".",
          address.startsWith("ssh:")
              ? "Forward the engine's socket over ssh, and name the local end as unix://."
              : "Name it as unix:///path, npipe:////./pipe/name or tcp://host:port.",
          false,
          e);
    }
  }

  /** The context that Docker's own program would use. */
  private Optional<EngineAddress> context() {
    Path folder = configuration();
    String name = settings.variable("DOCKER_CONTEXT");
    if (name.isEmpty()) {
      name = json(folder.resolve("config.json")).path("currentContext").asText("");
    }
    if (name.isEmpty() || name.equals("default")) {
      return Optional.empty();
    }
    String digest = sha256(name);
    String source = "the Docker context \"" + Text.visible(name, 100) + "\"";
    String host =
        json(folder.resolve("contexts/meta").resolve(digest).resolve("meta.json"))
            .path("Endpoints")
            .path("docker")
            .path("Host")
            .asText("");
    if (host.isEmpty()) {
      throw new SandboxException(
          "The Docker context \"" + Text.visible(name, 100) + "\" names no engine.",
          "Choose another context with \"docker context use\", or name the engine's address.",
          false,
          null);
    }
    Path certificates = folder.resolve("contexts/tls").resolve(digest).resolve("docker");
    return Optional.of(
        address(host, Files.isDirectory(certificates) ? certificates : null, source));
  }

  /** Where engines listen if nobody says otherwise, the most likely first. */
  static List<EngineAddress> usual(EngineSettings settings) {
    List<EngineAddress> places = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    Path root = settings.root();
    Path home = settings.home();
    Optional<Path> runtime = folder(settings.variable("XDG_RUNTIME_DIR"));
    place(places, seen, root.resolve("var/run/docker.sock"), "Docker's own socket");
    runtime.ifPresent(
        path -> place(places, seen, path.resolve("docker.sock"), "rootless Docker's socket"));
    place(places, seen, home.resolve(".docker/run/docker.sock"), "the user's own Docker socket");
    place(places, seen, home.resolve(".docker/desktop/docker.sock"), "Docker Desktop's socket");
    Path colima = folder(settings.variable("COLIMA_HOME")).orElse(home.resolve(".colima"));
    place(places, seen, colima.resolve("default/docker.sock"), "Colima's socket");
    place(places, seen, home.resolve(".config/colima/default/docker.sock"), "Colima's socket");
    place(places, seen, home.resolve(".rd/docker.sock"), "Rancher Desktop's socket");
    place(places, seen, home.resolve(".orbstack/run/docker.sock"), "OrbStack's socket");
    pipe(places, root, "npipe:////./pipe/docker_engine", "Docker's own pipe");
    String podman = settings.variable("CONTAINER_HOST");
    if (podman.startsWith("unix://") || podman.startsWith("tcp://")) {
      places.add(address(podman, null, "the variable CONTAINER_HOST"));
    }
    runtime.ifPresent(
        path ->
            place(places, seen, path.resolve("podman/podman.sock"), "the user's Podman socket"));
    place(places, seen, root.resolve("run/podman/podman.sock"), "Podman's own socket");
    place(
        places,
        seen,
        home.resolve(".local/share/containers/podman/machine/podman.sock"),
        "Podman's machine");
    return places;
  }

  private static Optional<Path> folder(String name) {
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static void place(List<EngineAddress> places, Set<URI> seen, Path socket, String source) {
    URI uri = URI.create("unix://" + socket.toAbsolutePath().toUri().getRawPath());
    if (seen.add(uri)) {
      places.add(new EngineAddress(uri, null, source));
    }
  }

  private static void pipe(List<EngineAddress> places, Path root, String pipe, String source) {
    if (root.getFileSystem().getSeparator().equals("\\")) {
      places.add(new EngineAddress(URI.create(pipe), null, source));
    }
  }

  private @Nullable Engine attempt(EngineAddress place) throws InterruptedException {
    String named = place + " (" + place.source() + ")";
    if (place.uri().getScheme().equals("unix")) {
      Path socket = Path.of(place.uri().getPath());
      if (!Files.exists(socket)) {
        tried.add(named + ": no such socket");
        return null;
      }
      if (!Files.isReadable(socket) || !Files.isWritable(socket)) {
        tried.add(named + ": this user may not use it");
        return null;
      }
    }
    SSLContext tls = place.certificates() == null ? null : Tls.context(place.certificates());
    Wire wire = new Wire(place, tls, LOOK, threads());
    boolean good = false;
    try {
      Engine engine = introduce(place, wire);
      good = true;
      return engine;
    } catch (SandboxException e) {
      if (!e.retryable()) {
        throw e;
      }
      away = true;
      tried.add(named + ": " + String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
      return null;
    } finally {
      if (!good) {
        wire.close();
      }
    }
  }

  private static ExecutorService threads() {
    return Executors.newCachedThreadPool(
        task -> {
          Thread thread = new Thread(task, "forge-docker-" + THREADS.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private Engine introduce(EngineAddress place, Wire wire) throws InterruptedException {
    Engine.Deadlines deadlines = settings.deadlines();
    Duration look = deadlines.call().compareTo(LOOK) < 0 ? deadlines.call() : LOOK;
    Reply ping = wire.call(Ask.of("GET", "/_ping"), look);
    String offered = ping.version();
    if (!ping.ok() || offered == null) {
      throw new SandboxException(
          "What listens at "
              + place
              + " is no container engine; it answered "
              + ping.status()
              + ".",
          "Name the address of a container engine.",
          true,
          null);
    }
    String api = ApiVersion.agreed(offered, place);
    JsonNode version = ask(wire, "/v" + api + "/version", deadlines.call(), place);
    JsonNode info = ask(wire, "/v" + api + "/info", deadlines.call(), place);
    EngineFacts facts = facts(place, api, ping.libpod() != null, version, info);
    String runtime = settings.runtime();
    if (runtime != null && !facts.runtimes().contains(runtime)) {
      throw new SandboxException(
          "The container engine at "
              + place
              + " has no runtime \""
              + Text.visible(runtime, 60)
              + "\"; it has "
              + String.join(", ", facts.runtimes().stream().sorted().toList())
              + ".",
          "Install that runtime and make it known to the engine, or choose one that it has.",
          false,
          null);
    }
    return new Engine(wire, facts, deadlines, runtime);
  }

  private static JsonNode ask(Wire wire, String path, Duration limit, EngineAddress place)
      throws InterruptedException {
    Reply reply = wire.call(Ask.of("GET", path), limit);
    if (!reply.ok()) {
      throw new SandboxException(
          "The container engine at " + place + " says nothing of itself: " + reply.status() + ".",
          "See the engine's own log.",
          true,
          null);
    }
    return reply.body();
  }

  static EngineFacts facts(
      EngineAddress place, String api, boolean podman, JsonNode version, JsonNode info) {
    Set<String> runtimes = new HashSet<>();
    info.path("Runtimes").properties().forEach(runtime -> runtimes.add(runtime.getKey()));
    List<String> security = new ArrayList<>();
    info.path("SecurityOptions").forEach(option -> security.add(option.asText()));
    Set<EngineFacts.Missing> missing = EnumSet.noneOf(EngineFacts.Missing.class);
    lacks(info, "MemoryLimit", EngineFacts.Missing.MEMORY, missing);
    lacks(info, "SwapLimit", EngineFacts.Missing.SWAP, missing);
    lacks(info, "PidsLimit", EngineFacts.Missing.PROCESSES, missing);
    lacks(info, "CpuCfsQuota", EngineFacts.Missing.PROCESSORS, missing);
    return new EngineFacts(
        place,
        podman ? "Podman" : "Docker",
        Text.visible(version.path("Version").asText("?"), 60),
        api,
        Text.visible(version.path("Os").asText("?") + "/" + version.path("Arch").asText("?"), 60),
        info.path("CgroupVersion").asInt(0),
        security,
        runtimes,
        info.path("DefaultRuntime").asText(""),
        missing);
  }

  private static void lacks(
      JsonNode info, String name, EngineFacts.Missing what, Set<EngineFacts.Missing> missing) {
    if (!info.path(name).asBoolean(false)) {
      missing.add(what);
    }
  }

  private static JsonNode json(Path file) {
    try {
      return Json.read(Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0]);
    } catch (IOException e) {
      return Json.read(new byte[0]);
    }
  }

  private static String sha256(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
