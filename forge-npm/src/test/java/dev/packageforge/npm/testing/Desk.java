package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.npm.testing.Grant.Deed;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Answers one request after the other. Its users hold its lock. */
final class Desk {
  /** One request, taken apart. */
  private record Request(
      String method,
      List<String> path,
      Map<String, String> query,
      Map<String, String> headers,
      Caller caller,
      Bytes body) {
    String at(int index) {
      return index < path.size() ? path.get(index) : "";
    }

    boolean is(String wanted, String... shape) {
      if (!method.equals(wanted) || path.size() != shape.length) {
        return false;
      }
      for (int i = 0; i < shape.length; i++) {
        if (!shape[i].equals("*") && !shape[i].equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  private final URI address;
  private final Clock clock;
  private final Shelf shelf;
  private final Factors factors;
  private final Views views;
  private final StageRoom stage;
  private final Tokens tokens;
  private final Advisories advisories;
  private final Seal seal = new Seal();

  Desk(
      URI address,
      Clock clock,
      Shelf shelf,
      Factors factors,
      Tokens tokens,
      Advisories advisories) {
    this.address = address;
    this.clock = clock;
    this.shelf = shelf;
    this.factors = factors;
    this.tokens = tokens;
    this.advisories = advisories;
    this.views = new Views(address, seal);
    this.stage = new StageRoom(shelf);
  }

  /** Does what is asked, and says what came of it. */
  Answer serve(String method, String target, Map<String, String> headers, byte[] body) {
    String[] parts = target.split("\\?", 2);
    Caller caller = tokens.caller(headers.getOrDefault("authorization", ""));
    Request request =
        new Request(
            method.equals("HEAD") ? "GET" : method,
            segments(parts[0]),
            query(parts.length > 1 ? parts[1] : ""),
            headers,
            caller,
            new Bytes(body));
    Answer answer;
    try {
      answer = request.at(0).equals("-") ? service(request) : packages(request);
    } catch (RejectedException e) {
      answer = e.answer();
    } catch (IOException e) {
      answer = Answer.error(400, "the body is not JSON");
    }
    boolean silent = answer.headers().containsKey("npm-notice");
    return caller.dead() && !silent
        ? answer.with("npm-notice", "Access token expired or revoked. Please try logging in again.")
        : answer;
  }

  /** The path's parts; a name with a scope is one part, however it was written. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String each : path.substring(1).split("/", -1)) {
      String decoded = URLDecoder.decode(each.replace("+", "%2B"), StandardCharsets.UTF_8);
      int last = segments.size() - 1;
      if (last >= 0 && segments.get(last).matches("@[^/]+")) {
        segments.set(last, segments.get(last) + "/" + decoded);
      } else {
        segments.add(decoded);
      }
    }
    return segments;
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new TreeMap<>();
    Arrays.stream(text.split("&"))
        .map(each -> each.split("=", 2))
        .forEach(
            pair ->
                query.put(
                    pair[0],
                    pair.length > 1 ? URLDecoder.decode(pair[1], StandardCharsets.UTF_8) : ""));
    return query;
  }

  private Answer service(Request request) throws RejectedException, IOException {
    if (request.is("GET", "-", "ping")) {
      return Answer.json(200, "{}");
    }
    if (request.is("GET", "-", "whoami")) {
      if (request.caller().dead()) {
        return Answer.json(200, "{}");
      }
      String user = request.caller().known().user();
      return Answer.json(200, Json.object().put("username", user).toString());
    }
    if (request.at(1).equals("npm")) {
      return registryApi(request);
    }
    if (request.is("GET", "-", "v1", "done")) {
      return factors.done(request.query().getOrDefault("authId", ""));
    }
    if (request.at(1).equals("stage")) {
      return staged(request);
    }
    if (request.at(1).equals("package") && request.at(3).equals("dist-tags")) {
      return tags(request);
    }
    if (request.is("GET", "-", "package", "*", "visibility")) {
      boolean open = !readable(request, request.at(2)).restricted();
      return Answer.json(200, Json.object().put("public", open).toString());
    }
    return ErrorRow.NOT_FOUND.answer();
  }

  private Answer registryApi(Request request) throws RejectedException, IOException {
    if (request.is("GET", "-", "npm", "v1", "tokens")) {
      return Answer.json(200, tokens.list(request.caller().known().user()).toString());
    }
    if (request.is("DELETE", "-", "npm", "v1", "tokens", "token", "*")) {
      Grant grant = request.caller().permit(Deed.PUBLISH, "", Set.of());
      factors.check(grant, request.headers(), false);
      return tokens.revoke(grant.user(), request.at(5))
          ? Answer.empty(204)
          : ErrorRow.NOT_FOUND.answer();
    }
    if (request.is("GET", "-", "npm", "v1", "keys")) {
      return Answer.json(200, seal.keys().toString());
    }
    if (request.is("POST", "-", "npm", "v1", "security", "advisories", "bulk")) {
      json(request);
      return Answer.json(200, advisories.about(Json.read(request.body().array())).toString());
    }
    if (request.is("POST", "-", "npm", "v1", "oidc", "token", "exchange", "package", "*")) {
      String name = request.at(7);
      if (shelf.find(name).isEmpty()) {
        return ErrorRow.NOT_FOUND.answer();
      }
      String bearer = request.headers().getOrDefault("authorization", "");
      return tokens
          .exchange(bearer.replaceFirst("^Bearer ", ""), name)
          .map(made -> Answer.json(201, Json.object().put("token", made).toString()))
          .orElseGet(ErrorRow.IDENTITY_FORBIDDEN::answer);
    }
    return ErrorRow.NOT_FOUND.answer();
  }

  private Answer packages(Request request) throws RejectedException, IOException {
    String name = request.at(0);
    if (request.is("PUT", "*")) {
      return put(request, name);
    }
    if (request.is("GET", "*")) {
      return packument(request, name);
    }
    if (request.is("GET", "*", "*")) {
      return version(request, name, request.at(1));
    }
    if (request.is("GET", "*", "-", "*")) {
      return tarball(request, name, request.at(2));
    }
    if (request.is("PUT", "*", "-rev", "*")) {
      return reduce(request, name);
    }
    if (request.is("DELETE", "*", "-rev", "*")
        || request.is("DELETE", "*", "-", "*", "-rev", "*")) {
      return delete(request, name);
    }
    return ErrorRow.NOT_FOUND.answer();
  }

  private Set<String> owners(String name) {
    return shelf.find(name).map(Shelf.Box::owners).orElse(Set.of());
  }

  private Shelf.Box readable(Request request, String name) throws RejectedException {
    return shelf
        .find(name)
        .filter(found -> request.caller().mayRead(found))
        .orElseThrow(() -> new RejectedException(ErrorRow.NOT_FOUND.answer()));
  }

  private Answer packument(Request request, String name) throws RejectedException {
    Shelf.Box box = readable(request, name);
    boolean write = request.query().getOrDefault("write", "").equals("true");
    Instant then = write ? clock.instant() : clock.instant().minus(shelf.metadataLag());
    if (box.versions(then).isEmpty()) {
      throw new RejectedException(ErrorRow.NOT_FOUND.answer());
    }
    String accept = request.headers().getOrDefault("accept", "");
    if (!write && accept.contains("application/vnd.npm.install-v1+json")) {
      return Answer.json(200, views.abbreviated(box, then).toString())
          .with("content-type", "application/vnd.npm.install-v1+json");
    }
    return Answer.json(200, views.full(box, then).toString());
  }

  private Answer version(Request request, String name, String wanted) throws RejectedException {
    Shelf.Box box = readable(request, name);
    Instant then = clock.instant().minus(shelf.metadataLag());
    String version = box.tags(then).getOrDefault(wanted, wanted);
    return box.versions(then).stream()
        .filter(each -> each.line().id().version().equals(version))
        .findFirst()
        .map(each -> Answer.json(200, views.version(box, each).toString()))
        .orElseGet(() -> Answer.error(404, "version not found: " + wanted));
  }

  private Answer tarball(Request request, String name, String file) throws RejectedException {
    Shelf.Box box = readable(request, name);
    Instant then = clock.instant().minus(shelf.tarballLag());
    return box.versions(then).stream()
        .filter(each -> Views.file(each).equals(file))
        .findFirst()
        .map(each -> bytes(each.tarball()))
        .orElseGet(ErrorRow.NOT_FOUND::answer);
  }

  private static Answer bytes(Bytes tarball) {
    return new Answer(200, Map.of("content-type", "application/octet-stream"), tarball.array());
  }

  private Answer put(Request request, String name) throws RejectedException, IOException {
    json(request);
    Grant grant = request.caller().permit(Deed.PUBLISH, name, owners(name));
    factors.check(grant, request.headers(), false);
    JsonNode body = Json.read(request.body().array());
    if (body.path("_attachments").isEmpty() && body.has("_rev")) {
      return deprecate(name, body);
    }
    Document document = Document.read(request.body().array(), name, address);
    stage.refuseStaged(document.name(), document.version());
    shelf.store(document, grant.user(), clock.instant());
    return Answer.json(
        200, Json.object().put("ok", "created new package").put("success", true) + "");
  }

  private static void json(Request request) throws RejectedException {
    String type = request.headers().getOrDefault("content-type", "");
    if (!type.startsWith("application/json")) {
      throw new RejectedException(415, "not application/json: " + type);
    }
  }

  private Shelf.Box current(String name, JsonNode body, String revision) throws RejectedException {
    Shelf.Box box =
        shelf.find(name).orElseThrow(() -> new RejectedException(ErrorRow.NOT_FOUND.answer()));
    String stated = body.path("_rev").asText();
    if (!stated.equals(box.revision()) || !revision.equals(box.revision())) {
      throw new RejectedException(409, "the document was changed since it was read");
    }
    return box;
  }

  /** Takes the words on old versions, and nothing else that is new. */
  private Answer deprecate(String name, JsonNode body) throws RejectedException, IOException {
    Shelf.Box box = current(name, body, body.path("_rev").asText());
    if (body.path("versions").size() != box.versions().size()) {
      throw RejectedException.badData("the versions are others");
    }
    for (Shelf.Version each : box.versions().values()) {
      JsonNode sent = body.path("versions").path(each.line().id().version());
      ObjectNode before = Json.again(views.version(box, each));
      ObjectNode after = sent instanceof ObjectNode object ? object.deepCopy() : Json.object();
      String word = after.path("deprecated").asText();
      before.remove("deprecated");
      after.remove("deprecated");
      if (!after.equals(before)) {
        throw RejectedException.badData("more than the word of deprecation is new");
      }
      if (word.isEmpty()) {
        each.manifest().remove("deprecated");
      } else {
        each.manifest().put("deprecated", word);
      }
    }
    box.touch(clock.instant());
    return Answer.json(200, "{\"ok\":true}");
  }

  /** Takes back the versions that are missing from a document. */
  private Answer reduce(Request request, String name) throws RejectedException, IOException {
    json(request);
    Grant grant = request.caller().permit(Deed.PUBLISH, name, owners(name));
    factors.check(grant, request.headers(), false);
    JsonNode body = Json.read(request.body().array());
    Shelf.Box box = current(name, body, request.at(2));
    if (body.has("_attachments") || body.has("_revisions") || body.path("versions").isEmpty()) {
      throw RejectedException.badData("not a document with fewer versions");
    }
    for (String version : List.copyOf(box.versions().keySet())) {
      if (!body.path("versions").has(version)) {
        box.remove(version);
      }
    }
    box.touch(clock.instant());
    return Answer.json(200, "{\"ok\":true}");
  }

  private Answer delete(Request request, String name) throws RejectedException {
    Grant grant = request.caller().permit(Deed.PUBLISH, name, owners(name));
    factors.check(grant, request.headers(), false);
    String revision = request.at(request.path().size() - 1);
    Shelf.Box box = current(name, Json.object().put("_rev", revision), revision);
    if (request.path().size() == 3) {
      shelf.remove(box);
    } else {
      box.touch(clock.instant());
    }
    return Answer.json(200, "{\"ok\":true}");
  }

  private Answer tags(Request request) throws RejectedException, IOException {
    String name = request.at(2);
    Shelf.Box box = readable(request, name);
    if (request.is("GET", "-", "package", "*", "dist-tags")) {
      ObjectNode tags = Json.object();
      box.tags(clock.instant().minus(shelf.metadataLag())).forEach(tags::put);
      return Answer.json(200, tags.toString());
    }
    Grant grant = request.caller().permit(Deed.PUBLISH, name, owners(name));
    factors.check(grant, request.headers(), false);
    String tag = request.at(4);
    if (request.is("PUT", "-", "package", "*", "dist-tags", "*")) {
      json(request);
      String version = Json.read(request.body().array()).asText();
      if (!Names.isTag(tag) || !box.versions().containsKey(version)) {
        throw new RejectedException(400, "not a tag, or not a version: " + tag + ", " + version);
      }
      box.tag(tag, version, clock.instant());
    } else if (request.is("DELETE", "-", "package", "*", "dist-tags", "*")) {
      if (tag.equals("latest")) {
        throw new RejectedException(400, "latest cannot be removed");
      }
      box.untag(tag);
    } else {
      return ErrorRow.NOT_FOUND.answer();
    }
    box.touch(clock.instant());
    return Answer.json(200, "{\"ok\":true}");
  }

  private Answer staged(Request request) throws RejectedException {
    if (request.is("POST", "-", "stage", "package", "*")) {
      json(request);
      String name = request.at(3);
      Grant grant = request.caller().permit(Deed.STAGE, name, owners(name));
      if (shelf.find(name).isEmpty()) {
        throw new RejectedException(ErrorRow.NOT_FOUND.answer());
      }
      Document document = Document.read(request.body().array(), name, address);
      String id = stage.add(document, grant.user(), clock.instant());
      return Answer.json(201, Json.object().put("message", "staged").put("stageId", id).toString());
    }
    Grant grant = request.caller().known();
    if (request.is("GET", "-", "stage")) {
      return Answer.json(200, stage.list(grant, request.query()).toString());
    }
    StageRoom.Waiting waiting = stage.find(request.at(2), grant);
    if (request.is("GET", "-", "stage", "*")) {
      return Answer.json(200, StageRoom.item(waiting).toString());
    }
    if (request.is("GET", "-", "stage", "*", "tarball")) {
      return bytes(waiting.document().tarball());
    }
    boolean approve = request.is("POST", "-", "stage", "*", "approve");
    if (!approve && !request.is("DELETE", "-", "stage", "*")) {
      return ErrorRow.NOT_FOUND.answer();
    }
    String name = waiting.document().name();
    request.caller().permit(Deed.STAGE, name, owners(name));
    factors.check(grant, request.headers(), true);
    stage.remove(waiting);
    if (approve) {
      shelf.store(waiting.document(), grant.user(), clock.instant());
      return Answer.json(201, "{\"ok\":true}");
    }
    return Answer.empty(204);
  }
}
