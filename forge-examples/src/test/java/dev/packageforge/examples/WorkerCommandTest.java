package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code forge worker} over fakes. */
class WorkerCommandTest {
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path folder) {
    desk = new Desk(folder);
  }

  @Test
  void aWorkerTellsEachStateAndStopsWhenItIsTold() throws InterruptedException {
    Run run = submitted();
    Desk machine = desk.beside();
    Thread person =
        new Thread(
            () -> {
              awaitState(run, RunState.AWAITING_APPROVAL);
              machine.interrupts.arrive();
            });
    person.start();
    Desk.Result result =
        machine.run(
            ScriptedLanguageModel.replies(Desk.PLAN, Desk.GOOD), "worker", "--name", "laptop-1");
    person.join(Duration.ofSeconds(20).toMillis());
    assertThat(result.exit()).as(result.err()).isZero();
    String id = RunFinder.shortened(run.id());
    assertThat(result.out().lines().map(line -> line.substring("00:00:00 ".length())))
        .startsWith("worker laptop-1 is ready, for 1 run at a time, from a store for tests")
        .containsSubsequence(
            id + ": generating",
            id + " slug-maker: verifying, attempt 1 of 4",
            id + " slug-maker: awaiting approval")
        .endsWith("stopped");
    assertThat(desk.store.workers()).as("it said that it has gone").isEmpty();
  }

  @Test
  void figuresAreToldToThisMachineWhileItWorks() {
    desk.interruptAt = "is ready";
    Desk.Result result = desk.run(ScriptedLanguageModel.replies(), "worker", "--metrics-port", "0");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("figures at port \\d+ of this machine: /metrics");
  }

  @Test
  void whatIsInWorkWhenTimeIsUpIsGivenBack() {
    Run run = submitted();
    ScriptedLanguageModel stalling = ScriptedLanguageModel.replies(Desk.PLAN).thenStall("@@@");
    Desk machine = desk.beside();
    Thread person =
        new Thread(
            () -> {
              while (stalling.requests().size() < 2) {
                Thread.onSpinWait();
              }
              machine.interrupts.arrive();
            });
    person.start();
    Desk.Result result = machine.run(stalling, "worker", "--stop-within", "0");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(result.out())
        .contains("stops: takes no more; 1 run in work may go on for 0 s")
        .endsWith("stopped; what was not finished is given back\n");
    assertThat(desk.store.lease(run.id(), "another", Duration.ofSeconds(1))).isPresent();
  }

  @Test
  void theSecondSignalGivesBackAtOnce() {
    Run run = submitted();
    ScriptedLanguageModel stalling = ScriptedLanguageModel.replies(Desk.PLAN).thenStall("@@@");
    Desk machine = desk.beside();
    Thread person =
        new Thread(
            () -> {
              while (stalling.requests().size() < 2) {
                Thread.onSpinWait();
              }
              machine.interrupts.arrive();
              machine.interrupts.arrive();
            });
    person.start();
    Desk.Result result = machine.run(stalling, "worker", "--stop-within", "3600");
    assertThat(result.exit()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(desk.store.lease(run.id(), "another", Duration.ofSeconds(1))).isPresent();
  }

  @Test
  void whereThereIsNoRoomNothingIsTaken() throws InterruptedException {
    Run run = submitted();
    Desk machine = desk.beside();
    machine.interruptAt = "takes no runs: ";
    // Enough when the command looks first, and used up by the time that there is work.
    int[] looks = {0};
    machine.freeBytes = place -> looks[0]++ < 2 ? Long.MAX_VALUE / 2 : 1024;
    Desk.Result result = machine.run(ScriptedLanguageModel.replies(), "worker");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("takes no runs: Only 1.0 kB free for ");
    assertThat(desk.store.find(run.id()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
  }

  @Test
  void aWorkerNeedsAMachineThatIsReadyAndAStoreThatIsShared() throws Exception {
    desk.forgetful = true;
    Desk.Result alone = desk.run("worker");
    assertThat(alone.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(alone.err())
        .contains("A worker needs a store that other processes share", "next:  ");
    Files.delete(desk.programs.resolve("node"));
    desk.err.reset();
    Desk.Result unready = desk.run("worker");
    assertThat(unready.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(unready.err()).contains("✗ node", "This machine is not ready: see above.");
  }

  @Test
  void nonsenseIsWrongUsage() {
    for (List<String> bad :
        List.of(
            List.of("--concurrency", "0"),
            List.of("--concurrency", "65"),
            List.of("--stop-within", "-1"),
            List.of("--metrics-port", "65536"),
            List.of("--name", ""),
            List.of("--name", "a\u001bb"),
            List.of("--name", "x".repeat(61)))) {
      desk.err.reset();
      Desk.Result result = desk.run("worker", bad.get(0), bad.get(1));
      assertThat(result.exit()).as(bad.toString()).isEqualTo(Exit.USAGE.code());
      assertThat(result.err()).contains("forge: ", "next:  ");
    }
  }

  private Run submitted() {
    return Forge.builder().store(desk.store).build().submit(RunRequest.of("a slug maker"));
  }

  private void awaitState(Run run, RunState state) {
    try {
      long cursor = 0;
      while (desk.store.find(run.id()).orElseThrow().state() != state) {
        List<StoredEvent> events = desk.store.events(run.id(), cursor, 100, Duration.ofSeconds(5));
        cursor = events.isEmpty() ? cursor : events.get(events.size() - 1).cursor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
