package dev.packageforge.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Step;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.redis.CommandLog.Ran;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What things cost in commands, counted by the server; one more than the budget fails. */
class CommandBudgetTest {
  private static final String READ = "xreadgroup";
  private static final String SCRIPT = "evalsha";

  /** A minute in production: the longest that a read waits. */
  private static final Duration CYCLE = Duration.ofMillis(50);

  private static final int CYCLES = 10;
  private static final int JOBS = 10;
  private static final int SENT_A_JOB = 10;
  private static final int COUNTED_A_JOB = 69;
  private static final int LINES = 20;
  private static final int CHECKPOINTS = 5;
  private static final int WATCHERS = 10;
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SplittableRandom random = new SplittableRandom(3);
  private final BlockingQueue<Lease> taken = new LinkedBlockingQueue<>();
  private TestRedis redis;
  private RedisStore asking;
  private RedisStore working;
  private CommandLog log;

  /** What a worker does with a job. */
  @FunctionalInterface
  private interface Work {
    void run(Lease lease);
  }

  @BeforeEach
  void open() {
    redis = TestRedis.start(TestRedis.program(), List.of());
    asking = store();
    working = store();
    log = CommandLog.of(redis);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, SECONDS)).isTrue();
    log.close();
    asking.close();
    working.close();
    redis.close();
  }

  @Test
  void idleWorkerSendsOneReadACycleAndNothingElse() {
    startWorker(lease -> {});
    log.until(3, READ);

    assertOneReadACycle(log.until(CYCLES, READ));
  }

  @Test
  void oneCommandMoreInTenCyclesIsNoticed() {
    startWorker(lease -> {});
    log.until(3, READ);

    log.interfere("hello");

    assertThatThrownBy(() -> assertOneReadACycle(log.until(CYCLES, READ)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void tenWatchersShareOneReadACycle() throws InterruptedException {
    Run run = newRun();
    asking.create(run, Job.of(run.id(), "make"));
    Lease lease = working.lease("ann", LEASE).orElseThrow();
    CountDownLatch told = new CountDownLatch(WATCHERS);
    for (int i = 0; i < WATCHERS; i++) {
      threads.execute(() -> watch(run.id(), told));
    }
    untilOnlyReads();

    assertOneReadACycle(log.until(CYCLES, READ));

    assertThat(working.append(lease, List.of(lines(1, 1)))).isTrue();
    assertThat(told.await(10, SECONDS)).isTrue();
    assertThat(log.untilNow())
        .filteredOn(ran -> ran.name().equals(SCRIPT))
        .as("an event is told, and whoever watches asks for it")
        .hasSizeLessThanOrEqualTo(1 + WATCHERS);
  }

  @Test
  void jobWithLogLinesAndCheckpointsStaysWithinItsBudget() throws InterruptedException {
    startWorker(this::makeWithLogs);
    for (int i = 0; i < 2; i++) {
      doOne();
    }
    log.untilNow();
    long began = System.nanoTime();

    for (int i = 0; i < JOBS; i++) {
      doOne();
    }

    List<Ran> ran = log.untilNow();
    long cycles = 1 + (System.nanoTime() - began) / CYCLE.toNanos();
    assertThat(ran)
        .filteredOn(each -> !each.inScript() && !each.name().equals(READ))
        .as("all that is sent, but reads")
        .hasSizeLessThanOrEqualTo(JOBS * (SENT_A_JOB - 1));
    assertThat(ran)
        .filteredOn(each -> each.name().equals(READ))
        .as("one read a job, and those that waited for a whole cycle")
        .hasSizeLessThanOrEqualTo((int) (JOBS + cycles));
    assertThat(ran)
        .filteredOn(each -> !each.name().equals(READ))
        .as("all that is sent or run by scripts, but reads")
        .hasSizeLessThanOrEqualTo(JOBS * (COUNTED_A_JOB - 1));
  }

  @Test
  void jobAddedToAnIdleQueueIsTakenWithThreeCommands() throws InterruptedException {
    startWorker(
        lease -> {
          working.complete(lease);
          taken.add(lease);
        });
    asking.enqueue(Job.of(newRun().id(), "first")); // and the server knows the scripts
    assertThat(taken.poll(10, SECONDS)).isNotNull();
    untilOnlyReads();
    log.untilNow();

    asking.enqueue(Job.of(newRun().id(), "make"));

    assertThat(taken.poll(10, SECONDS)).isNotNull();
    List<Ran> sent = log.untilNow().stream().filter(ran -> !ran.inScript()).toList();
    List<Ran> scripts = sent.stream().filter(ran -> ran.name().equals(SCRIPT)).toList();
    assertThat(scripts).as("it is added, taken and done").hasSize(3);
    List<Ran> between =
        sent.subList(sent.indexOf(scripts.get(0)), sent.indexOf(scripts.get(1)) + 1);
    long ended = (scripts.get(1).micros() - scripts.get(0).micros()) * 1_000 / CYCLE.toNanos();
    assertThat(between)
        .as("to add it, to wait on for other news, once more if a cycle ends, and to take it")
        .hasSizeLessThanOrEqualTo(3 + 1 + (int) ended);
    assertThat(between).extracting(Ran::name).isSubsetOf(SCRIPT, READ);
  }

  @Test
  void wishToCancelIsHeardWithinASecond() throws InterruptedException {
    Run run = newRun();
    asking.create(run, Job.of(run.id(), "make"));
    Lease lease = working.lease("ann", LEASE).orElseThrow();
    CountDownLatch heard = new CountDownLatch(1);
    JobQueue.Listening listening =
        working.listen(
            lease,
            () ->
                threads.execute(
                    () -> {
                      if (working.renew(lease, LEASE) == LeaseState.CANCEL_REQUESTED) {
                        heard.countDown();
                      }
                    }));
    try {
      untilOnlyReads();

      assertThat(asking.requestCancel(run.id())).isTrue();

      assertThat(heard.await(1, SECONDS)).isTrue();
    } finally {
      listening.close();
    }
  }

  private static void assertOneReadACycle(List<Ran> ran) {
    assertThat(ran).extracting(Ran::name).containsOnly(READ);
    long took = ran.get(ran.size() - 1).micros() - ran.get(0).micros();
    assertThat(took).isGreaterThanOrEqualTo((ran.size() - 1) * CYCLE.toNanos() / 1_000);
  }

  /** Waits until nothing but reads comes for some cycles: all that was begun waits. */
  private void untilOnlyReads() {
    List<Ran> some = log.until(3, READ);
    while (some.size() > 3) {
      some = log.until(3, READ);
    }
  }

  private RedisStore store() {
    return RedisStore.builder(RedisAddress.parse("redis://" + TestRedis.HOST + ":" + redis.port()))
        .longestRead(CYCLE)
        .build();
  }

  private void startWorker(Work work) {
    threads.execute(
        () -> {
          try {
            while (true) {
              if (working.await(LONG)) {
                Optional<Lease> lease = working.lease("ann", LEASE);
                lease.ifPresent(work::run);
              }
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void watch(RunId run, CountDownLatch told) {
    try {
      long cursor = 0;
      List<StoredEvent> news = new ArrayList<>();
      while (news.isEmpty()) {
        // Whoever holds a page open asks again and again; that must cost nothing either.
        news.addAll(asking.events(run, cursor, 100, CYCLE));
      }
      told.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void doOne() throws InterruptedException {
    Run run = newRun();
    asking.create(run, Job.of(run.id(), "make"));
    assertThat(taken.poll(10, SECONDS)).isNotNull();
  }

  private void makeWithLogs(Lease lease) {
    Run run = working.find(lease.job().run()).orElseThrow();
    for (int i = 0; i < CHECKPOINTS; i++) {
      run = run.in(run.state());
      int each = LINES / CHECKPOINTS;
      List<RunEvent> events = List.of(lines(1 + i * each, each), RunEvent.State.of(run));
      assertThat(working.save(lease, run, events)).isEqualTo(SaveResult.SAVED);
    }
    assertThat(working.complete(lease)).isTrue();
    taken.add(lease);
  }

  private static RunEvent lines(int first, int count) {
    return new RunEvent.Log(1, Step.TEST, first, Collections.nCopies(count, "a line of a log"));
  }

  private Run newRun() {
    return Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), Instant.EPOCH);
  }
}
