package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Budget;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.ErrorRow;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.Recorded;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.Trouble;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import dev.packageforge.toolchain.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishes of which every fifth upload meets with some accident, through the whole pipeline and
 * over real connections. What came of each is judged by the registry's own book.
 */
@Timeout(300)
class LostAnswerStormTest {
  private static final int PUBLISHES = 1_000;
  private static final int IN_A_HUNDRED = 20;
  private static final int TURNS = 200;

  /** Stored, and the answer lost. */
  private static final List<Trouble> AFTER =
      List.of(
          Trouble.lostAnswer(),
          Trouble.cutAnswer(),
          Trouble.storedThen(ErrorRow.BROKEN.answer()),
          Trouble.storedThen(ErrorRow.BAD_GATEWAY.answer()),
          Trouble.storedThen(ErrorRow.UNAVAILABLE.answer()),
          Trouble.storedThen(ErrorRow.GATEWAY_TIMEOUT.answer()),
          Trouble.storedThen(ErrorRow.TOO_MANY.answer()));

  /** Never stored, and nobody says so. */
  private static final List<Trouble> BEFORE =
      List.of(
          Trouble.lostRequest(),
          Trouble.cutRequest(),
          Trouble.refused(ErrorRow.BROKEN.answer()),
          Trouble.refused(ErrorRow.BAD_GATEWAY.answer()),
          Trouble.refused(ErrorRow.UNAVAILABLE.answer()),
          Trouble.refused(ErrorRow.GATEWAY_TIMEOUT.answer()),
          Trouble.refused(ErrorRow.TOO_MANY.answer()));

  private final Random random = new Random(5);
  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-22T10:00:00Z"));
  private final Map<String, List<Trouble>> met = new HashMap<>();
  private PackageId brought = new PackageId("none", "0.0.0");
  private int looksThatFail;

  @Test
  void lostAnswersNeitherDoubleNorLoseNorInventAPublish() throws Exception {
    Account account = storm();
    assertThat(account.published).isGreaterThan(PUBLISHES * 95 / 100);
    assertThat(account.published + account.unknown).isEqualTo(PUBLISHES);
    assertThat(account.accidents).isBetween(PUBLISHES * 15 / 100, PUBLISHES * 30 / 100);
  }

  @Test
  void norDoTheyWhenTheRegistryIsSlowAndLookUpsFailToo() throws Exception {
    looksThatFail = 10;
    Account account = storm();
    assertThat(account.published).isGreaterThan(PUBLISHES * 90 / 100);
    assertThat(account.published + account.unknown).isEqualTo(PUBLISHES);
  }

  /** What came of all of them. */
  private static final class Account {
    private int published;
    private int unknown;
    private int accidents;
  }

  private Account storm() throws Exception {
    Account account = new Account();
    InMemoryStore store = new InMemoryStore(clock);
    try (StrictRegistry registry = StrictRegistry.start(clock);
        NpmRegistry npm =
            NpmRegistry.builder(registry.address())
                .token(registry.issue(Grant.publish("ada")))
                .build()) {
      if (looksThatFail > 0) {
        registry.lag(Duration.ofSeconds(45), Duration.ofSeconds(50));
      }
      registry.trouble(this::accident);
      Forge forge = forge(npm, store);
      for (int i = 0; i < PUBLISHES; i++) {
        PackedArtifact packed = Packed.of("storm-" + i, "1.0.0");
        Run run = publish(forge, packed);
        judge(run, packed, registry, account);
      }
      assertThat(registry.book()).hasSize(account.published);
    }
    return account;
  }

  private Forge forge(NpmRegistry npm, InMemoryStore store) {
    return Forge.builder()
        .model(ScriptedLanguageModel.replies())
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
        .gate(
            (bytes, sandbox, listener, cancellation) ->
                new Verification.Passed(Packed.of(brought, bytes), List.of(), List.of()))
        .registry(npm)
        .store(store)
        .clock(clock)
        .random(random)
        .build();
  }

  private Run publish(Forge forge, PackedArtifact packed) throws InterruptedException {
    brought = packed.artifact().id();
    RunRequest request =
        new RunRequest("publish " + packed.artifact().id(), 1, Budget.ofDefaults(), "");
    forge.bring(request, packed.artifact().fileName(), packed.bytes());
    Run run = forge.work().orElseThrow();
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    run = forge.approve(run.id(), "ada", PublishOptions.publish());
    for (int turn = 0; run.state().needsWorker(); turn++) {
      assertThat(turn).as("turns of %s", packed.artifact().id()).isLessThan(TURNS);
      run = forge.work().orElse(run);
      clock.advance(Duration.ofSeconds(7));
    }
    return run;
  }

  private Optional<Trouble> accident(Recorded request) {
    if (!request.upload()) {
      return request.method().equals("GET") && random.nextInt(100) < looksThatFail
          ? Optional.of(any(random.nextBoolean() ? AFTER : BEFORE))
          : Optional.empty();
    }
    boolean bad = random.nextInt(100) < IN_A_HUNDRED;
    Optional<Trouble> trouble =
        bad ? Optional.of(any(random.nextBoolean() ? AFTER : BEFORE)) : Optional.empty();
    met.computeIfAbsent(request.path(), path -> new ArrayList<>())
        .add(trouble.orElse(Trouble.storedThen(ErrorRow.NOT_FOUND.answer())));
    return trouble;
  }

  private Trouble any(List<Trouble> troubles) {
    return troubles.get(random.nextInt(troubles.size()));
  }

  private void judge(Run run, PackedArtifact packed, StrictRegistry registry, Account account) {
    PackageId id = packed.artifact().id();
    List<Trouble> uploads = met.getOrDefault("/" + id.name(), List.of());
    boolean stored = registry.stored(id).isPresent();
    assertThat(run.state() == RunState.PUBLISHED).as("%s: %s", id, uploads).isEqualTo(stored);
    if (stored) {
      byte[] bytes = registry.bytes(id).orElseThrow();
      assertThat(Sha512.of(bytes)).isEqualTo(packed.artifact().digest());
      account.published++;
    } else {
      assertThat(run.state()).isEqualTo(RunState.FAILED);
      account.unknown++;
    }
    assertThat(uploads).as("uploads of %s", id).hasSizeBetween(1, 2);
    if (uploads.size() == 2 && looksThatFail == 0) {
      assertThat(BEFORE).as("%s was sent twice", id).contains(uploads.get(0));
    }
    account.accidents +=
        (int)
            uploads.stream().filter(each -> AFTER.contains(each) || BEFORE.contains(each)).count();
  }
}
