package dev.packageforge.pipeline;

import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Run;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A registry that keeps the books. A version, once stored, never changes. */
final class SimulatedRegistry implements PackageRegistry {
  private final SimulatedWorld world;
  private final Map<PackageId, Sha512> stored = new HashMap<>();
  private final Map<PackageId, Sha512> staged = new HashMap<>();
  private final Set<PackageId> lookNeeded = new HashSet<>();
  private final Set<StoredVersion> readBack = new HashSet<>();
  private int hiddenLooks;
  private int uploads;
  private int refused;

  SimulatedRegistry(SimulatedWorld world) {
    this.world = world;
  }

  @Override
  public String description() {
    return "simulated";
  }

  @Override
  public Optional<StoredVersion> find(PackageId id) {
    Sha512 digest = stored.get(id);
    if (digest != null && hiddenLooks > 0) {
      hiddenLooks--;
      digest = null;
    }
    if (digest == null) {
      lookNeeded.remove(id);
      return Optional.empty();
    }
    StoredVersion found = new StoredVersion(id, digest, "simulated/" + id);
    readBack.add(found);
    return Optional.of(found);
  }

  @Override
  public Optional<StoredVersion> findStaged(PackageId id) {
    lookNeeded.remove(id);
    return Optional.ofNullable(staged.get(id))
        .map(digest -> new StoredVersion(id, digest, "simulated/staged/" + id));
  }

  @Override
  public PublishOutcome publish(PublishRequest request) {
    uploads++;
    PackageId id = request.packed().artifact().id();
    Sha512 digest = Sha512.of(request.packed().bytes());
    judge(request, id, digest);
    if (request.options().mode() == Mode.DRY_RUN) {
      return new PublishOutcome.NotSent("simulated/" + id);
    }
    if (request.code() == null && refused < world.scenario().refusals()) {
      refused++;
      return new PublishOutcome.NeedsSecondFactor("a one-time code, please");
    }
    lookNeeded.add(id);
    if (stored.containsKey(id) || staged.containsKey(id)) {
      return new PublishOutcome.Exists();
    }
    if (request.options().mode() == Mode.STAGE) {
      staged.put(id, digest);
    } else {
      stored.put(id, digest);
      hiddenLooks = world.scenario().registryLag();
    }
    return new PublishOutcome.Accepted("simulated/" + id);
  }

  private void judge(PublishRequest request, PackageId id, Sha512 digest) {
    Books books = world.books();
    if (!books.approved(digest, request.options(), world.clock().instant())) {
      books.violation("I3: bytes were sent that no person approved in this way");
    }
    if (lookNeeded.contains(id) && !world.callWasFrozen()) {
      books.violation("I2: sent again without looking whether the first upload arrived");
    }
    Optional<Run> run = world.truth();
    boolean dry = request.options().mode() == Mode.DRY_RUN;
    RunState state = run.map(Run::state).orElse(RunState.QUEUED);
    if (!dry && (state == RunState.CANCELLED || state == RunState.REJECTED)) {
      books.violation("cancel: bytes were sent after the run was " + state);
    }
    boolean announced =
        dry || run.map(r -> r.work().publication()).map(p -> p.uploads() > 0).orElse(false);
    if (!announced) {
      books.violation("I2: bytes were sent before the record said so");
    }
  }

  /** Whether somebody asked and was told that these bytes are there. */
  boolean wasReadBack(PackageId id, Sha512 digest) {
    return readBack.stream().anyMatch(v -> v.id().equals(id) && v.digest().equals(digest));
  }

  boolean holds(PackageId id, Sha512 digest) {
    return digest.equals(stored.get(id));
  }

  boolean hasStaged(PackageId id, Sha512 digest) {
    return digest.equals(staged.get(id));
  }

  /** Whether anything is there at all. */
  boolean isEmpty() {
    return stored.isEmpty() && staged.isEmpty();
  }

  int uploads() {
    return uploads;
  }
}
