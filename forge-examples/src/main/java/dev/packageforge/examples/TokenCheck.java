package dev.packageforge.examples;

import dev.packageforge.Text;
import dev.packageforge.npm.NpmIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the doctor says of a token, which is itself never shown.
 *
 * @param where where packages go, and where the token comes from
 * @param clock tells how long it lives
 */
record TokenCheck(String where, Clock clock) {
  private static final String ID = "publish";
  private static final Duration SOON = Duration.ofDays(14);
  private static final String ANOTHER =
      "Make another one at the registry, and put it where this one is.";

  /**
   * Says it.
   *
   * @param who what the registry says
   * @param shown whether there was anything to show it
   */
  Check of(NpmIdentity who, boolean shown) {
    List<String> details = new ArrayList<>();
    if (!who.notice().isEmpty()) {
      details.add("the registry says: " + Text.visible(who.notice(), 300));
    }
    who.token().ifPresent(token -> tell(token, details));
    return switch (who.state()) {
      case KNOWN -> known(who).with(details);
      case UNTOLD -> Check.ok(ID, where + "; the registry does not tell whose it is").with(details);
      case DEAD ->
          Check.missing(ID, where + ": the token is dead: expired, revoked or wrong", ANOTHER)
              .with(details);
      case MISSING ->
          Check.missing(
                  ID,
                  where
                      + (shown
                          ? ", which may not be sent there"
                          : ", and there is no token for it"),
                  "Log in with npm login, or set "
                      + Setting.NPM_TOKEN.variables().get(0)
                      + "; without one only the folder can be published to.")
              .with(details);
    };
  }

  private Check known(NpmIdentity who) {
    String sentence = where + ", as " + Text.visible(who.user(), 80);
    Optional<Instant> expires = who.token().flatMap(NpmIdentity.Token::expires);
    boolean mayOnlyRead =
        who.token().flatMap(NpmIdentity.Token::readOnly).filter(Boolean::booleanValue).isPresent();
    if (mayOnlyRead) {
      return Check.missing(ID, sentence + ": the token may only read", ANOTHER);
    }
    if (expires.isPresent()) {
      Duration left = Duration.between(clock.instant(), expires.get());
      if (left.isNegative() || left.isZero()) {
        return Check.missing(ID, sentence + ": the token is dead: it expired", ANOTHER);
      }
      if (left.compareTo(SOON) < 0) {
        return Check.warning(ID, sentence + ": the token expires in " + Words.age(left), ANOTHER);
      }
    }
    return Check.ok(ID, sentence);
  }

  private static void tell(NpmIdentity.Token token, List<String> details) {
    String kind = token.kind().isEmpty() ? "token" : Text.visible(token.kind(), 60) + " token";
    String name = token.name().isEmpty() ? "" : " " + Text.visible(token.name(), 60);
    String may =
        token.readOnly().map(only -> only ? ", may only read" : ", may publish").orElse("");
    String reach =
        token.reach().isEmpty()
            ? ""
            : ", for " + Text.visible(String.join(", ", token.reach()), 300);
    details.add(kind + name + may + reach);
    details.add(
        token
            .expires()
            .map(when -> "expires at " + when)
            .orElse("the registry does not tell when it expires"));
  }
}
