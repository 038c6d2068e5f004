package dev.packageforge.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.pipeline.Task;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunStore;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LookoutTest {
  private static final Duration MONTH = Duration.ofDays(30);

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryStore memory = new InMemoryStore(clock);
  private final List<String> asked = new ArrayList<>();
  private final Deque<RuntimeException> faults = new ArrayDeque<>();
  private final List<Duration> rests = new ArrayList<>();
  private final Forge forge = forge();
  private boolean stopping;
  private Runnable atAwait = () -> {};
  private int awaits;
  private int mostRests = Integer.MAX_VALUE;
  private Optional<String> refusal = Optional.empty();

  /** Both ports, so that one proxy can stand for them. */
  private interface Store extends JobQueue, RunStore {}

  @Test
  void whatIsThereIsTakenAtOnce() throws Exception {
    RunId id = submitted();
    assertThat(lookout(false).next()).map(Task::run).hasValue(id);
    assertThat(asked).containsExactly("lease");
    assertThat(rests).isEmpty();
  }

  @Test
  void aLookThatFoundNothingIsNotRepeatedUntilSomethingHappened() throws Exception {
    Lookout lookout = lookout(false);
    atAwait = () -> memory.pause(awaits < 3);
    memory.pause(true);
    submitted();
    assertThat(lookout.next()).isPresent();
    assertThat(asked).containsExactly("lease", "await", "await", "await", "lease");
  }

  @Test
  void aStoreThatFailsIsLeftAloneLongerAndLonger() throws Exception {
    submitted();
    for (int failure = 0; failure < 12; failure++) {
      faults.add(new QueueException("no answer", "wait", null));
    }
    Lookout lookout = lookout(false);
    assertThat(lookout.next()).isPresent();
    assertThat(rests).hasSize(12);
    for (int i = 0; i < 12; i++) {
      Duration ceiling = Duration.ofMillis(Math.min(100L << i, 5_000));
      assertThat(rests.get(i)).isBetween(Duration.ZERO, ceiling);
    }
    assertThat(rests).anyMatch(rest -> rest.compareTo(Duration.ofSeconds(1)) > 0);
    assertThat(lookout.stats().trouble()).isEmpty();
    assertThat(lookout.stats().wentWellAt()).isEqualTo(clock.instant());
  }

  @Test
  void aStoreThatIsFullIsLeftAloneForMinutes() throws Exception {
    for (int failure = 0; failure < 40; failure++) {
      faults.add(new QueueException(QueueException.Reason.FULL, "full", "buy more", null));
    }
    Lookout lookout = lookout(false);
    restsUntil(40);
    assertThat(lookout.next()).isEmpty();
    assertThat(rests).allMatch(rest -> rest.compareTo(Duration.ofMinutes(5)) <= 0);
    assertThat(rests).anyMatch(rest -> rest.compareTo(Duration.ofMinutes(1)) > 0);
    assertThat(lookout.stats().trouble()).isEqualTo("full buy more");
  }

  @Test
  void aFaultOfOursDoesNotEndTheWorker() throws Exception {
    submitted();
    faults.add(new IllegalStateException("oops"));
    assertThat(lookout(false).next()).isPresent();
    assertThat(rests).hasSize(1);
  }

  @Test
  void aMachineThatCannotWorkAsksNothingOfTheStore() throws Exception {
    submitted();
    refusal = Optional.of("The disk is full.");
    Lookout lookout = lookout(false);
    restsUntil(3);
    assertThat(lookout.next()).isEmpty();
    assertThat(asked).isEmpty();
    assertThat(lookout.stats().trouble()).isEqualTo("The disk is full.");

    stopping = false;
    refusal = Optional.empty();
    assertThat(lookout.next()).isPresent();
    assertThat(lookout.stats().trouble()).isEmpty();
  }

  @Test
  void whatADeadProcessHeldIsTakenBackBeforeAnythingElse() throws Exception {
    RunId id = submitted();
    assertThat(memory.lease("worker-1", Duration.ofHours(1))).isPresent();
    faults.add(new QueueException("no answer", "wait", null));
    Lookout lookout = lookout(true);
    assertThat(lookout.next()).map(Task::run).hasValue(id);
    assertThat(asked).containsExactly("rejoin", "rejoin", "lease");
    atAwait = () -> stopping = true;
    assertThat(lookout.next()).isEmpty();
    assertThat(asked).filteredOn("rejoin"::equals).hasSize(2);
  }

  @Test
  void runsThatEndedLongAgoAreForgottenOnceAnHour() throws Exception {
    RunId old = submitted();
    forge.cancel(old, "ada");
    clock.advance(MONTH.plusMinutes(30));
    RunId young = submitted();
    forge.cancel(young, "ada");
    asked.clear();
    Lookout lookout = new Lookout(forge, settings(false, MONTH), rests::add, () -> stopping);
    atAwait =
        () -> {
          clock.advance(Duration.ofMinutes(25));
          stopping = awaits == 6;
        };
    assertThat(lookout.next()).isEmpty();
    assertThat(asked).filteredOn("prune"::equals).hasSize(2);
    assertThat(memory.find(old)).isEmpty();
    assertThat(memory.find(young)).map(Run::state).hasValue(RunState.CANCELLED);
  }

  private void restsUntil(int count) {
    mostRests = count;
  }

  private Lookout lookout(boolean rejoins) {
    return new Lookout(
        forge,
        settings(rejoins, Duration.ZERO),
        rest -> {
          rests.add(rest);
          stopping = rests.size() >= mostRests;
          mostRests = stopping ? Integer.MAX_VALUE : mostRests;
        },
        () -> stopping);
  }

  private Lookout.Settings settings(boolean rejoins, Duration forgetAfter) {
    return new Lookout.Settings(
        clock,
        new Backoff(new Random(5)),
        Duration.ofSeconds(60),
        () -> refusal,
        rejoins,
        forgetAfter);
  }

  private RunId submitted() {
    RunId id = forge.submit(RunRequest.of("a thing")).id();
    asked.clear();
    return id;
  }

  private Forge forge() {
    Store store =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  if (method.getName().equals("await")) {
                    awaits++;
                    atAwait.run();
                    return memory.await(Duration.ZERO);
                  }
                  RuntimeException fault = faults.poll();
                  if (fault != null) {
                    throw fault;
                  }
                  try {
                    return method.invoke(memory, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return Forge.builder()
        .model(ScriptedLanguageModel.replies())
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .registry(new FakeRegistry())
        .catalog(needed -> Optional.empty())
        .store(store)
        .clock(clock)
        .workerName("worker-1")
        .build();
  }
}
