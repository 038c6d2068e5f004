package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Step;
import dev.packageforge.examples.Surroundings.Streams;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code forge logs}: what steps printed, then and now. */
class LogsCommandTest {
  private Desk desk;
  private Run run;
  private Lease lease;

  @BeforeEach
  void begin(@TempDir Path folder) {
    desk = new Desk(folder);
    run = Forge.builder().store(desk.store).build().submit(RunRequest.of("x"));
    lease = desk.store.lease(run.id(), "another", Duration.ofMinutes(5)).orElseThrow();
  }

  @Test
  void linesAreToldWithAttemptAndStepAndMadeHarmless() {
    log("ok 1", "\u001b[31mnot ok\u202e 2");
    Desk.Result result = desk.run("logs");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo("1 test │ ok 1\n1 test │ <U+001B>[31mnot ok<U+202E> 2\n");
  }

  @Test
  void programsReadEventsOneObjectALine() {
    log("ok 1");
    finish();
    Desk.Result result = desk.run("logs", "--json");
    assertThat(result.out().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("{\"type\":\"log\",\"attempt\":1,\"step\":\"test\","))
        .anyMatch(line -> line.startsWith("{\"type\":\"run\"") && line.contains("\"cursor\":2"));
  }

  @Test
  void followingGoesOnUntilTheRunIsOver() throws InterruptedException {
    log("ok 1");
    List<Desk.Result> followed = new ArrayList<>();
    Desk other = desk.beside();
    Thread follower = new Thread(() -> followed.add(other.run("logs", "-f", run.id().value())));
    follower.start();
    log("ok 2");
    log("ok 3");
    finish();
    follower.join(Duration.ofSeconds(20).toMillis());
    assertThat(followed).singleElement().extracting(Desk.Result::exit).isEqualTo(0);
    assertThat(followed.get(0).out()).isEqualTo("1 test │ ok 1\n1 test │ ok 2\n1 test │ ok 3\n");
  }

  @Test
  void whatIsOverIsNotWaitedFor() {
    log("ok 1");
    finish();
    assertThat(desk.run("logs", "-f").out()).isEqualTo("1 test │ ok 1\n");
  }

  @Test
  void aGapIsTold() {
    List<RunEvent> many = new ArrayList<>();
    IntStream.rangeClosed(1, 50_001)
        .forEach(n -> many.add(new RunEvent.Log(1, Step.TEST, n, List.of("line " + n))));
    assertThat(desk.store.append(lease, many)).isTrue();
    assertThat(desk.run("logs").out())
        .startsWith(
            "… 5000 events are gone: the run told more than the store keeps\n1 test │ line 5001\n");
    assertThat(desk.run("logs", "--json").out())
        .startsWith("{\"type\":\"gap\",\"from\":1,\"to\":5000}\n");
  }

  @Test
  void aStoreThatHiccupsIsAskedAgainFromWhereItWas() throws InterruptedException {
    log("ok 1");
    log("ok 2");
    finish();
    AtomicInteger asked = new AtomicInteger();
    RunStore hiccuping =
        between(
            () -> {
              if (asked.incrementAndGet() % 3 == 0) {
                throw new QueueException("no answer", "wait", null);
              }
            });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    LogPrinter printer = new LogPrinter(streams(out, err), run.id(), false);
    new LogReader(hiccuping, printer).read(run.id(), true);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("1 test │ ok 1\n1 test │ ok 2\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("The store does not answer;");
  }

  @Test
  void aStoreThatLostWhatItHeldIsNotAskedAgain() {
    RunStore lost =
        between(
            () -> {
              throw new QueueException(
                  QueueException.Reason.DATA_LOST, "The store was emptied.", "Begin again.", null);
            });
    LogPrinter printer =
        new LogPrinter(
            streams(new ByteArrayOutputStream(), new ByteArrayOutputStream()), run.id(), false);
    assertThatThrownBy(() -> new LogReader(lost, printer).read(run.id(), true))
        .hasMessage("The store was emptied.");
  }

  private static Streams streams(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Streams(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        null,
        false);
  }

  /** The store, with something that happens before each call. */
  private RunStore between(Runnable before) {
    return (RunStore)
        Proxy.newProxyInstance(
            RunStore.class.getClassLoader(),
            new Class<?>[] {RunStore.class},
            (proxy, method, arguments) -> {
              before.run();
              try {
                return method.invoke(desk.store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void log(String... lines) {
    RunEvent event = new RunEvent.Log(1, Step.TEST, 1, List.of(lines));
    assertThat(desk.store.append(lease, List.of(event))).isTrue();
  }

  private void finish() {
    RunId id = run.id();
    Run over = desk.store.find(id).orElseThrow().in(RunState.CANCELLED);
    desk.store.save(lease, over, List.of(RunEvent.State.of(over)));
    desk.store.complete(lease);
  }
}
