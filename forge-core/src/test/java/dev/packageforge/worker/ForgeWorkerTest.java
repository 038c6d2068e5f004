package dev.packageforge.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ForgeWorkerTest {
  private final LanguageModelException no =
      new LanguageModelException(Reason.DECLINED, "no", "ask something else");

  private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());

  @Test
  void jobsAreTakenAsTheyCome() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies().thenThrow(no).forEver());
    try (ForgeWorker worker = ForgeWorker.builder(forge).concurrency(3).start()) {
      assertThat(worker).isNotNull();
      List<RunId> ids = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ids.add(forge.submit(RunRequest.of("thing " + i)).id());
      }
      for (RunId id : ids) {
        waitFor(forge, id, state -> state == RunState.FAILED);
      }
    }
  }

  @Test
  void aWorkerThatClosesGivesItsJobBack() throws Exception {
    ScriptedLanguageModel model = ScriptedLanguageModel.replies().thenStall("").thenThrow(no);
    Forge forge = forge(model);
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    try (ForgeWorker worker = ForgeWorker.builder(forge).start()) {
      assertThat(worker).isNotNull();
      waitFor(forge, id, state -> !model.requests().isEmpty());
    }
    assertThat(forge.drive(id).state()).isEqualTo(RunState.FAILED);
    assertThat(model.requests()).hasSize(2);
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    ForgeWorker.Builder builder = ForgeWorker.builder(forge(ScriptedLanguageModel.replies()));
    assertThatThrownBy(() -> builder.concurrency(0)).hasMessageContaining("1 to 64");
    assertThatThrownBy(() -> builder.patience(Duration.ZERO)).hasMessageContaining("positive");
    assertThatThrownBy(() -> builder.stopWithin(Duration.ofSeconds(-1)))
        .hasMessageContaining("positive");
  }

  private static void waitFor(Forge forge, RunId id, Predicate<RunState> wanted)
      throws InterruptedException {
    long seen = 0;
    while (!wanted.test(forge.find(id).map(Run::state).orElseThrow())) {
      for (StoredEvent event : forge.events(id, seen, 100, Duration.ofMillis(50))) {
        seen = event.cursor();
        assertThat(event.event()).isInstanceOf(RunEvent.class);
      }
    }
  }

  private Forge forge(LanguageModel model) {
    return Forge.builder()
        .model(model)
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .registry(new FakeRegistry())
        .catalog(needed -> Optional.empty())
        .store(store)
        .build();
  }
}
