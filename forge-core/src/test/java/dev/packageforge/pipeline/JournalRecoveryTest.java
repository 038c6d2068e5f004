package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Journal;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker dies, and with it the store loses all it held: only the worker's disk is left. */
@Timeout(60)
class JournalRecoveryTest {
  private static final String PLAN = "{\"name\":\"a\",\"summary\":\"s\"}";
  private static final String BAD = file("first");
  private static final String GOOD = file("good");
  private static final PackageId PACKAGE = new PackageId("a", "1.0.0");

  private final Path folder;
  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final Random random = new Random(3);

  JournalRecoveryTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whereverItHappensNothingIsPaidTwiceAndNothingIsPublishedTwice() throws Exception {
    int writes = new World(folder.resolve("calm")).play();
    assertThat(writes).isBetween(8, 40);

    for (int write = 1; write <= writes; write++) {
      for (When when : When.values()) {
        World world = new World(folder.resolve(write + "-" + when));
        world.loseEverythingAt(write, when);
        world.play();
      }
    }
  }

  @Test
  void uploadWhoseOutcomeNobodyHeardOfIsLookedForAndNotSentAgain() throws Exception {
    World world = new World(folder);
    world.dieAfterUpload = true;

    world.play();

    assertThat(world.asked).endsWith("find", "publish", "find");
    assertThat(world.registry.uploads()).hasSize(1);
    Run run = world.memory.newest(1).get(0);
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(run.work().publication()).isNotNull().extracting(p -> p.uploads()).isEqualTo(1);
  }

  /** When in a write to the store everything stops. */
  private enum When {
    /** The store has not heard of it. */
    BEFORE,
    /** The store has it, and the worker does not know. */
    AFTER
  }

  /** One run from request to rest. */
  private final class World {
    private final Path disk;
    private final FakeRegistry registry = new FakeRegistry();
    private final List<String> asked = new ArrayList<>();
    private final ScriptedLanguageModel model = ScriptedLanguageModel.replies(PLAN, BAD, GOOD);
    private InMemoryStore memory = new InMemoryStore(clock);
    private int writes;
    private int dieAt;
    private @Nullable When when;
    private boolean dieAfterUpload;

    World(Path disk) {
      this.disk = disk;
    }

    void loseEverythingAt(int write, When how) {
      dieAt = write;
      when = how;
    }

    /** Plays until the package is published; answers how often the store was written to. */
    int play() throws Exception {
      boolean dies = dieAt > 0 || dieAfterUpload;
      if (dies) {
        assertThatThrownBy(this::live).isInstanceOf(SimulatedCrash.class);
        memory = new InMemoryStore(clock);
        dieAt = 0;
        dieAfterUpload = false;
      }
      live();
      assertThat(model.requests()).as("model calls").hasSize(3);
      assertThat(registry.uploads()).hasSize(1);
      assertThat(memory.newest(1)).extracting(Run::state).containsExactly(RunState.PUBLISHED);
      assertThat(asked.indexOf("find")).isLessThan(asked.indexOf("publish"));
      assertThat(registry.find(PACKAGE)).isPresent();
      return writes;
    }

    /** One life of the process. */
    private void live() throws Exception {
      try (Journal journal = Journal.around(new Dying(memory), disk, clock)) {
        Forge forge = forge(journal, model);
        RunRequest request = new RunRequest("a thing", 3, RunRequest.of("x").budget(), "key-1");
        journal.restoreLost();
        Run run = forge.submit(request);
        while (!run.state().isFinal()) {
          if (run.state().waitsForPerson()) {
            forge.approve(run.id(), "ada", PublishOptions.publish());
          }
          if (forge.work().isEmpty()) {
            clock.advance(Duration.ofMinutes(1));
          }
          run = forge.find(run.id()).orElseThrow();
        }
      }
    }

    private Forge forge(Journal journal, LanguageModel model) {
      return Forge.builder()
          .model(model)
          .sandbox(new NoSandbox())
          .toolchain(new FakeToolchain())
          .registry(new Watched(registry))
          .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
          .store(journal)
          .signer(new ApprovalSigner(Secret.of("a key for this test")))
          .clock(clock)
          .random(random)
          .pulse(Pulse.none())
          .build();
    }

    /** A store whose process dies in the middle of a write. */
    private final class Dying extends ForwardingStore {
      private boolean dead;

      Dying(InMemoryStore store) {
        super(store);
      }

      @Override
      public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
        before();
        SaveResult result = super.save(lease, run, events);
        after();
        return result;
      }

      @Override
      public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
        before();
        SaveResult result = super.decide(run, events, next);
        after();
        return result;
      }

      @Override
      public boolean retry(Lease lease, Duration rest) {
        mustLive();
        return super.retry(lease, rest);
      }

      private void before() {
        mustLive();
        writes++;
        dieIf(writes == dieAt && when == When.BEFORE);
      }

      private void after() {
        dieIf(writes == dieAt && when == When.AFTER);
      }

      private void dieIf(boolean now) {
        dead |= now;
        mustLive();
      }

      private void mustLive() {
        if (dead) {
          throw new SimulatedCrash();
        }
      }
    }

    /** A registry that notes what it is asked, and whose answer to an upload may kill. */
    private final class Watched extends ForwardingRegistry {
      Watched(PackageRegistry registry) {
        super(registry);
      }

      @Override
      public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
        asked.add("find");
        return super.find(id);
      }

      @Override
      public PublishOutcome publish(PublishRequest request) throws InterruptedException {
        asked.add("publish");
        PublishOutcome outcome = super.publish(request);
        if (dieAfterUpload) {
          throw new SimulatedCrash();
        }
        return outcome;
      }
    }
  }

  private static String file(String text) {
    String marker = ScriptedLanguageModel.MARKER;
    return "@@@ " + marker + " file index.js\n" + text + "\n@@@ " + marker + " end\n";
  }
}
