package dev.packageforge.registry;

import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import java.util.Optional;

/**
 * Where packages are published. A version, once stored, never changes: that makes {@code
 * name@version} the lock that lets a release happen at most once.
 *
 * <p>Safe for use by many threads. Nothing is opened before the first call. An implementation that
 * holds connections is {@link AutoCloseable}; whoever built it closes it.
 */
public interface PackageRegistry {
  /** Where this is, for people: an address or a folder, without credentials. */
  String description();

  /**
   * Where a package is or would be, for people: so exactly that an approval can name it. Default:
   * the {@link #description}, where all packages are in one place.
   *
   * @param id its name decides, where the registry sends some names elsewhere
   */
  default String place(PackageId id) {
    return description();
  }

  /**
   * Reads what is stored under a name and version.
   *
   * @throws RegistryException if the registry did not answer, so that nothing is known
   * @throws InterruptedException if this thread is interrupted
   */
  Optional<StoredVersion> find(PackageId id) throws InterruptedException;

  /**
   * Fetches what is served as a version, and digests it. Default: what {@link #find} said, for
   * registries where that is the digest of the very bytes.
   *
   * @param stored what {@link #find} found
   * @return the digest of the bytes that came; empty if they cannot be fetched yet
   * @throws RegistryException if the registry did not answer, so that nothing is known
   * @throws InterruptedException if this thread is interrupted
   */
  default Optional<Sha512> served(StoredVersion stored) throws InterruptedException {
    return Optional.of(stored.digest());
  }

  /**
   * Reads what waits under a name and version for a person to release it. Default: nothing is known
   * of that.
   *
   * @throws RegistryException if the registry did not answer, so that nothing is known
   * @throws InterruptedException if this thread is interrupted
   */
  default Optional<StoredVersion> findStaged(PackageId id) throws InterruptedException {
    return Optional.empty();
  }

  /**
   * Sends exactly these bytes, at most once, in the mode asked for.
   *
   * @return what came of it, accidents included; {@link PublishOutcome.Unknown} if that could not
   *     be learned: then {@link #find} tells, now or a little later
   * @throws InterruptedException if this thread is interrupted; the outcome is then unknown
   */
  PublishOutcome publish(PublishRequest request) throws InterruptedException;
}
