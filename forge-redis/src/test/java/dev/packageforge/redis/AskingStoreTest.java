package dev.packageforge.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Verdict;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.testing.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** A web process and a worker, each with the user that {@code docs/REDIS.md} gives it. */
class AskingStoreTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final int SOON = 20;
  private static final String QUEUE = "default";

  private static TestRedis redis;

  private final SplittableRandom random = new SplittableRandom(7);
  private RedisStore worker;
  private AskingStore web;

  @BeforeAll
  static void startServerWithTwoUsers() throws IOException {
    redis = TestRedis.start(TestRedis.program(), List.of());
    try (Jedis admin = new Jedis(TestRedis.HOST, redis.port())) {
      for (String line : Files.readAllLines(Path.of("..", "docs", "REDIS.md"))) {
        if (line.startsWith("    ACL SETUSER ")) {
          List<String> words =
              new ArrayList<>(Arrays.asList(line.strip().replace(">…", ">secret").split(" ")));
          words.remove(0);
          admin.sendCommand(Command.ACL, words.toArray(String[]::new));
        }
      }
      assertThat(admin.aclUsers()).contains("forge-web", "forge-worker");
    }
  }

  @AfterAll
  static void stopServer() {
    redis.close();
  }

  @BeforeEach
  void open() {
    try (Jedis admin = new Jedis(TestRedis.HOST, redis.port())) {
      admin.flushAll();
    }
    worker = RedisStore.builder(address("forge-worker")).queue(QUEUE).build();
    assertThat(worker.epoch()).isNotEmpty();
    web = AskingStore.of(address("forge-web"), QUEUE);
  }

  @AfterEach
  void close() {
    web.close();
    worker.close();
  }

  private static RedisAddress address(String user) {
    return RedisAddress.parse("redis://" + user + ":secret@" + TestRedis.HOST + ":" + redis.port());
  }

  /** A worker that is online: somebody there waits for work, so that asks are heard. */
  private Future<Lease> online(ExecutorService threads) {
    return threads.submit(
        () -> {
          while (true) {
            var lease = worker.lease("ann", LEASE);
            if (lease.isPresent()) {
              return lease.get();
            }
            worker.await(Duration.ofSeconds(SOON));
          }
        });
  }

  @Test
  void runIsAcceptedByAWorkerThatIsOnline() throws Exception {
    withThreads(
        threads -> {
          Future<Lease> lease = online(threads);
          Run run = Forge.builder().store(web).build().submit(RunRequest.of("a slug maker"));

          assertThat(lease.get(SOON, SECONDS).job().run()).isEqualTo(run.id());
          assertThat(worker.find(run.id())).hasValue(run);
          assertThat(web.find(run.id())).hasValue(run);
          assertThat(web.newest(10)).containsExactly(run);
        });
  }

  @Test
  void runWaitsAmongTheAsksUntilAWorkerComes() throws Exception {
    Run run = Forge.builder().store(web).build().submit(RunRequest.of("a slug maker"));
    assertThat(worker.find(run.id())).isEmpty();
    assertThat(web.find(run.id())).hasValue(run);
    assertThat(web.newest(10)).containsExactly(run);

    withThreads(
        threads -> assertThat(online(threads).get(SOON, SECONDS).job().run()).isEqualTo(run.id()));

    assertThat(worker.find(run.id())).hasValue(run);
    assertThat(web.newest(10)).containsExactly(run);
  }

  @Test
  void requestWithOneKeyIsOneRunBeforeAndAfterAWorkerCame() throws Exception {
    Forge forge = Forge.builder().store(web).build();
    RunRequest request =
        new RunRequest("a slug maker", 3, dev.packageforge.Budget.ofDefaults(), "key-1");
    Run first = forge.submit(request);
    assertThat(forge.submit(request)).isEqualTo(first);

    withThreads(threads -> online(threads).get(SOON, SECONDS));

    assertThat(forge.submit(request)).isEqualTo(first);
    assertThat(web.newest(10)).containsExactly(first);
  }

  @Test
  void personDecidesThroughTheWebAndTheWorkerJudges() throws Exception {
    Run waiting = waiting();
    withThreads(
        threads -> {
          Future<Lease> lease = online(threads);
          Forge forge = Forge.builder().store(web).build();

          Run approved = forge.approve(waiting.id(), "ann", PublishOptions.publish());

          assertThat(worker.find(waiting.id())).hasValue(approved);
          assertThat(lease.get(SOON, SECONDS).job().run()).isEqualTo(waiting.id());
          assertThat(web.events(waiting.id(), 0, 10, Duration.ZERO))
              .extracting(StoredEvent::event)
              .hasSize(2);
        });
  }

  @Test
  void editTakesItsFilesWithIt() throws Exception {
    Run waiting = waiting();
    withThreads(
        threads -> {
          Future<Lease> lease = online(threads);
          Forge forge = Forge.builder().store(web).build();

          Run edited = forge.edit(waiting.id(), 1, List.of(new SourceFile("b.js", "2")), Set.of());

          assertThat(lease.get(SOON, SECONDS).job().run()).isEqualTo(waiting.id());
          Sha512 files = edited.lastDraft().orElseThrow().files();
          assertThat(worker.fetch(files)).isPresent();
          assertThat(forge.files(waiting.id(), 2).files()).contains(new SourceFile("b.js", "2"));
        });
  }

  @Test
  void whoeverWorksHearsOfTheWishToCancel() throws Exception {
    Run run = Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), Instant.EPOCH);
    worker.create(run, Job.of(run.id(), "make"));
    Lease lease = worker.lease("ann", LEASE).orElseThrow();
    CountDownLatch told = new CountDownLatch(1);
    try (var listening =
        worker.listen(
            lease,
            () -> {
              if (worker.renew(lease, LEASE) == LeaseState.CANCEL_REQUESTED) {
                told.countDown();
              }
            })) {
      assertThat(listening).isNotNull();
      assertThat(web.requestCancel(run.id())).isTrue();
      assertThat(told.await(SOON, SECONDS)).isTrue();
    }
  }

  @Test
  void decisionIsKeptWhileNoWorkerIsOnline() throws Exception {
    Run waiting = waiting();
    Forge forge = Forge.builder().store(web).build();

    assertThatThrownBy(() -> forge.reject(waiting.id(), "ann"))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("no worker has taken this yet")
        .extracting(e -> ((QueueException) e).reason())
        .isEqualTo(Reason.BUSY);
    withThreads(
        threads -> {
          Future<Lease> lease = online(threads);
          // The next one is taken after the first, so that both are done then.
          assertThat(forge.reject(waiting.id(), "ann").state()).isEqualTo(RunState.REJECTED);
          lease.cancel(true);
        });
    assertThat(worker.find(waiting.id())).map(Run::state).hasValue(RunState.REJECTED);
  }

  @Test
  void whoLooksWakesTheWorkers() throws Exception {
    WorkerReport report = new WorkerReport("w1", "laptop", "1", 1, 0, Instant.EPOCH);
    withThreads(
        threads -> {
          Future<Lease> lease = online(threads);
          worker.beat(report);
          Future<?> heartbeat =
              threads.submit(
                  () -> {
                    worker.awaitLook(Duration.ofMinutes(1));
                    return true;
                  });

          assertThat(web.workers()).extracting(one -> one.report()).containsExactly(report);

          heartbeat.get(SOON, SECONDS);
          lease.cancel(true);
        });
  }

  @Test
  void webMayNotDoWhatWorkersDo() {
    Run run = Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), Instant.EPOCH);
    worker.create(run, Job.of(run.id(), "make"));

    assertThatThrownBy(() -> web.lease("eve", LEASE))
        .isInstanceOf(QueueException.class)
        .extracting(e -> ((QueueException) e).reason())
        .isEqualTo(Reason.UNAUTHORIZED);
    try (RedisStore rogue = RedisStore.builder(address("forge-web")).queue(QUEUE).build()) {
      assertThatThrownBy(() -> rogue.lease("eve", LEASE))
          .isInstanceOf(QueueException.class)
          .hasMessageNotContaining("secret")
          .extracting(e -> ((QueueException) e).reason())
          .isEqualTo(Reason.UNAUTHORIZED);
    }
    try (Jedis rogue = new Jedis(TestRedis.HOST, redis.port())) {
      rogue.auth("forge-web", "secret");
      String key = "pf:{" + QUEUE + "}:run:" + run.id();
      List<Runnable> crimes =
          List.of(
              () -> rogue.hset(key, "state", "f"),
              () -> rogue.del(key),
              () -> rogue.eval("return redis.call('DEL', KEYS[1])", 1, key),
              () -> rogue.eval("return redis.call('DEL', '" + key + "')"),
              () -> rogue.zadd("pf:{" + QUEUE + "}:ready", 1, "job"),
              () -> rogue.xtrim("pf:{" + QUEUE + "}:ev", 0, false),
              () ->
                  rogue.xadd(
                      "pf:{" + QUEUE + "}:ev",
                      (redis.clients.jedis.StreamEntryID) null,
                      java.util.Map.of("a", "b")),
              rogue::flushAll,
              () -> rogue.keys("*"),
              () -> rogue.configGet("*"),
              () -> rogue.get("another"));
      for (Runnable crime : crimes) {
        assertThatThrownBy(crime::run).isInstanceOf(JedisDataException.class);
      }
    }
    assertThat(worker.find(run.id())).hasValue(run);
  }

  private Run waiting() {
    Run run = Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), Instant.EPOCH);
    worker.create(run, Job.of(run.id(), "make"));
    Lease lease = worker.lease("ann", LEASE).orElseThrow();
    Artifact artifact = Artifacts.packed("slug-maker", "1.0.0", "bytes").artifact();
    FileSet files = FileSet.of(List.of(new SourceFile("a.js", "1")));
    Draft draft = new Draft(1, Draft.Origin.MODEL, 0, worker.keep(files.toBytes()), List.of(), "");
    Attempt attempt = new Attempt(1, 1, new Verdict.Passed(artifact), List.of(), List.of());
    Run verified = run.with(run.work().with(draft).with(attempt)).in(RunState.AWAITING_APPROVAL);
    worker.save(lease, verified, List.of());
    worker.complete(lease);
    return verified;
  }

  @FunctionalInterface
  private interface Body {
    void run(ExecutorService threads) throws Exception;
  }

  private static void withThreads(Body body) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      body.run(threads);
    } finally {
      threads.shutdownNow();
    }
  }
}
