package dev.packageforge.pipeline;

import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.util.Optional;

/** A registry that does what another one does, until some method is overridden. */
class ForwardingRegistry implements PackageRegistry {
  private final PackageRegistry registry;

  ForwardingRegistry(PackageRegistry registry) {
    this.registry = registry;
  }

  @Override
  public String description() {
    return registry.description();
  }

  @Override
  public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
    return registry.find(id);
  }

  @Override
  public Optional<Sha512> served(StoredVersion stored) throws InterruptedException {
    return registry.served(stored);
  }

  @Override
  public Optional<StoredVersion> findStaged(PackageId id) throws InterruptedException {
    return registry.findStaged(id);
  }

  @Override
  public PublishOutcome publish(PublishRequest request) throws InterruptedException {
    return registry.publish(request);
  }
}
