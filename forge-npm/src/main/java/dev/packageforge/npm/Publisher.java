package dev.packageforge.npm;

import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Publishes, stages, or does all of it but the last request. */
final class Publisher {
  private final NpmAccess access;
  private final Requests requests;
  private final Lookups lookups;
  private final Identities identities;
  private final Changes changes;
  private final Optional<Supplier<Secret>> job;

  /**
   * For the registries that npm's configuration names.
   *
   * @param job what identifies this job to a registry that trusts it
   */
  Publisher(
      NpmAccess access,
      Requests requests,
      Lookups lookups,
      Identities identities,
      Changes changes,
      Optional<Supplier<Secret>> job) {
    this.access = access;
    this.requests = requests;
    this.lookups = lookups;
    this.identities = identities;
    this.changes = changes;
    this.job = job;
  }

  PublishOutcome publish(PublishRequest request, Deadline deadline) throws InterruptedException {
    PackageId id = request.packed().artifact().id();
    Optional<PublishDocument.Problem> problem = PublishDocument.problem(id, request.options());
    if (problem.isPresent()) {
      return new PublishOutcome.Refused(
          Cause.INVALID, problem.get().sentence(), problem.get().remedy());
    }
    URI registry = access.registryFor(id.name()).value();
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
            Optional.ofNullable(request.code()),
            deadline);
    Shown shown = new Shown(requests.credential(registry), /* exchanged= */ false);
    if (job.isPresent()) {
      Exchange exchange = exchange(deed, registry, job.get());
      if (exchange.instead() != null) {
        return exchange.instead();
      }
      shown = exchange.shown();
    }
    return request.options().mode() == Mode.DRY_RUN
        ? dryRun(id, deed, registry, shown, body.contentLength())
        : send(id, deed, registry, shown, body);
  }

  private PublishOutcome send(PackageId id, Deed deed, URI registry, Shown shown, UploadBody body)
      throws InterruptedException {
    boolean stages = deed.kind() == Deed.Kind.STAGE;
    URI address =
        stages
            ? Addresses.at(registry, "-/stage/package/" + Addresses.escaped(id.name()))
            : Addresses.ofPackage(registry, id.name());
    Request.Builder request =
        requests
            .request(address, shown.header())
            .header("npm-command", stages ? "stage" : "publish")
            .method(stages ? "POST" : "PUT", body);
    if (id.name().startsWith("@")) {
      request.header("npm-scope", id.name().substring(0, id.name().indexOf('/')));
    }
    return changes.send(deed, registry, shown, request);
  }

  private PublishOutcome dryRun(PackageId id, Deed deed, URI registry, Shown shown, long bytes)
      throws InterruptedException {
    try {
      if (lookups.find(id).isPresent()) {
        return new PublishOutcome.Exists();
      }
      if (!shown.exchanged()) {
        NpmIdentity who = identities.who(registry, shown.header(), deed.deadline().left());
        if (who.state() == NpmIdentity.State.DEAD) {
          return new PublishOutcome.Refused(
              Cause.CREDENTIAL_DEAD,
              Answers.dead(registry.toString())
                  + (who.notice().isEmpty() ? "" : " (notice: \"" + who.notice() + "\")")
                  + ".",
              Answers.NEW_TOKEN);
        }
        if (who.state() == NpmIdentity.State.MISSING) {
          return new PublishOutcome.Refused(
              Cause.CREDENTIAL_MISSING,
              "There is no token for " + registry + ", so " + deed.doing() + " would fail.",
              Answers.GIVE_TOKEN);
        }
      }
    } catch (RegistryException e) {
      String sentence = String.valueOf(e.getMessage());
      return e.retryable()
          ? new PublishOutcome.Unknown(sentence)
          : new PublishOutcome.NotStored(sentence, e.remedy());
    }
    return new PublishOutcome.NotSent(
        Addresses.ofPackage(registry, id.name()) + " (" + bytes + " bytes would be sent)");
  }

  /** What a job's identity was exchanged for, or what to say instead of publishing. */
  private record Exchange(Shown shown, @Nullable PublishOutcome instead) {}

  private Exchange exchange(Deed deed, URI registry, Supplier<Secret> identity)
      throws InterruptedException {
    Shown nothing = new Shown(Optional.empty(), /* exchanged= */ true);
    Secret known = identity.get();
    if (!Requests.isPrintable(known.reveal())) {
      return new Exchange(
          nothing,
          new PublishOutcome.NotStored(
              "This job's identity holds a character that no header can carry; nothing was sent.",
              "See where it is taken from."));
    }
    URI address =
        Addresses.at(
            registry, "-/npm/v1/oidc/token/exchange/package/" + Addresses.escaped(deed.name()));
    Request request =
        requests
            .request(address, Optional.of(Secret.of("Bearer " + known.reveal())))
            .post(new OnceBody(new byte[0]))
            .build();
    try {
      Reply reply =
          requests.change(
              request, requests.redactor(registry, List.of(known)), deed.deadline().left());
      String token = reply.json().path("token").asText("");
      if (reply.successful() && Requests.isPrintable(token)) {
        Secret header = Secret.of("Bearer " + token);
        return new Exchange(new Shown(Optional.of(header), /* exchanged= */ true), null);
      }
      return new Exchange(nothing, notExchanged(deed, registry, reply));
    } catch (WireException e) {
      return new Exchange(nothing, Answers.notStored(registry.toString(), deed, e));
    }
  }

  private static PublishOutcome notExchanged(Deed deed, URI registry, Reply reply) {
    if (reply.isUnclear() || reply.successful()) {
      return new PublishOutcome.NotStored(
          registry + " gave no token for this job's identity" + reply.quoted() + ".",
          "Try again later; nothing was sent.");
    }
    return new PublishOutcome.Refused(
        Cause.NOT_PERMITTED,
        registry
            + " does not take this job for a trusted publisher of "
            + deed.name()
            + reply.quoted()
            + ".",
        "See that the package names this very repository and job as its publisher.");
  }
}
