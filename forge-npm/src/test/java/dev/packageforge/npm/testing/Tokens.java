package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.Grant.Deed;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens that are alive, and what each is good for. */
final class Tokens {
  /** A token, what it may do and when it was made. */
  private record Made(Grant grant, Instant at) {}

  private static final Duration TRUSTED = Duration.ofHours(1);
  private static final int SHOWN = 8;

  private final Clock clock;
  private final Map<String, Made> made = new LinkedHashMap<>();
  private final Map<String, Grant> trusted = new HashMap<>();
  private int issued;

  Tokens(Clock clock) {
    this.clock = clock;
  }

  String issue(Grant grant) {
    issued++;
    String digits = Sha512.of(("token " + issued).getBytes(StandardCharsets.UTF_8)).hex();
    String token = "npm_" + digits.substring(0, 36);
    made.put(token, new Made(grant, clock.instant()));
    return token;
  }

  void revoke(String token) {
    made.remove(token);
  }

  boolean revoke(String user, String key) {
    return made.entrySet()
        .removeIf(
            each -> each.getValue().grant().user().equals(user) && key(each.getKey()).equals(key));
  }

  String trust(String packageName, Grant grant) {
    String word = "id-of-a-builder-" + trusted.size();
    trusted.put(word + " " + packageName, grant);
    return word;
  }

  /** A short-lived token for one package, if this identity is trusted with it. */
  Optional<String> exchange(String word, String packageName) {
    return Optional.ofNullable(trusted.get(word + " " + packageName))
        .map(grant -> grant.boundTo(packageName).bypassing().until(clock.instant().plus(TRUSTED)))
        .map(this::issue);
  }

  Caller caller(String authorization) {
    if (authorization.isEmpty()) {
      return new Caller(false, null);
    }
    boolean bearer = authorization.startsWith("Bearer ");
    Made known = bearer ? made.get(authorization.substring("Bearer ".length())) : null;
    return new Caller(true, known == null || !alive(known.grant()) ? null : known.grant());
  }

  private boolean alive(Grant grant) {
    Instant end = grant.expires();
    return end == null || clock.instant().isBefore(end);
  }

  /** A user's tokens as they are told to the user: their beginnings only. */
  ObjectNode list(String user) {
    ObjectNode json = Json.object();
    ArrayNode objects = json.putArray("objects");
    made.forEach(
        (token, each) -> {
          if (each.grant().user().equals(user) && alive(each.grant())) {
            objects.add(told(token, each));
          }
        });
    json.put("total", objects.size());
    json.putObject("urls");
    return json;
  }

  private static ObjectNode told(String token, Made made) {
    Grant grant = made.grant();
    ObjectNode json = Json.object();
    json.put("token", token.substring(0, SHOWN)).put("key", key(token)).put("name", "a token");
    json.put("readonly", grant.deed() == Deed.READ).put("bypass_2fa", grant.bypass());
    json.put("created", made.at().toString()).put("updated", made.at().toString());
    json.putNull("cidr_whitelist");
    if (grant.expires() != null) {
      json.put("expires", grant.expires().toString());
    }
    ArrayNode packages = json.putArray("packages");
    grant.packages().stream().sorted().forEach(packages::add);
    json.put("packages_all", grant.packages().isEmpty());
    return json;
  }

  private static String key(String token) {
    return Sha512.of(token.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
