package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.registry.RegistryException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Request;

/** Asks registries who they take us for. */
final class Identities {
  private final NpmAccess access;
  private final Requests requests;

  Identities(NpmAccess access, Requests requests) {
    this.access = access;
    this.requests = requests;
  }

  /** Who we are at a registry, and what it tells of our token. */
  NpmIdentity of(URI registry, Duration longest) throws InterruptedException {
    NpmIdentity who = who(registry, requests.credential(registry), longest);
    return who.state() == NpmIdentity.State.KNOWN
        ? new NpmIdentity(who.state(), who.user(), token(registry), who.notice())
        : who;
  }

  /** Who is meant by what is shown; nothing of the token. */
  NpmIdentity who(URI registry, Optional<Secret> credential, Duration longest)
      throws InterruptedException {
    if (credential.isEmpty()) {
      return new NpmIdentity(NpmIdentity.State.MISSING, "", Optional.empty(), "");
    }
    URI address = Addresses.at(registry, "-/whoami");
    Request request = requests.request(address, credential).header("Accept", Requests.JSON).build();
    String doing = "asking who we are";
    Reply reply = requests.reply(doing, request, longest, Wire.SHORT_ANSWER);
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
              Addresses.at(registry, "-/npm/v1/tokens?perPage=100"),
              Requests.JSON,
              (response, headers) -> Lookups.json(response));
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
}
