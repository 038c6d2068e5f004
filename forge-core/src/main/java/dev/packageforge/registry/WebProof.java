package dev.packageforge.registry;

import dev.packageforge.Cancellation;
import dev.packageforge.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A page of a registry on which a person says that they agree, and how the registry tells us. */
public interface WebProof {
  /** The page, to be shown to the person. */
  URI page();

  /**
   * Waits until the person was there.
   *
   * @param longest how long to wait at most
   * @return what stands for their word, to be sent in place of a one-time code; empty if they did
   *     not come
   * @throws RegistryException if the registry did not answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted
   */
  Optional<Secret> await(Duration longest, Cancellation cancellation) throws InterruptedException;
}
