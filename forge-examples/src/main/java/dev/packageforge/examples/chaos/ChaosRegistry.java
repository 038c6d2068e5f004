package dev.packageforge.examples.chaos;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Talks to the registry double as a careful adapter would: what it does not know, it says. */
final class ChaosRegistry implements PackageRegistry {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final HttpClient http;
  private final String doubles;

  ChaosRegistry(HttpClient http, String doubles) {
    this.http = http;
    this.doubles = doubles;
  }

  @Override
  public String description() {
    return "the chaos registry";
  }

  @Override
  public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    URI address = address(id);
    HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).GET().build();
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new RegistryException("The registry's answer was lost: " + e, "Wait.", true, e);
    }
    return switch (response.statusCode()) {
      case OK ->
          Optional.of(new StoredVersion(id, new Sha512(response.body()), address.toString()));
      case NOT_FOUND -> Optional.empty();
      default ->
          throw new RegistryException(
              "The registry answered " + response.statusCode() + ".", "Wait.", true, null);
    };
  }

  @Override
  public PublishOutcome publish(PublishRequest request) throws InterruptedException {
    Artifact artifact = request.packed().artifact();
    URI address = address(artifact.id());
    if (request.options().mode() != Mode.PUBLISH) {
      return new PublishOutcome.Refused(
          PublishOutcome.Cause.MODE_NOT_SUPPORTED, "This registry only publishes.", "Publish.");
    }
    HttpRequest put =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .PUT(BodyPublishers.ofByteArray(request.packed().bytes()))
            .build();
    HttpResponse<Void> response;
    try {
      response = http.send(put, BodyHandlers.discarding());
    } catch (IOException e) {
      return new PublishOutcome.Unknown("The registry's answer was lost: " + e);
    }
    return switch (response.statusCode()) {
      case CREATED -> new PublishOutcome.Accepted(address.toString());
      case CONFLICT -> new PublishOutcome.Exists();
      default -> new PublishOutcome.Unknown("The registry answered " + response.statusCode() + ".");
    };
  }

  private URI address(PackageId id) {
    return URI.create(doubles + "/registry/" + id.name() + "/" + id.version());
  }
}
