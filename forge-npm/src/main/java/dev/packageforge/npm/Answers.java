package dev.packageforge.npm;

import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishOutcome.Refused;
import dev.packageforge.registry.WebProof;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each answer to a change means. Registries share the statuses and little else: the words
 * decide where a status has two meanings.
 */
final class Answers {
  static final String NEW_TOKEN =
      "Make a new token for this registry, and set it where the old one is.";
  static final String GIVE_TOKEN = "Give it a token, or sign in with \"npm login\".";

  private static final Pattern SIMILAR =
      Pattern.compile(
          "similar to existing package(?:\\(s\\)|s)? ([^;]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SUGGESTED =
      Pattern.compile("renaming your package to '?(@[^'\\s]+?/[^'\\s]+?)'?(?:[\\s'.]|$)");
  private static final String[] SECOND_FACTOR = {"one-time pass", "one time pass", "eotp"};
  private static final String[] TAKEN = {
    "cannot publish over",
    "previously published",
    "cannot modify pre-existing",
    "already present",
    "already exists",
    "already been published",
    "already published",
    "already staged"
  };
  private static final String[] BUSY = {
    "update conflict", "failed to save packument", "being processed", "try again"
  };

  private final String place;
  private final boolean credential;
  private final Function<Reply, Optional<WebProof>> pages;

  /**
   * For one registry.
   *
   * @param place where it is, for people
   * @param credential whether one was shown
   * @param pages the page that an answer names, on which a person can agree
   */
  Answers(String place, boolean credential, Function<Reply, Optional<WebProof>> pages) {
    this.place = place;
    this.credential = credential;
    this.pages = pages;
  }

  /** What an answer means, if it is not that nothing was found. */
  PublishOutcome of(Deed deed, Reply reply) {
    if (reply.successful()) {
      return accepted(deed, reply);
    }
    if (reply.isUnclear()) {
      return new PublishOutcome.Unknown(answered(deed, reply));
    }
    return switch (reply.status()) {
      case 400 -> badRequest(deed, reply);
      case 401 -> unauthorized(deed, reply);
      case 402 ->
          refused(
              Cause.PAYMENT_REQUIRED,
              deed,
              reply,
              "Publish it with public access, or pay the registry for private packages.");
      case 403 -> forbidden(deed, reply);
      case 405 ->
          refused(
              Cause.MODE_NOT_SUPPORTED,
              deed,
              reply,
              "See whether the address is that of an npm registry that can do this.");
      case 407 ->
          new PublishOutcome.NotStored(
              answered(deed, reply), "Set the proxy's name and password in npm's configuration.");
      case 409 -> conflict(deed, reply);
      case 413 ->
          refused(
              Cause.TOO_LARGE,
              deed,
              reply,
              "Make the package smaller, or have the registry's limit raised; a third more than"
                  + " the tarball has is sent.");
      case 422 ->
          refused(Cause.INVALID, deed, reply, "Mend what the registry names, and pack it again.");
      default -> other(deed, reply);
    };
  }

  private PublishOutcome accepted(Deed deed, Reply reply) {
    String notice = reply.notice().isEmpty() ? "" : "; it says: " + reply.notice();
    if (deed.kind() != Deed.Kind.STAGE) {
      return new PublishOutcome.Accepted(place + " took it" + notice);
    }
    String stage = reply.json().path("stageId").asText("");
    return stage.isEmpty()
        ? new PublishOutcome.Unknown(
            place + " answered " + reply.status() + " to " + deed.doing() + " and named no stage.")
        : new PublishOutcome.Accepted(
            "staged at " + place + " as " + dev.packageforge.Text.visible(stage, 80) + notice);
  }

  private PublishOutcome badRequest(Deed deed, Reply reply) {
    if (deed.code().isPresent() && reply.mentions("one-time", "one time", "otp", "recovery")) {
      return new PublishOutcome.NeedsSecondFactor(
          place + " did not take the one-time code" + reply.quoted() + ".");
    }
    return refused(Cause.INVALID, deed, reply, "Mend what the registry names, and pack it again.");
  }

  private PublishOutcome unauthorized(Deed deed, Reply reply) {
    boolean wantsPerson =
        hasScheme(reply, "otp")
            || reply.mentions(SECOND_FACTOR)
            || reply.json().hasNonNull("authUrl");
    if (wantsPerson) {
      String sentence =
          deed.code().isPresent()
              ? place + " did not take the one-time code: it was used before, or is too old"
              : place + " wants a person to agree to " + deed.doing();
      return new PublishOutcome.NeedsSecondFactor(
          sentence + reply.quoted() + ".", pages.apply(reply).orElse(null));
    }
    if (hasScheme(reply, "ipaddress")) {
      return refused(
          Cause.ADDRESS_NOT_ALLOWED,
          deed,
          reply,
          "Use a token that may be used from this network, or publish from an allowed one.");
    }
    return credential ? dead(reply) : missing(deed, reply);
  }

  private static boolean hasScheme(Reply reply, String scheme) {
    for (String part : reply.challenge().split("[,\\s]+", -1)) {
      if (part.equals(scheme)) {
        return true;
      }
    }
    return false;
  }

  private PublishOutcome forbidden(Deed deed, Reply reply) {
    if (reply.mentions(TAKEN)) {
      return new PublishOutcome.Exists();
    }
    Matcher similar = SIMILAR.matcher(reply.said());
    if (similar.find()) {
      Matcher suggested = SUGGESTED.matcher(reply.said());
      return refused(
          Cause.NAME_TOO_SIMILAR,
          deed,
          reply,
          "Choose another name than one like "
              + similar.group(1).strip()
              + (suggested.find() ? ", say " + suggested.group(1) : ", or give it your scope")
              + ".");
    }
    if (reply.json().hasNonNull("authUrl")) {
      return unauthorized(deed, reply);
    }
    if (reply.mentions("two-factor", "2fa")) {
      return refused(
          Cause.NOT_PERMITTED,
          deed,
          reply,
          "Turn two-factor authentication on for the account, or use a token that may do without;"
              + " staging needs neither.");
    }
    if (reply.mentions("24 hours")) {
      return refused(
          Cause.OTHER, deed, reply, "Wait for a day, or publish under another version or name.");
    }
    return credential ? notPermitted(deed, reply) : missing(deed, reply);
  }

  private PublishOutcome conflict(Deed deed, Reply reply) {
    return reply.mentions(BUSY)
        ? new PublishOutcome.Unknown(answered(deed, reply))
        : new PublishOutcome.Exists();
  }

  private PublishOutcome other(Deed deed, Reply reply) {
    if (reply.status() >= 300 && reply.status() < 400) {
      return refused(
          Cause.OTHER,
          deed,
          reply,
          "Nothing is sent on from one address to another; set the registry's own address.");
    }
    return refused(Cause.OTHER, deed, reply, "See whether the address is that of an npm registry.");
  }

  PublishOutcome missing(Deed deed, Reply reply) {
    return refused(Cause.CREDENTIAL_MISSING, deed, reply, GIVE_TOKEN);
  }

  PublishOutcome dead(Reply reply) {
    return new Refused(Cause.CREDENTIAL_DEAD, dead(place) + reply.quoted() + ".", NEW_TOKEN);
  }

  /** The beginning of a sentence. */
  static String dead(String place) {
    return place + " does not know the token: it is expired, revoked or wrong";
  }

  PublishOutcome notPermitted(Deed deed, Reply reply) {
    String scope =
        deed.name().startsWith("@")
            ? ", and see that the scope "
                + deed.name().substring(0, deed.name().indexOf('/'))
                + " is there and lets it in"
            : "";
    return refused(
        Cause.NOT_PERMITTED,
        deed,
        reply,
        "Use a token that may write " + deed.name() + scope + ".");
  }

  /** The registry has no such deed, or not for this package. */
  PublishOutcome unsupported(Deed deed, Reply reply, String remedy) {
    return refused(Cause.MODE_NOT_SUPPORTED, deed, reply, remedy);
  }

  private Refused refused(Cause cause, Deed deed, Reply reply, String remedy) {
    return new Refused(cause, answered(deed, reply), remedy);
  }

  private String answered(Deed deed, Reply reply) {
    return place + " answered " + reply.status() + " to " + deed.doing() + reply.quoted() + ".";
  }

  /** Nothing was sent. */
  static PublishOutcome notStored(String place, Deed deed, WireException e) {
    return new PublishOutcome.NotStored(
        Reach.sentence(place, e) + " Nothing was sent; " + deed.doing() + " did not begin.",
        Reach.remedy(e));
  }

  /** It was sent, or begun, and there is no answer. */
  static PublishOutcome lost(String place, Deed deed, WireException e) {
    return new PublishOutcome.Unknown(
        Reach.sentence(place, e)
            + " That was during "
            + deed.doing()
            + ", and what came of it is not known.");
  }
}
