package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import okhttp3.Response;

/** What is asked of registries without changing anything. */
final class Lookups {
  private static final long MAX_TARBALL = 512L * 1024 * 1024;
  private static final int MAX_DOCUMENT = 16 * 1024 * 1024;
  private static final long MAX_PACKUMENT = 512L * 1024 * 1024;
  private static final int MAX_WHOLE = 64 * 1024 * 1024;
  private static final int PER_PAGE = 100;
  private static final int MAX_PAGES = 100;
  private static final String ABBREVIATED =
      "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
  private static final String BYTES = "application/octet-stream, */*;q=0.1";
  private static final Pattern STAGE = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private final NpmAccess access;
  private final Requests requests;

  private final Duration timeout;

  Lookups(NpmAccess access, Requests requests, Duration timeout) {
    this.timeout = timeout;
    this.access = access;
    this.requests = requests;
  }

  Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    if (!mayExist(id)) {
      return Optional.empty();
    }
    URI registry = registry(id.name());
    Optional<Packument.Dist> dist =
        requests.look(
            "looking up " + id,
            Addresses.ofVersion(registry, id),
            Requests.JSON,
            (response, headers) -> PackumentReader.dist(json(response)));
    if (dist.isEmpty()) {
      return Optional.empty();
    }
    URI location = Addresses.ofTarball(registry, id, dist.get().tarball());
    Optional<Sha512> digest = dist.get().digest();
    if (digest.isEmpty()) {
      digest = digest(id, location); // very old versions, and careless registries
    }
    return digest.map(known -> new StoredVersion(id, known, location.toString()));
  }

  Optional<Sha512> served(StoredVersion stored) throws InterruptedException {
    URI location =
        Addresses.read(stored.location())
            .orElseThrow(
                () ->
                    new RegistryException(
                        "The address of " + stored.id() + " cannot be read.",
                        "Look the version up again.",
                        /* retryable= */ false,
                        /* cause= */ null));
    return digest(stored.id(), location);
  }

  private Optional<Sha512> digest(PackageId id, URI location) throws InterruptedException {
    return requests.follow(
        "downloading " + id, location, BYTES, (response, headers) -> digest(response));
  }

  private static Sha512 digest(Response response) throws IOException {
    try (InputStream in = new LimitedStream(response.body().byteStream(), MAX_TARBALL);
        DigestOutputStream out =
            new DigestOutputStream(OutputStream.nullOutputStream(), sha512())) {
      in.transferTo(out);
      return new Sha512(HexFormat.of().formatHex(out.getMessageDigest().digest()));
    }
  }

  private static MessageDigest sha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }

  /** All that is known of a package, with the time of each version. */
  Optional<Packument> packument(String name) throws InterruptedException {
    return packument(name, Requests.JSON);
  }

  /** What is needed to install a package: fewer fields, and sooner there. */
  Optional<Packument> abbreviated(String name) throws InterruptedException {
    return packument(name, ABBREVIATED);
  }

  private Optional<Packument> packument(String name, String accept) throws InterruptedException {
    if (!PackageName.mayExist(name)) {
      return Optional.empty();
    }
    return requests.look(
        "looking up " + name,
        Addresses.ofPackage(registry(name), name),
        accept,
        (response, headers) ->
            PackumentReader.read(new LimitedStream(response.body().byteStream(), MAX_PACKUMENT)));
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
    URI location = Addresses.ofTarball(registry(id.name()), id, dist.tarball());
    Optional<byte[]> bytes =
        requests.follow(
            "downloading " + id,
            location,
            BYTES,
            (response, headers) ->
                new LimitedStream(response.body().byteStream(), most).readAllBytes());
    if (bytes.isPresent()
        && dist.digest().isPresent()
        && !Sha512.of(bytes.get()).equals(dist.digest().get())) {
      throw new RegistryException(
          Requests.origin(location) + " serves other bytes as " + id + " than it says.",
          "Do not use that version; tell whoever runs the registry.",
          /* retryable= */ false,
          /* cause= */ null);
    }
    return bytes;
  }

  Optional<StoredVersion> findStaged(PackageId id) throws InterruptedException {
    URI registry = registry(id.name());
    Optional<NpmStaged> staged =
        mayExist(id)
            ? staged(id.name()).stream()
                .filter(each -> each.id().equals(id))
                .max(Comparator.comparing(each -> each.created().orElse(Instant.MIN)))
            : Optional.empty();
    if (staged.isEmpty()) {
      return Optional.empty();
    }
    URI location = Addresses.at(registry, "-/stage/" + staged.get().stage() + "/tarball");
    return digest(id, location).map(known -> new StoredVersion(id, known, location.toString()));
  }

  /** Lists what waits for a person to release it. */
  List<NpmStaged> staged() throws InterruptedException {
    return staged(access.registry().value(), "");
  }

  /** Lists what waits of one package. */
  List<NpmStaged> staged(String name) throws InterruptedException {
    return PackageName.mayExist(name)
        ? staged(registry(name), "&package=" + name.replace("@", "%40").replace("/", "%2f"))
        : List.of();
  }

  private List<NpmStaged> staged(URI registry, String filter) throws InterruptedException {
    List<NpmStaged> all = new ArrayList<>();
    for (int page = 0; page < MAX_PAGES; page++) {
      Optional<JsonNode> answer =
          requests.look(
              "listing what is staged",
              Addresses.at(registry, "-/stage?page=" + page + "&perPage=" + PER_PAGE + filter),
              Requests.JSON,
              (response, headers) -> json(response));
      JsonNode items = answer.map(json -> json.path("items")).orElse(MissingNode.getInstance());
      items.forEach(item -> staged(item).ifPresent(all::add));
      long total = answer.map(json -> json.path("total").asLong()).orElse(0L);
      if (items.size() < PER_PAGE || (page + 1L) * PER_PAGE >= total) {
        break;
      }
    }
    return List.copyOf(all);
  }

  private static Optional<NpmStaged> staged(JsonNode item) {
    String stage = item.path("id").asText("");
    try {
      PackageId id =
          new PackageId(item.path("packageName").asText(""), item.path("version").asText(""));
      return isStage(stage)
          ? Optional.of(
              new NpmStaged(
                  stage,
                  id,
                  Text.visible(item.path("tag").asText(""), 60),
                  Text.visible(item.path("actor").asText(""), 60),
                  PackumentReader.time(item.path("createdAt"))))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The versions that a package's tags point to; none if there is no such package. */
  Map<String, String> tags(String name) throws InterruptedException {
    Map<String, String> tags = new TreeMap<>();
    if (PackageName.mayExist(name)) {
      requests
          .look(
              "reading the tags of " + name,
              Addresses.ofTags(registry(name), name),
              Requests.JSON,
              (response, headers) -> json(response))
          .ifPresent(
              json ->
                  json.properties()
                      .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText(""))));
    }
    return Map.copyOf(tags);
  }

  /** All that the registry holds of a package, to be changed and given back. */
  Optional<ObjectNode> document(String name) throws InterruptedException {
    if (!PackageName.mayExist(name)) {
      return Optional.empty();
    }
    return requests
        .look(
            "reading " + name,
            URI.create(Addresses.ofPackage(registry(name), name) + "?write=true"),
            Requests.JSON,
            (response, headers) -> json(response, MAX_WHOLE))
        .map(json -> json instanceof ObjectNode object ? object : null);
  }

  /** Warnings for some versions, by name; empty if the registry gives none. */
  Optional<JsonNode> advisories(Map<String, List<String>> versions) throws InterruptedException {
    URI address = Addresses.at(access.registry().value(), "-/npm/v1/security/advisories/bulk");
    String doing = "asking for advisories";
    byte[] body =
        PackumentReader.JSON.valueToTree(versions).toString().getBytes(StandardCharsets.UTF_8);
    Reply reply =
        requests.reply(
            doing,
            requests
                .request(address, requests.credential(address))
                .header("Accept", Requests.JSON)
                .post(new OnceBody(body))
                .build(),
            timeout,
            MAX_DOCUMENT);
    if (reply.isUnclear() && reply.status() != 501) {
      throw requests.refused(doing, address, reply);
    }
    return reply.successful() && reply.json().isObject()
        ? Optional.of(reply.json())
        : Optional.empty();
  }

  /** Whether something may be the name of a stage. */
  static boolean isStage(String text) {
    return STAGE.matcher(text).matches();
  }

  /** Whether there may be such a version at all. */
  static boolean mayExist(PackageId id) {
    return PackageName.mayExist(id.name()) && SemVer.parse(id.version()).isPresent();
  }

  private URI registry(String name) {
    return access.registryFor(name).value();
  }

  /** An answer that is an object. */
  static JsonNode json(Response response) throws IOException {
    return json(response, MAX_DOCUMENT);
  }

  private static JsonNode json(Response response, int most) throws IOException {
    JsonNode json =
        PackumentReader.JSON.readTree(new LimitedStream(response.body().byteStream(), most));
    if (json == null || !json.isObject()) {
      throw new JsonParseException(null, "it is no JSON object");
    }
    return json;
  }
}
