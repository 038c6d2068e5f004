package dev.packageforge.testing;

import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A registry in memory that keeps the books, and whose next answers a test may spoil. Safe for use
 * by many threads.
 */
public final class FakeRegistry implements PackageRegistry {
  private final Map<PackageId, StoredVersion> stored = new LinkedHashMap<>();
  private final List<PublishRequest> uploads = new ArrayList<>();
  private final Deque<Spoil> spoils = new ArrayDeque<>();

  /** One that holds nothing yet. */
  public FakeRegistry() {}

  /** What becomes of an upload. */
  public enum Spoil {
    /** It is stored, and the answer is lost. */
    ANSWER_LOST,
    /** It never arrives, and nobody says so. */
    UPLOAD_LOST,
    /** It is stored, and the adapter breaks. */
    ADAPTER_BROKEN,
    /** The disk is full before it is stored. */
    DISK_FULL
  }

  /** The next upload comes to this; a dry run comes to no result. */
  public synchronized FakeRegistry spoil(Spoil next) {
    spoils.add(next);
    return this;
  }

  /** Every upload that was sent, in order. */
  public synchronized List<PublishRequest> uploads() {
    return List.copyOf(uploads);
  }

  @Override
  public String description() {
    return "a registry for tests";
  }

  @Override
  public synchronized Optional<StoredVersion> find(PackageId id) {
    return Optional.ofNullable(stored.get(id));
  }

  @Override
  public synchronized PublishOutcome publish(PublishRequest request) {
    Spoil spoil = spoils.poll();
    if (request.options().mode() == Mode.DRY_RUN) {
      return spoil == null
          ? new PublishOutcome.NotSent("nowhere")
          : new PublishOutcome.Unknown("no answer");
    }
    uploads.add(request);
    if (spoil == Spoil.DISK_FULL) {
      return new PublishOutcome.NotStored("The disk is full.", "Free some space.");
    }
    if (spoil == Spoil.UPLOAD_LOST) {
      return new PublishOutcome.Unknown("no answer");
    }
    PackageId id = request.packed().artifact().id();
    StoredVersion version =
        new StoredVersion(id, request.packed().artifact().digest(), "memory:" + id);
    if (stored.putIfAbsent(id, version) != null) {
      return new PublishOutcome.Exists();
    }
    if (spoil == Spoil.ADAPTER_BROKEN) {
      throw new CancellationException("a client library gave up");
    }
    return spoil == Spoil.ANSWER_LOST
        ? new PublishOutcome.Unknown("no answer")
        : new PublishOutcome.Accepted("stored");
  }
}
