package dev.packageforge.pipeline;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Gate;
import dev.packageforge.toolchain.Toolchain;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Everything that work on a run needs. */
record Ports(Tools tools, JobQueue queue, RunStore store, ApprovalSigner signer, Timing timing) {
  /**
   * What does the work.
   *
   * @param registry where what the run makes goes
   * @param gate verifies what was packed elsewhere; null if that is not to be done here
   * @param person whoever is at hand when the registry wants a person's agreement
   */
  record Tools(
      LanguageModel model,
      Sandbox sandbox,
      Toolchain toolchain,
      PackageRegistry registry,
      PackageCatalog catalog,
      @Nullable Gate gate,
      SecondFactor person) {}

  /** What time and chance come from, and how long things may last. */
  record Timing(Clocks clocks, RandomGenerator random, Pulse pulse, Lengths lengths) {
    Clock clock() {
      return clocks.wall();
    }
  }

  /**
   * How long things may last.
   *
   * @param lease a silent worker's right to a job
   * @param upload from its begin to the registry's answer
   * @param cooldown how old what a plan builds on must be
   */
  record Lengths(Duration lease, Duration upload, Duration cooldown) {}
}
