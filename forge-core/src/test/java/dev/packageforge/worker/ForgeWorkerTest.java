package dev.packageforge.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ForgeWorkerTest {
  private final LanguageModelException no =
      new LanguageModelException(Reason.BLOCKED, "no", "ask something else");

  private final Path folder;

  private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());

  ForgeWorkerTest(@TempDir Path folder) {
    this.folder = folder;
  }

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
  void aWorkerThatStopsFinishesWhatIsInHandAndTakesNoMore() throws Exception {
    Gate gate = new Gate(ScriptedLanguageModel.replies().thenThrow(no).forEver());
    Forge forge = forge(gate);
    RunId inHand = forge.submit(RunRequest.of("a thing")).id();
    RunId next = forge.submit(RunRequest.of("another")).id();
    try (ForgeWorker worker = ForgeWorker.builder(forge).roster(store).start()) {
      assertThat(gate.reached.await(20, TimeUnit.SECONDS)).isTrue();
      FutureTask<Boolean> stopped = new FutureTask<>(() -> worker.stop(Duration.ofSeconds(20)));
      Thread stopping = new Thread(stopped);
      stopping.start();
      while (stopping.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait(); // it has told the worker once it waits
      }
      gate.open.countDown();

      assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(store.workers()).isEmpty();
      assertThat(worker.stats().jobs()).isEqualTo(new WorkerStats.Jobs(1, 1, 0, 0));
    }
    assertThat(forge.find(inHand)).map(Run::state).hasValue(RunState.FAILED);
    assertThat(forge.find(next)).map(Run::state).hasValue(RunState.QUEUED);
  }

  @Test
  void whatIsNotFinishedInTimeIsGivenBack() throws Exception {
    ScriptedLanguageModel model = ScriptedLanguageModel.replies().thenStall("").thenThrow(no);
    Forge forge = forge(model);
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    try (ForgeWorker worker = ForgeWorker.builder(forge).start()) {
      waitFor(forge, id, state -> !model.requests().isEmpty());
      assertThat(worker.stats().busy()).isEqualTo(1);
      assertThat(worker.stop(Duration.ofMillis(1))).isFalse();
      assertThat(worker.stats().busy()).isZero();
      assertThat(worker.stats().jobs()).isEqualTo(new WorkerStats.Jobs(1, 0, 1, 0));
    }
    assertThat(forge.drive(id).state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aWorkerSaysThatItLivesAndThatItHasGone() throws Exception {
    Forge forge = forge(ScriptedLanguageModel.replies());
    CountDownLatch beaten = new CountDownLatch(1);
    WorkerRoster roster =
        new ForwardingRoster(store) {
          @Override
          public Duration beat(WorkerReport report) {
            Duration next = super.beat(report);
            beaten.countDown();
            return next;
          }
        };
    ForgeWorker.Builder builder =
        ForgeWorker.builder(forge).roster(roster).name("laptop").version("1.2.3").concurrency(2);
    try (ForgeWorker worker = builder.start()) {
      assertThat(beaten.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(worker.stats().capacity()).isEqualTo(2);
      assertThat(store.workers())
          .singleElement()
          .satisfies(
              seen -> {
                assertThat(seen.state()).isEqualTo(WorkerPresence.State.ONLINE);
                assertThat(seen.report().name()).isEqualTo("laptop");
                assertThat(seen.report().version()).isEqualTo("1.2.3");
                assertThat(seen.report().id()).isEqualTo(forge.workerName());
              });
    }
    assertThat(store.workers()).isEmpty();
  }

  @Test
  void whoeverLooksIsToldAnew() throws Exception {
    CountDownLatch beaten = new CountDownLatch(2);
    WorkerRoster roster =
        new ForwardingRoster(store) {
          @Override
          public Duration beat(WorkerReport report) {
            Duration next = super.beat(report);
            beaten.countDown();
            return next;
          }
        };
    try (ForgeWorker worker =
        ForgeWorker.builder(forge(ScriptedLanguageModel.replies())).roster(roster).start()) {
      assertThat(worker.stats().well() || worker.stats().look().wentWellAt() == null).isTrue();
      while (beaten.getCount() > 1) {
        assertThat(beaten.await(20, TimeUnit.MILLISECONDS)).isIn(true, false);
      }
      store.workers();
      assertThat(beaten.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aWorkerThatComesAgainGoesOnAtOnceWithWhatItHeld() throws Exception {
    try (WorkerIdentity identity = WorkerIdentity.in(folder)) {
      ScriptedLanguageModel model = ScriptedLanguageModel.replies().thenThrow(no);
      Forge forge = ports(model).workerName(identity.id()).build();
      RunId id = forge.submit(RunRequest.of("a thing")).id();
      assertThat(store.lease(identity.id(), Duration.ofHours(1))).isPresent();
      try (ForgeWorker worker = ForgeWorker.builder(forge).identity(identity).start()) {
        waitFor(forge, id, state -> state == RunState.FAILED);
        assertThat(worker.stats().look().trouble()).isEmpty();
      }
    }
  }

  @Test
  void oneLooksForAll() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch waiting = new CountDownLatch(1);
    Store counting =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("lease")) {
                    looks.incrementAndGet();
                  } else if (method.getName().equals("await")) {
                    waiting.countDown();
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Forge forge =
        ports(ScriptedLanguageModel.replies().thenThrow(no).forEver()).store(counting).build();
    try (ForgeWorker worker = ForgeWorker.builder(forge).concurrency(8).start()) {
      assertThat(worker.stats().capacity()).isEqualTo(8);
      assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
      RunId id = forge.submit(RunRequest.of("a thing")).id();
      waitFor(forge, id, state -> state == RunState.FAILED);
    }
    assertThat(looks.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void anIdentityThatIsNotTheForgesIsRefused() {
    try (WorkerIdentity identity = WorkerIdentity.in(folder)) {
      ForgeWorker.Builder builder = ForgeWorker.builder(forge(ScriptedLanguageModel.replies()));
      assertThatThrownBy(() -> builder.identity(identity)).hasMessageContaining(identity.id());
    }
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

  /** Both ports, so that one proxy can stand for them. */
  private interface Store extends JobQueue, RunStore {}

  /** A model that waits until it may answer. */
  private static final class Gate implements LanguageModel {
    private final LanguageModel model;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    Gate(LanguageModel model) {
      this.model = model;
    }

    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public ModelReply generate(
        ModelRequest request, ModelListener listener, Cancellation cancellation)
        throws InterruptedException {
      reached.countDown();
      open.await();
      return model.generate(request, listener, cancellation);
    }
  }

  private static class ForwardingRoster implements WorkerRoster {
    private final WorkerRoster roster;

    ForwardingRoster(WorkerRoster roster) {
      this.roster = roster;
    }

    @Override
    public Duration beat(WorkerReport report) {
      return roster.beat(report);
    }

    @Override
    public void awaitLook(Duration patience) throws InterruptedException {
      roster.awaitLook(patience);
    }

    @Override
    public void leave(String worker) {
      roster.leave(worker);
    }

    @Override
    public List<WorkerPresence> workers() {
      return roster.workers();
    }
  }

  private Forge forge(LanguageModel model) {
    return ports(model).build();
  }

  private Forge.Builder ports(LanguageModel model) {
    return Forge.builder()
        .model(model)
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .registry(new FakeRegistry())
        .catalog(needed -> Optional.empty())
        .store(store);
  }
}
