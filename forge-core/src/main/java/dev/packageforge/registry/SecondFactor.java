package dev.packageforge.registry;

import dev.packageforge.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Whoever is at hand when a registry wants to know that a person agrees. What they give is used
 * once, at once, and is never stored.
 *
 * <p>Safe for use by many threads.
 */
public interface SecondFactor {
  /** Where nobody is at hand: no code, and no page is visited. */
  SecondFactor NOBODY =
      new SecondFactor() {
        @Override
        public Optional<Secret> code(String question) {
          return Optional.empty();
        }

        @Override
        public boolean visit(URI page) {
          return false;
        }
      };

  /**
   * Asks for a one-time code, and waits for it.
   *
   * @param question a sentence for the person, with what the code is for
   * @return the code; empty if there is none
   * @throws InterruptedException if this thread is interrupted
   */
  Optional<Secret> code(String question) throws InterruptedException;

  /**
   * Shows a page of the registry on which the person agrees. Does not wait until they have.
   *
   * @return whether somebody is there to visit it
   */
  boolean visit(URI page);
}
