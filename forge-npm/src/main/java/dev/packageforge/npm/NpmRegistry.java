package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.registry.WebProof;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
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
  private static final long MAX_TARBALL = 512L * 1024 * 1024;
  private static final int MAX_DOCUMENT = 16 * 1024 * 1024;
  private static final long MAX_PACKUMENT = 512L * 1024 * 1024;
  private static final int PER_PAGE = 100;
  private static final int MAX_PAGES = 100;
  private static final String ABBREVIATED =
      "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
  private static final String BYTES = "application/octet-stream, */*;q=0.1";
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Pattern STAGE = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

  private final NpmAccess access;
  private final Wire wire;
  private final Requests requests;
  private final Optional<Supplier<Secret>> idToken;
  private volatile boolean closed;

  private NpmRegistry(Builder builder) {
    this.access = builder.access;
    this.wire = new Wire(builder.client());
    this.requests = new Requests(access, wire, builder.userAgent, builder.timeout);
    this.idToken = Optional.ofNullable(builder.idToken);
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

  // ---- looking ---------------------------------------------------------------------------------

  @Override
  public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    begin();
    if (!mayExist(id)) {
      return Optional.empty();
    }
    URI registry = registry(id.name());
    Optional<Packument.Dist> dist =
        requests.look(
            "looking up " + id,
            Addresses.ofVersion(registry, id),
            Requests.JSON,
            (response, headers) -> PackumentReader.dist(json(response, MAX_DOCUMENT)));
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

  @Override
  public Optional<Sha512> served(StoredVersion stored) throws InterruptedException {
    begin();
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
    begin();
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
    begin();
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

  @Override
  public Optional<StoredVersion> findStaged(PackageId id) throws InterruptedException {
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

  /**
   * Lists what waits for a person to release it.
   *
   * @return empty also where nothing can be staged
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public List<NpmStaged> staged() throws InterruptedException {
    return staged(access.registry().value(), "");
  }

  /**
   * Lists what waits of one package.
   *
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public List<NpmStaged> staged(String name) throws InterruptedException {
    return PackageName.mayExist(name)
        ? staged(registry(name), "&package=" + name.replace("@", "%40").replace("/", "%2f"))
        : List.of();
  }

  private List<NpmStaged> staged(URI registry, String filter) throws InterruptedException {
    begin();
    List<NpmStaged> all = new ArrayList<>();
    for (int page = 0; page < MAX_PAGES; page++) {
      Optional<JsonNode> answer =
          requests.look(
              "listing what is staged",
              Addresses.at(registry, "-/stage?page=" + page + "&perPage=" + PER_PAGE + filter),
              Requests.JSON,
              (response, headers) -> json(response, MAX_DOCUMENT));
      JsonNode items = answer.map(json -> json.path("items")).orElse(TextNode.valueOf(""));
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
      return STAGE.matcher(stage).matches()
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

  /**
   * The versions that a package's tags point to; none if there is no such package.
   *
   * @throws RegistryException if the registry did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public Map<String, String> tags(String name) throws InterruptedException {
    begin();
    Map<String, String> tags = new TreeMap<>();
    if (PackageName.mayExist(name)) {
      requests
          .look(
              "reading the tags of " + name,
              tagsAddress(name),
              Requests.JSON,
              (response, headers) -> json(response, MAX_DOCUMENT))
          .ifPresent(
              json ->
                  json.properties()
                      .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText(""))));
    }
    return Map.copyOf(tags);
  }

  /**
   * Who the registry takes us for.
   *
   * @throws RegistryException if it did not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public NpmIdentity identity() throws InterruptedException {
    begin();
    URI registry = access.registry().value();
    NpmIdentity who = who(registry, requests.credential(registry));
    if (who.state() != NpmIdentity.State.KNOWN) {
      return who;
    }
    return new NpmIdentity(who.state(), who.user(), token(registry), who.notice());
  }

  private NpmIdentity who(URI registry, Optional<Secret> credential) throws InterruptedException {
    if (credential.isEmpty()) {
      return new NpmIdentity(NpmIdentity.State.MISSING, "", Optional.empty(), "");
    }
    URI address = Addresses.at(registry, "-/whoami");
    Request request = requests.request(address, credential).header("Accept", Requests.JSON).build();
    String doing = "asking who we are";
    Reply reply = requests.reply(doing, request);
    String user = Text.visible(reply.json().path("username").asText(""), 80);
    NpmIdentity.State state =
        switch (reply.status()) {
          case 200 -> user.isBlank() ? NpmIdentity.State.DEAD : NpmIdentity.State.KNOWN;
          case 401, 403 -> NpmIdentity.State.DEAD;
          case 404, 405, 501 -> NpmIdentity.State.UNTOLD;
          default -> throw requests.refused(doing, address, reply);
        };
    return new NpmIdentity(state, user, Optional.empty(), reply.notice());
  }

  /** Ours among the tokens that the registry lists, if it lists them and one is surely ours. */
  private Optional<NpmIdentity.Token> token(URI registry) throws InterruptedException {
    Optional<Secret> ours =
        access
            .credentialFor(registry)
            .filter(each -> each.scheme() == NpmCredential.Scheme.BEARER)
            .map(NpmCredential::value);
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<JsonNode> list =
          requests.look(
              "listing our tokens",
              Addresses.at(registry, "-/npm/v1/tokens?perPage=" + PER_PAGE),
              Requests.JSON,
              (response, headers) -> json(response, MAX_DOCUMENT));
      List<JsonNode> found = new ArrayList<>();
      list.ifPresent(
          json ->
              json.path("objects")
                  .forEach(
                      one -> {
                        if (isMaskOf(one.path("token").asText(""), ours.get().reveal())) {
                          found.add(one);
                        }
                      }));
      return found.size() == 1 ? Optional.of(token(found.get(0))) : Optional.empty();
    } catch (RegistryException e) {
      return Optional.empty(); // many tokens may not list tokens
    }
  }

  /** Whether a token that is shown in part, its beginning or both ends, is ours. */
  private static boolean isMaskOf(String shown, String token) {
    String[] ends = shown.split("\\.{2,}|…|\\*+", 2);
    String tail = ends.length > 1 ? ends[1] : "";
    return ends[0].length() + tail.length() >= 6
        && token.startsWith(ends[0])
        && token.endsWith(tail);
  }

  private static NpmIdentity.Token token(JsonNode json) {
    List<String> reach = new ArrayList<>();
    for (String field : List.of("packages", "scopes", "orgs", "permissions", "cidr_whitelist")) {
      if (json.path(field) instanceof ArrayNode many) {
        many.forEach(
            one -> {
              String name = one.isObject() ? one.path("name").asText("") : one.asText("");
              if (!name.isBlank()) {
                reach.add(field.replace('_', ' ') + " " + Text.visible(name, 80));
              }
            });
      }
    }
    String kind = json.path("token_type").asText(json.path("type").asText(""));
    if (kind.isEmpty() && json.path("automation").asBoolean()) {
      kind = "automation";
    }
    JsonNode readOnly = json.has("readonly") ? json.path("readonly") : json.path("read_only");
    JsonNode expires =
        json.hasNonNull("expires")
            ? json.path("expires")
            : json.hasNonNull("expiry") ? json.path("expiry") : json.path("expires_at");
    return new NpmIdentity.Token(
        Text.visible(json.path("name").asText(""), 80),
        Text.visible(kind, 40),
        readOnly.isBoolean() ? Optional.of(readOnly.asBoolean()) : Optional.empty(),
        PackumentReader.time(expires),
        reach);
  }

  // ---- publishing ------------------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * <p>What cannot be published is refused before anything is sent: a name or version that npm does
   * not know, a package.json in the tarball that says another, one that is private.
   */
  @Override
  public PublishOutcome publish(PublishRequest request) throws InterruptedException {
    begin();
    PackageId id = request.packed().artifact().id();
    Optional<PublishDocument.Problem> problem = PublishDocument.problem(id, request.options());
    if (problem.isPresent()) {
      return new PublishOutcome.Refused(
          Cause.INVALID, problem.get().sentence(), problem.get().remedy());
    }
    URI registry = registry(id.name());
    UploadBody body;
    try {
      body = PublishDocument.of(request.packed(), request.options(), registry);
    } catch (BadTarballException e) {
      return new PublishOutcome.Refused(
          Cause.INVALID,
          "The tarball of " + id + " is not published: " + e.why() + ".",
          "Mend the package, and pack it again.");
    }
    boolean stages = request.options().mode() == Mode.STAGE;
    Deed deed =
        new Deed(
            stages ? Deed.Kind.STAGE : Deed.Kind.PUBLISH,
            id.name(),
            (stages ? "staging " : "publishing ") + id,
            body.contentLength(),
            Optional.ofNullable(request.code()));
    Shown shown = shown(deed, registry);
    if (shown.instead() != null) {
      return shown.instead();
    }
    if (request.options().mode() == Mode.DRY_RUN) {
      return dryRun(id, deed, registry, shown);
    }
    URI address =
        stages
            ? Addresses.at(registry, "-/stage/package/" + Addresses.escaped(id.name()))
            : Addresses.ofPackage(registry, id.name());
    Request.Builder sent =
        requests
            .request(address, shown.header())
            .header("npm-command", stages ? "stage" : "publish")
            .method(stages ? "POST" : "PUT", body);
    if (id.name().startsWith("@")) {
      sent.header("npm-scope", id.name().substring(0, id.name().indexOf('/')));
    }
    return change(deed, registry, shown, sent);
  }

  /**
   * What is shown for a deed.
   *
   * @param header the value of the header
   * @param exchanged whether it was got for this deed alone
   * @param instead what to say if there should be one and is not
   */
  private record Shown(
      Optional<Secret> header, boolean exchanged, @Nullable PublishOutcome instead) {}

  private Shown shown(Deed deed, URI registry) throws InterruptedException {
    if (idToken.isEmpty()) {
      return new Shown(requests.credential(registry), false, null);
    }
    Secret identity = idToken.get().get();
    Secret header = Secret.of("Bearer " + identity.reveal());
    URI address =
        Addresses.at(
            registry, "-/npm/v1/oidc/token/exchange/package/" + Addresses.escaped(deed.name()));
    Request request =
        requests
            .request(address, Optional.of(header))
            .post(RequestBody.create(new byte[0], JSON))
            .build();
    String place = registry.toString();
    try {
      Reply reply = requests.change(request, requests.redactor(registry, Optional.of(identity)));
      String token = reply.json().path("token").asText("");
      if (reply.successful() && isPrintable(token)) {
        return new Shown(Optional.of(Secret.of("Bearer " + token)), true, null);
      }
      PublishOutcome instead =
          reply.isUnclear() || reply.successful()
              ? new PublishOutcome.NotStored(
                  place + " gave no token for this job's identity" + reply.quoted() + ".",
                  "Try again later; nothing was sent.")
              : new PublishOutcome.Refused(
                  Cause.NOT_PERMITTED,
                  place
                      + " does not take this job for a trusted publisher of "
                      + deed.name()
                      + reply.quoted()
                      + ".",
                  "See that the package names this very repository and job as its publisher.");
      return new Shown(Optional.empty(), true, instead);
    } catch (WireException e) {
      return new Shown(
          Optional.empty(),
          true,
          new Answers(place, true, reply -> Optional.empty()).notStored(deed, e));
    }
  }

  private PublishOutcome dryRun(PackageId id, Deed deed, URI registry, Shown shown)
      throws InterruptedException {
    Answers answers = answers(registry, shown);
    try {
      if (find(id).isPresent()) {
        return new PublishOutcome.Exists();
      }
      if (!shown.exchanged()) {
        NpmIdentity who = who(registry, shown.header());
        Reply nobody = new Reply(401, "", who.notice(), TextNode.valueOf(""), "", "");
        if (who.state() == NpmIdentity.State.DEAD) {
          return answers.dead(deed, nobody);
        }
        if (who.state() == NpmIdentity.State.MISSING) {
          return new PublishOutcome.Refused(
              Cause.CREDENTIAL_MISSING,
              "There is no token for " + registry + ", so that " + deed.doing() + " would fail.",
              "Give it a token, or sign in with \"npm login\".");
        }
      }
    } catch (RegistryException e) {
      return e.retryable()
          ? new PublishOutcome.Unknown(String.valueOf(e.getMessage()))
          : new PublishOutcome.NotStored(String.valueOf(e.getMessage()), e.remedy());
    }
    return new PublishOutcome.NotSent(
        Addresses.ofPackage(registry, id.name()) + " (" + deed.bytes() + " bytes would be sent)");
  }

  /** Sends what changes something, and says what came of it. */
  private PublishOutcome change(Deed deed, URI registry, Shown shown, Request.Builder request)
      throws InterruptedException {
    Answers answers = answers(registry, shown);
    if (deed.code().isPresent()) {
      String code = deed.code().get().reveal();
      if (!isPrintable(code)) {
        return new PublishOutcome.NeedsSecondFactor(
            "That is no one-time code: it holds other characters than letters, digits and signs.");
      }
      request.header("npm-otp", code);
    }
    request.header("npm-auth-type", deed.code().isPresent() ? "legacy" : "web");
    try {
      Reply reply =
          requests.change(request.build(), requests.redactor(registry, secrets(deed, shown)));
      return reply.status() == 404
          ? notFound(deed, registry, shown, reply)
          : answers.of(deed, reply);
    } catch (WireException e) {
      return e.begun() ? answers.lost(deed, e) : answers.notStored(deed, e);
    }
  }

  private static Optional<Secret> secrets(Deed deed, Shown shown) {
    return deed.code().isPresent() || !shown.exchanged()
        ? deed.code()
        : shown.header().map(header -> Secret.of(header.reveal().replaceFirst("^Bearer ", "")));
  }

  private Answers answers(URI registry, Shown shown) {
    return new Answers(
        registry.toString(), shown.header().isPresent(), reply -> page(registry, reply));
  }

  /** A registry says "not found" also to those whom it does not want to tell more. */
  private PublishOutcome notFound(Deed deed, URI registry, Shown shown, Reply reply)
      throws InterruptedException {
    Answers answers = answers(registry, shown);
    if (shown.header().isEmpty()) {
      return answers.missing(deed, reply);
    }
    if (reply.mentions("token expired", "expired or revoked", "token revoked")) {
      return answers.dead(deed, reply);
    }
    if (shown.exchanged()) {
      return answers.notPermitted(deed, reply);
    }
    try {
      if (who(registry, shown.header()).state() == NpmIdentity.State.DEAD) {
        return answers.dead(deed, reply);
      }
      if (deed.kind() != Deed.Kind.STAGE) {
        return answers.notPermitted(deed, reply);
      }
      return answers.unsupported(
          deed,
          reply,
          abbreviated(deed.name()).isPresent()
              ? "Publish it directly with a one-time code, or use a token that may stage it."
              : "Publish the first version directly with a one-time code; later ones can be"
                  + " staged.");
    } catch (RegistryException e) {
      return answers.notPermitted(deed, reply); // nothing was stored; why, nobody says
    }
  }

  private Optional<WebProof> page(URI registry, Reply reply) {
    Optional<URI> page = Addresses.read(reply.json().path("authUrl").asText(""));
    Optional<URI> done = Addresses.read(reply.json().path("doneUrl").asText(""));
    boolean whole = page.isPresent() && done.isPresent();
    return whole
        ? Optional.of(new WebVisit(page.get(), () -> visited(registry, done.get())))
        : Optional.empty();
  }

  private WebVisit.Looked visited(URI registry, URI done) throws InterruptedException {
    begin();
    Optional<Secret> credential =
        Requests.origin(registry).equals(Requests.origin(done))
            ? requests.credential(done)
            : Optional.empty();
    Request request = requests.request(done, credential).header("Accept", Requests.JSON).build();
    return requests.visited("asking whether somebody agreed", request);
  }

  // ---- other changes ---------------------------------------------------------------------------

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
    if (!mayExist(id) || !TAG.matcher(tag).matches()) {
      return noSuchThing(id.toString(), tag);
    }
    Deed deed = deed(id.name(), "giving " + id + " the tag " + tag, code);
    byte[] body = utf8(TextNode.valueOf(id.version()).toString());
    return change(deed, id.name(), tagAddress(id.name(), tag), "PUT", body, "dist-tag");
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
    if (!PackageName.mayExist(name) || !TAG.matcher(tag).matches()) {
      return noSuchThing(name, tag);
    }
    Deed deed = deed(name, "taking the tag " + tag + " from " + name, code);
    return change(deed, name, tagAddress(name, tag), "DELETE", null, "dist-tag");
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
    Optional<ObjectNode> document = document(name);
    if (document.isEmpty()) {
      return noSuchThing(name, "");
    }
    ObjectNode json = document.get();
    for (String version : versions) {
      if (!(json.path("versions").path(version) instanceof ObjectNode known)) {
        return noSuchThing(name, version);
      }
      known.put("deprecated", warning);
    }
    String doing = (warning.isEmpty() ? "undeprecating " : "deprecating ") + name;
    Deed deed = deed(name, doing, code);
    return change(
        deed, name, Addresses.ofPackage(registry(name), name), "PUT", bytes(json), "deprecate");
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
    Optional<ObjectNode> document = document(id.name());
    if (document.isEmpty()
        || !(document.get().path("versions") instanceof ObjectNode versions)
        || !versions.has(id.version())) {
      return noSuchThing(id.name(), id.version());
    }
    ObjectNode json = document.get();
    if (versions.size() == 1) {
      return remove(id.name(), json, code);
    }
    String stated = versions.path(id.version()).path("dist").path("tarball").asText("");
    versions.remove(id.version());
    retag(json, id.version());
    json.remove(List.of("_revisions", "_attachments"));
    Deed deed = deed(id.name(), "unpublishing " + id, code);
    PublishOutcome outcome =
        change(deed, id.name(), revision(id.name(), json), "PUT", bytes(json), "unpublish");
    if (!(outcome instanceof PublishOutcome.Accepted)) {
      return outcome;
    }
    URI registry = registry(id.name());
    URI tarball = Addresses.ofTarball(registry, id, stated);
    String rev = document(id.name()).map(now -> now.path("_rev").asText("")).orElse("");
    URI address = Addresses.at(registry, path(registry, tarball) + "/-rev/" + rev);
    PublishOutcome removed = change(deed, id.name(), address, "DELETE", null, "unpublish");
    return removed instanceof PublishOutcome.Accepted
        ? removed
        : new PublishOutcome.Accepted(registry + " took " + id + " away, but not yet its tarball");
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
    Optional<ObjectNode> document = document(name);
    return document.isPresent() ? remove(name, document.get(), code) : noSuchThing(name, "");
  }

  private PublishOutcome remove(String name, ObjectNode json, @Nullable Secret code)
      throws InterruptedException {
    Deed deed = deed(name, "unpublishing all of " + name, code);
    return change(deed, name, revision(name, json), "DELETE", null, "unpublish");
  }

  /** Tags of the version that goes are taken away, but the main one goes to the next newest. */
  private static void retag(ObjectNode json, String version) {
    if (!(json.path("dist-tags") instanceof ObjectNode tags)) {
      return;
    }
    boolean latest = tags.path("latest").asText("").equals(version);
    List<String> gone = new ArrayList<>();
    tags.properties()
        .forEach(
            tag -> {
              if (tag.getValue().asText("").equals(version)) {
                gone.add(tag.getKey());
              }
            });
    tags.remove(gone);
    List<SemVer> left = new ArrayList<>();
    json.path("versions")
        .fieldNames()
        .forEachRemaining(each -> SemVer.parse(each).ifPresent(left::add));
    if (latest) {
      left.stream().max(SemVer.BY_PREFERENCE).ifPresent(next -> tags.put("latest", next.text()));
    }
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
    return stage(staged, "approving ", "/approve", "POST", code);
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
    return stage(staged, "rejecting ", "", "DELETE", code);
  }

  private PublishOutcome stage(
      NpmStaged staged, String doing, String deed, String method, @Nullable Secret code)
      throws InterruptedException {
    String name = staged.id().name();
    if (!STAGE.matcher(staged.stage()).matches() || !PackageName.mayExist(name)) {
      return noSuchThing(name, staged.stage());
    }
    URI address = Addresses.at(registry(name), "-/stage/" + staged.stage() + deed);
    byte[] body = method.equals("POST") ? new byte[0] : null;
    return change(
        deed(name, doing + staged.id() + " at stage " + staged.stage(), code),
        name,
        address,
        method,
        body,
        "stage");
  }

  private static Deed deed(String name, String doing, @Nullable Secret code) {
    return new Deed(Deed.Kind.OTHER, name, doing, 0, Optional.ofNullable(code));
  }

  private PublishOutcome change(
      Deed deed, String name, URI address, String method, byte @Nullable [] body, String command)
      throws InterruptedException {
    URI registry = registry(name);
    Shown shown = new Shown(requests.credential(registry), false, null);
    Request.Builder request =
        requests
            .request(address, shown.header())
            .header("npm-command", command)
            .method(method, body == null ? null : new OnceBody(JSON, body));
    return change(deed, registry, shown, request);
  }

  private static PublishOutcome noSuchThing(String name, String what) {
    return new PublishOutcome.Refused(
        Cause.INVALID,
        "There is no "
            + Text.visible(name, 120)
            + (what.isEmpty() ? "" : " with " + Text.visible(what, 80))
            + ".",
        "Look the package up, and see how it is written.");
  }

  /** All that the registry holds of a package, to be changed and given back. */
  private Optional<ObjectNode> document(String name) throws InterruptedException {
    if (!PackageName.mayExist(name)) {
      return Optional.empty();
    }
    return requests
        .look(
            "reading " + name,
            URI.create(Addresses.ofPackage(registry(name), name) + "?write=true"),
            Requests.JSON,
            (response, headers) -> json(response, MAX_DOCUMENT * 4))
        .map(json -> json instanceof ObjectNode object ? object : null);
  }

  private URI revision(String name, ObjectNode document) {
    String rev = document.path("_rev").asText("");
    return URI.create(
        Addresses.ofPackage(registry(name), name) + "/-rev/" + (isPlain(rev) ? rev : "0"));
  }

  private static boolean isPlain(String text) {
    return text.matches("[A-Za-z0-9._-]{1,100}");
  }

  private static String path(URI registry, URI tarball) {
    String path = tarball.getRawPath();
    return path.startsWith(registry.getRawPath())
        ? path.substring(registry.getRawPath().length())
        : path.substring(1);
  }

  private URI tagsAddress(String name) {
    return Addresses.at(registry(name), "-/package/" + Addresses.escaped(name) + "/dist-tags");
  }

  private URI tagAddress(String name, String tag) {
    return URI.create(tagsAddress(name) + "/" + tag);
  }

  // ---- what all of it needs --------------------------------------------------------------------

  private URI registry(String name) {
    return access.registryFor(name).value();
  }

  private static boolean mayExist(PackageId id) {
    return PackageName.mayExist(id.name()) && SemVer.parse(id.version()).isPresent();
  }

  private static JsonNode json(Response response, int most) throws IOException {
    JsonNode json =
        PackumentReader.JSON.readTree(new LimitedStream(response.body().byteStream(), most));
    if (json == null || !json.isObject()) {
      throw new com.fasterxml.jackson.core.JsonParseException(null, "it is no JSON object");
    }
    return json;
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return PackumentReader.JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isPrintable(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
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
    private @Nullable Supplier<Secret> idToken;

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
      if (!isPrintable(token.reveal())) {
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
      this.idToken = requireNonNull(identity, "identity");
      return this;
    }

    /** How long it may take until the registry takes the connection. Default: 10 seconds. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout);
      return this;
    }

    /**
     * How long the registry may be silent. A look-up takes at most twice as long, an upload as much
     * longer as it takes at 32 kB a second. Default: 60 seconds.
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
      OkHttpClient.Builder client =
          new OkHttpClient.Builder()
              .connectTimeout(connectTimeout)
              .readTimeout(timeout)
              .writeTimeout(timeout)
              .proxySelector(new Proxies(access, proxy))
              .proxyAuthenticator(Proxies.authenticator(access));
      List<String> trusted = new ArrayList<>(certificates);
      access.certificates().forEach(setting -> trusted.add(setting.value()));
      Trust.more(client, trusted);
      return client;
    }
  }

  /** A short body that is sent once. */
  private static final class OnceBody extends RequestBody {
    private final MediaType type;
    private final byte[] bytes;

    OnceBody(MediaType type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(okio.BufferedSink sink) throws IOException {
      sink.write(bytes);
    }
  }

  /** Finds the way that npm's configuration says. */
  private static final class Proxies extends ProxySelector {
    private final NpmAccess access;
    private final @Nullable InetSocketAddress fixed;

    Proxies(NpmAccess access, @Nullable InetSocketAddress fixed) {
      this.access = access;
      this.fixed = fixed;
    }

    static okhttp3.Authenticator authenticator(NpmAccess access) {
      return (route, response) -> {
        Request request = response.request();
        Optional<Secret> known =
            access.proxyFor(request.url().uri()).flatMap(NpmAccess.Proxy::credential);
        return known.isEmpty() || request.header("Proxy-Authorization") != null
            ? null
            : request
                .newBuilder()
                .header("Proxy-Authorization", "Basic " + known.get().reveal())
                .build();
      };
    }

    @Override
    public List<Proxy> select(URI address) {
      InetSocketAddress way =
          fixed != null
              ? fixed
              : access
                  .proxyFor(address)
                  .map(NpmAccess.Proxy::address)
                  .map(
                      proxy ->
                          InetSocketAddress.createUnresolved(
                              proxy.getHost(),
                              proxy.getPort() > 0
                                  ? proxy.getPort()
                                  : "https".equals(proxy.getScheme()) ? 443 : 80))
                  .orElse(null);
      return List.of(way == null ? Proxy.NO_PROXY : new Proxy(Proxy.Type.HTTP, way));
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException trouble) {
      // The request fails with it.
    }
  }
}
