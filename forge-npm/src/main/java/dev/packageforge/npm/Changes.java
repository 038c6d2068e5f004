package dev.packageforge.npm;

import dev.packageforge.Secret;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.WebProof;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Request;

/** Sends what changes something, once, and says what came of it. */
final class Changes {
  private final Requests requests;
  private final Lookups lookups;
  private final Identities identities;

  Changes(Requests requests, Lookups lookups, Identities identities) {
    this.requests = requests;
    this.lookups = lookups;
    this.identities = identities;
  }

  /**
   * Sends it.
   *
   * @param request all but what is the same for every change
   */
  PublishOutcome send(Deed deed, URI registry, Shown shown, Request.Builder request)
      throws InterruptedException {
    Answers answers = answers(registry, shown);
    if (deed.code().isPresent()) {
      String code = deed.code().get().reveal();
      if (!Requests.isPrintable(code)) {
        return new PublishOutcome.NeedsSecondFactor(
            "That is no one-time code: it holds other characters than letters, digits and signs.");
      }
      request.header("npm-otp", code);
    }
    request.header("npm-auth-type", deed.code().isPresent() ? "legacy" : "web");
    try {
      Reply reply =
          requests.change(
              request.build(),
              requests.redactor(registry, secrets(deed, shown)),
              deed.deadline().left());
      return reply.status() == 404
          ? notFound(deed, registry, shown, reply)
          : answers.of(deed, reply);
    } catch (WireException e) {
      return e.begun()
          ? Answers.lost(registry.toString(), deed, e)
          : Answers.notStored(registry.toString(), deed, e);
    }
  }

  private static List<Secret> secrets(Deed deed, Shown shown) {
    List<Secret> secrets = new ArrayList<>();
    deed.code().ifPresent(secrets::add);
    shown
        .header()
        .map(Secret::reveal)
        .map(header -> header.substring(header.indexOf(' ') + 1))
        .ifPresent(token -> secrets.add(Secret.of(token)));
    return secrets;
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
    if (reply.mentions("expired or revoked", "token expired", "token revoked")) {
      return answers.dead(reply);
    }
    if (shown.exchanged()) {
      return answers.notPermitted(deed, reply);
    }
    try {
      NpmIdentity who = identities.who(registry, shown.header(), deed.deadline().left());
      if (who.state() == NpmIdentity.State.DEAD) {
        return answers.dead(reply);
      }
      if (deed.kind() != Deed.Kind.STAGE) {
        return answers.notPermitted(deed, reply);
      }
      return answers.unsupported(
          deed,
          reply,
          lookups.abbreviated(deed.name()).isPresent()
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
    return page.isPresent() && done.isPresent()
        ? Optional.of(new WebVisit(page.get(), () -> visited(registry, done.get())))
        : Optional.empty();
  }

  private WebVisit.Looked visited(URI registry, URI done) throws InterruptedException {
    boolean ours = Requests.origin(registry).equals(Requests.origin(done));
    Optional<Secret> credential = ours ? requests.credential(done) : Optional.empty();
    return requests.visited(
        "asking whether somebody agreed",
        requests.request(done, credential).header("Accept", Requests.JSON).build());
  }
}
