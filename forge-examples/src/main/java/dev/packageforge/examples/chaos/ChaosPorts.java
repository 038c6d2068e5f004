package dev.packageforge.examples.chaos;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Secret;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.CatalogEntry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/** What a worker under test is built of, besides its store. */
final class ChaosPorts {
  private ChaosPorts() {}

  /**
   * The real worker's assembly, with the outside world played by the doubles.
   *
   * @param doubles where they listen
   * @param worker what it is called in the books
   */
  static Forge.Builder forWork(String doubles, String worker, String key) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return Forge.builder()
        .model(new ChaosModel(http, doubles, worker))
        .registry(new ChaosRegistry(http, doubles))
        .toolchain(new ChaosToolchain())
        .sandbox(new NoSandbox())
        .catalog(
            needed ->
                needed.name().equals(ChaosReplies.INVENTED)
                    ? Optional.empty()
                    : Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
        .signer(new ApprovalSigner(Secret.of(key)))
        .workerName(worker);
  }
}
