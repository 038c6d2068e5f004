package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.npm.testing.StrictRegistry.Factor;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The second factors: codes that are good once, and pages that a person visits. */
final class Factors {
  /** A page on which somebody may agree. */
  private static final class Page {
    private final String user;
    private boolean agreed;
    private boolean told;

    Page(String user) {
      this.user = user;
    }
  }

  private final URI address;
  private final Map<String, Factor> needed = new HashMap<>();
  private final Map<String, String> codes = new HashMap<>();
  private final Set<String> spent = new HashSet<>();
  private final Map<String, Page> pages = new HashMap<>();
  private Duration retryAfter = Duration.ofSeconds(1);
  private int issued;

  Factors(URI address) {
    this.address = address;
  }

  void need(String user, Factor factor) {
    needed.put(user, factor);
  }

  void retryAfter(Duration pause) {
    retryAfter = pause;
  }

  /** A code that is good for one request of this user. */
  String code(String user) {
    issued++;
    String code = "%06d".formatted((issued * 7919L + 104_729) % 1_000_000);
    codes.put(code, user);
    return code;
  }

  /** The person visits a page and agrees. */
  void agree(URI page) {
    String id = page.getPath().substring(page.getPath().lastIndexOf('/') + 1);
    Page known = pages.get(id);
    if (known == null) {
      throw new IllegalArgumentException("no page of this registry: " + page);
    }
    known.agreed = true;
  }

  /** Lets pass who needs no second factor for this, or has sent one that was not used before. */
  void check(Grant grant, Map<String, String> headers, boolean always) throws RejectedException {
    Factor factor = needed.getOrDefault(grant.user(), Factor.NONE);
    if (!always && (factor == Factor.NONE || grant.bypass())) {
      return;
    }
    String sent = headers.getOrDefault("npm-otp", "");
    if (sent.isEmpty()) {
      throw new RejectedException(factor == Factor.WEB ? page(grant.user()) : wanted());
    }
    boolean form = sent.matches("[0-9]{6}") || sent.startsWith("web-");
    if (!form) {
      throw new RejectedException(ErrorRow.CODE_MALFORMED.answer());
    }
    if (!grant.user().equals(codes.remove(sent)) || !spent.add(sent)) {
      throw new RejectedException(wanted());
    }
  }

  private static Answer wanted() {
    return ErrorRow.CODE_NEEDED.answer();
  }

  private Answer page(String user) {
    String id = UUID.randomUUID().toString();
    pages.put(id, new Page(user));
    ObjectNode body = Json.object();
    body.put("authUrl", address + "auth/cli/" + id);
    body.put("doneUrl", address + "-/v1/done?authId=" + id);
    return Answer.json(401, body.toString()).with("www-authenticate", "OTP");
  }

  /** What the client that waits for a visit is told. */
  Answer done(String id) {
    Page page = pages.get(id);
    if (page == null || page.told) {
      return ErrorRow.NOT_FOUND.answer();
    }
    if (!page.agreed) {
      return Answer.json(202, "{}").with("retry-after", String.valueOf(retryAfter.toSeconds()));
    }
    page.told = true;
    String token = "web-" + UUID.randomUUID();
    codes.put(token, page.user);
    return Answer.json(200, Json.object().put("token", token).toString());
  }

  /** Whether this is a page that somebody may visit. */
  boolean isPage(String id) {
    return Optional.ofNullable(pages.get(id)).isPresent();
  }
}
