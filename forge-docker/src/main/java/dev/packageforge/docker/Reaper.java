package dev.packageforge.docker;

import dev.packageforge.sandbox.SandboxException;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what others left behind: containers whose maker is gone or whose time is over, and their
 * volumes. Almost always there is nothing, because a container ends with its maker; this is for
 * those that were never started, and for an engine that did not answer in time.
 */
final class Reaper implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);

  private final Engine engine;
  private final Labels labels;
  private final Clock clock;
  private final Predicate<String> inUse;

  /**
   * One for an engine.
   *
   * @param inUse whether a container is one of this object's owner, and not yet ended
   */
  Reaper(Engine engine, Labels labels, Clock clock, Predicate<String> inUse) {
    this.engine = engine;
    this.labels = labels;
    this.clock = clock;
    this.inUse = inUse;
  }

  @Override
  public void run() {
    try {
      Instant now = clock.instant();
      for (Found container : engine.containers(labels.common())) {
        if (!inUse.test(container.id())
            && (labels.abandoned(container, now) || labels.forgotten(container, now))) {
          tidied(() -> engine.remove(container.id()));
        }
      }
      for (Found volume : engine.volumes(labels.common())) {
        if (labels.abandoned(volume, now) || labels.forgotten(volume, now)) {
          tidied(() -> engine.removeVolume(volume.id())); // refused while a container has it
        }
      }
    } catch (SandboxException e) {
      LOG.debug("What was left behind could not be looked for", e);
    }
  }

  /**
   * What the engine cannot remove now is tried again next time, and is no reason to leave the rest.
   */
  private static void tidied(Runnable removal) {
    try {
      removal.run();
    } catch (SandboxException e) {
      LOG.debug("Something that was left behind could not be removed", e);
    }
  }
}
