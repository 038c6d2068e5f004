package dev.packageforge.examples.chaos;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Secret;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/**
 * What a worker under test is built of, with the outside world played by the doubles.
 *
 * @param queue its jobs
 * @param store its runs; the same store
 * @param registry the careful adapter
 * @param parts the real worker's assembly
 */
record ChaosPorts(JobQueue queue, RunStore store, PackageRegistry registry, Forge.Builder parts) {
  /** What people and workers sign and check approvals with. */
  static final ApprovalSigner SIGNER = new ApprovalSigner(Secret.of("what only approvers know"));

  /** Longer than an upload may take, twice over. */
  static final Duration LEASE = Duration.ofSeconds(10);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  /** How a worker is put together; tests put it together wrongly. */
  @FunctionalInterface
  interface Assembly {
    /** The sound one. */
    Assembly SOUND = ChaosPorts::parts;

    Forge.Builder of(ChaosPorts ports);
  }

  /**
   * The sound parts.
   *
   * @param doubles where they listen
   * @param worker what it is called in the books
   */
  static <S extends JobQueue & RunStore> ChaosPorts of(S store, String doubles, String worker) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    ChaosRegistry registry = new ChaosRegistry(http, doubles);
    Forge.Builder parts =
        Forge.builder()
            .store(store)
            .lease(LEASE)
            .model(new ChaosModel(http, doubles, worker))
            .registry(registry)
            .toolchain(new ChaosToolchain())
            .sandbox(new NoSandbox())
            .catalog(
                needed ->
                    needed.name().equals(ChaosReplies.INVENTED)
                        ? Optional.empty()
                        : Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
            .signer(SIGNER)
            .workerName(worker);
    return new ChaosPorts(store, store, registry, parts);
  }

  /** Enough to ask and to decide. */
  static <S extends JobQueue & RunStore> Forge asking(S store) {
    return Forge.builder().store(store).signer(SIGNER).build();
  }
}
