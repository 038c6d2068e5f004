package dev.packageforge.pipeline;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.registry.PackageRegistry;
import java.time.Clock;

/**
 * One rule of the protocol, broken on purpose. Most rules can be broken between the worker and its
 * ports; then the real worker follows a protocol without that rule. What is not overridden is
 * sound.
 */
interface ProtocolBug {
  /** The sound protocol. */
  ProtocolBug NONE = new ProtocolBug() {};

  /** The store as it would be without the rule; below what is watched. */
  default Store store(Store sound) {
    return sound;
  }

  /** The store as a worker without the rule would use it; each of its calls can go wrong. */
  default Store workersStore(Store sound) {
    return sound;
  }

  /** The store as a person's process without the rule would use it. */
  default Store personsStore(Store sound) {
    return sound;
  }

  /** The registry as a worker without the rule would use it; each of its calls can go wrong. */
  default PackageRegistry workersRegistry(PackageRegistry sound) {
    return sound;
  }

  /** The signer as a worker without the rule would use it. */
  default ApprovalSigner workersSigner(ApprovalSigner sound) {
    return sound;
  }

  /** The clock as a worker without the rule would read it. */
  default Clock workersClock(Clock sound) {
    return sound;
  }
}
