package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** What the store in Redis does beyond what every store promises. */
class RedisStoreTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SplittableRandom random = new SplittableRandom(7);
  private final String queue = TestRedis.newQueue();
  private final Keys keys = new Keys(queue);
  private final FaultyCommands commands =
      new FaultyCommands(new JedisCommands(Stores.address()), random, 0);
  private final RedisStore store =
      RedisStore.builder(commands)
          .queue(queue)
          .clock(clock)
          .scripts(CheckedScripts.unchanged())
          .longestRead(Duration.ofSeconds(1))
          .build();

  @AfterEach
  void close() {
    store.close();
    keys.close();
  }

  @Test
  void jobThatIsNowhereIsReadyAgain() {
    Job job = enqueue();
    keys.redis().zrem(keys.name("ready"), job.id());

    assertThat(store.sweep()).singleElement().asString().contains(job.id(), "was nowhere");

    keys.checkAll();
    assertThat(store.lease("ann", LEASE)).map(Lease::job).hasValue(job);
    assertThat(store.sweep()).isEmpty();
  }

  @Test
  void leaseThatIsNotAmongTheLeasesLapsesAfterAll() {
    Job job = enqueue();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    keys.redis().zrem(keys.name("lease"), job.id());

    assertThat(store.sweep()).singleElement().asString().contains("not among the leases");

    keys.checkAll();
    assertThat(store.renew(lease, LEASE)).isEqualTo(LeaseState.HELD);
    clock.advance(LEASE);
    assertThat(store.lease("bob", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void leasedJobThatCouldBeTakenAsWellStaysWithWhoHasIt() {
    Job job = enqueue();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    keys.redis().zadd(keys.name("ready"), 1, job.id());

    assertThat(store.sweep()).singleElement().asString().contains("could be taken as well");

    keys.checkAll();
    assertThat(store.lease("bob", LEASE)).isEmpty();
    assertThat(store.complete(lease)).isTrue();
  }

  @Test
  void jobThatIsReadyAndRestingIsReady() {
    Job job = enqueue();
    keys.redis().zadd(keys.name("due"), 1, job.id());

    assertThat(store.sweep()).singleElement().asString().contains("ready and resting");
    keys.checkAll();
  }

  @Test
  void leaseThatNobodyHasEnds() {
    Job job = enqueue();
    keys.redis().zrem(keys.name("ready"), job.id());
    keys.redis().zadd(keys.name("lease"), 9e12, job.id());

    assertThat(store.sweep()).singleElement().asString().contains("nobody had it");

    keys.checkAll();
    assertThat(store.lease("ann", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void idWithoutAJobIsTakenOut() {
    enqueue();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    store.complete(lease);
    for (String set : List.of("ready", "due", "lease")) {
      keys.redis().zadd(keys.name(set), 9e12, "nothing-" + set);
      keys.redis().zadd(keys.name(set), 9e12, lease.job().id());
    }

    assertThat(store.sweep()).hasSize(6).allSatisfy(text -> assertThat(text).contains("taken out"));
    keys.checkAll();
  }

  @Test
  void jobThatItsRunDoesNotKnowIsKnownAgain() {
    Job job = enqueue();
    keys.redis().zrem(keys.name("jobs"), job.run() + job.id());

    assertThat(store.sweep()).singleElement().asString().contains("jobs of its run");

    assertThat(store.lease(job.run(), "ann", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void jobThatCannotBeReadIsSetApart() {
    Job job = enqueue();
    keys.redis().hset(keys.name("job"), job.id(), "nonsense");

    assertThat(store.sweep()).anySatisfy(text -> assertThat(text).contains("could not be read"));

    assertThat(store.lease("ann", LEASE)).isEmpty();
    assertThat(store.sweep()).isEmpty();
  }

  @Test
  void idleWorkersBeatSweepsOnceAnHour() {
    Job job = enqueue();
    beat();
    keys.redis().zrem(keys.name("ready"), job.id());
    clock.advance(Duration.ofMinutes(59));
    beat();
    assertThat(store.lease("ann", LEASE)).isEmpty();

    clock.advance(Duration.ofMinutes(1));
    beat();

    assertThat(store.lease("ann", LEASE)).map(Lease::job).hasValue(job);
  }

  @Test
  void lossOfEverythingIsToldOnceAndEverythingGoesOn() {
    Run run = create();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    String before = store.epoch();
    keys.wipe();

    assertThatThrownBy(() -> store.complete(lease))
        .asInstanceOf(type(QueueException.class))
        .extracting(QueueException::reason)
        .isEqualTo(Reason.DATA_LOST);

    assertThat(store.complete(lease)).isFalse();
    assertThat(store.epoch()).isNotEqualTo(before);
    assertThat(store.find(run.id())).isEmpty();
    assertThat(store.enqueue(Job.of(run.id(), "make"))).isTrue();
  }

  @Test
  void lossIsNoticedByEachProcessItself() {
    enqueue();
    RedisStore other = RedisStore.builder(Stores.address()).queue(queue).build();
    try {
      String before = other.epoch();
      keys.wipe();

      assertThatThrownBy(store::paused).isInstanceOf(QueueException.class);
      assertThatThrownBy(other::paused).isInstanceOf(QueueException.class);
      assertThat(other.epoch()).isNotEqualTo(before).isEqualTo(store.epoch());
    } finally {
      other.close();
    }
  }

  @Test
  void whoeverWaitsIsToldOfTheLoss() throws Exception {
    assertThat(store.lease("ann", LEASE)).isEmpty();
    assertThat(store.await(Duration.ofMillis(1))).isFalse();
    inAnotherThread(
        () -> {
          while (!store.await(LONG)) {
            assertThat(store.lease("ann", LEASE)).isEmpty();
          }
          return "worth to look";
        },
        waiter -> {
          keys.wipe();
          assertThatThrownBy(() -> waiter.get(30, TimeUnit.SECONDS))
              .cause()
              .asInstanceOf(type(QueueException.class))
              .extracting(QueueException::reason)
              .isEqualTo(Reason.DATA_LOST);
        });
  }

  @Test
  void lossThatAnErrandNoticedIsToldToWhoeverAsksNext() {
    Keyspace names = new Keyspace(queue);
    Caller caller = new Caller(Scripts.ofThisVersion(), commands, names, clock);
    Script find = Scripts.ofThisVersion().get("find");
    String before = caller.epoch();
    keys.wipe();

    assertThatThrownBy(() -> caller.aside(() -> caller.ask(find, List.of(names.meta))))
        .isInstanceOf(QueueException.class);

    assertThatThrownBy(() -> caller.ask(find, List.of(names.meta)))
        .asInstanceOf(type(QueueException.class))
        .extracting(QueueException::reason)
        .isEqualTo(Reason.DATA_LOST);
    assertThat(caller.ask(find, List.of(names.meta))).isEqualTo(List.of());
    assertThat(caller.epoch()).isNotEqualTo(before);
  }

  @Test
  void afterALossThatSomebodyElseHeardOfNobodyLooksInVain() throws InterruptedException {
    enqueue();
    assertThat(store.complete(store.lease("ann", LEASE).orElseThrow())).isTrue();
    assertThat(store.lease("ann", LEASE)).isEmpty();
    assertThat(store.await(Duration.ofMillis(100))).isFalse();
    enqueue();
    assertThat(store.await(LONG)).as("news that stand high in the stream").isTrue();
    keys.wipe();

    assertThatThrownBy(store::workers).isInstanceOf(QueueException.class);

    assertThat(store.lease("ann", LEASE)).isEmpty();
    assertThat(store.await(Duration.ofSeconds(1))).isFalse();
    enqueue();
    assertThat(store.await(LONG)).isTrue();
  }

  @Test
  void whoeverWaitsSendsNothing() throws InterruptedException {
    enqueue();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    assertThat(store.lease("bob", LEASE)).isEmpty();
    assertThat(store.await(Duration.ofMillis(500))).isFalse();
    long before = commands.calls();

    for (int i = 0; i < 100; i++) {
      assertThat(store.await(Duration.ofMillis(1))).isFalse();
    }

    assertThat(commands.calls()).isEqualTo(before);
    assertThat(store.complete(lease)).isTrue();
  }

  @Test
  void whoeverFollowsARunReadsItOnceUntilThereIsNews() throws Exception {
    Run run = create();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    store.append(lease, List.of(log(1, "a")));
    assertThat(store.events(run.id(), 0, 10, LONG)).hasSize(1);
    assertThat(store.events(run.id(), 1, 10, Duration.ofMillis(500))).isEmpty();
    long before = commands.calls();

    for (int i = 0; i < 100; i++) {
      assertThat(store.events(run.id(), 1, 10, Duration.ofMillis(1))).isEmpty();
    }

    assertThat(commands.calls()).isEqualTo(before);
    inAnotherThread(
        () -> store.events(run.id(), 1, 10, LONG),
        reader -> {
          store.append(lease, List.of(log(2, "b")));
          assertThat(reader.get(30, TimeUnit.SECONDS))
              .extracting(StoredEvent::event)
              .containsExactly(log(2, "b"));
        });
  }

  @Test
  void whoeverListensIsCalledAfterTheConnectionBroke() throws Exception {
    create();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    CountDownLatch called = new CountDownLatch(1);
    try (var listening = store.listen(lease, called::countDown)) {
      assertThat(listening).isNotNull();
      assertThat(called.getCount()).isOne();
      keys.redis()
          .clientKill(
              ClientKillParams.clientKillParams()
                  .type(ClientType.NORMAL)
                  .skipMe(ClientKillParams.SkipMe.YES));

      assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void bigContentComesBackAsItWas() {
    byte[] content = new byte[18 * RedisBlobs.CHUNK + 17];
    random.nextBytes(content);

    Sha512 digest = store.keep(content);

    assertThat(store.fetch(digest).orElseThrow()).isEqualTo(content);
    assertThat(keys.redis().hget(keys.name("blob:" + digest), "size"))
        .isEqualTo(Integer.toString(content.length));
  }

  @Test
  void damagedContentIsRefusedUntilItIsKeptAgain() {
    byte[] content = "a package".repeat(40_000).getBytes(UTF_8);
    Sha512 digest = store.keep(content);
    String blob = keys.name("blob:" + digest);
    keys.redis().hset(blob, "1", "something else");
    assertUnreadable(digest);
    store.keep(content);
    keys.redis().hdel(blob, "0");
    assertUnreadable(digest);
    store.keep(content);
    keys.redis().hset(blob, "size", "many");
    assertUnreadable(digest);

    store.keep(content);
    assertThat(store.fetch(digest).orElseThrow()).isEqualTo(content);
    keys.redis().hdel(blob, "size");
    assertThat(store.fetch(digest)).as("never kept to its end").isEmpty();
  }

  @Test
  void contentThatNoRunEverNamedIsDroppedInTheEnd() {
    Sha512 digest = store.keep("a draft of a worker that died".getBytes(UTF_8));

    clock.advance(Duration.ofDays(89));
    store.prune(Duration.ofDays(30), 100);
    assertThat(store.fetch(digest)).isPresent();
    clock.advance(Duration.ofDays(1));
    store.prune(Duration.ofDays(30), 100);

    assertThat(store.fetch(digest)).isEmpty();
    keys.checkAll();
  }

  @Test
  void floodOfEventsPushesOutTheOldestAndCursorsShowTheGap() throws InterruptedException {
    Run run = create();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    int told = 120_000;
    List<RunEvent> flood = new ArrayList<>();
    for (int i = 1; i <= told; i++) {
      flood.add(new RunEvent.Log(1, Step.TEST, i, List.of()));
    }

    store.append(lease, flood);

    List<StoredEvent> kept = store.events(run.id(), 0, told, Duration.ZERO);
    assertThat(kept).hasSizeBetween(50_000, 80_000);
    assertThat(kept.get(0).cursor()).isEqualTo(told - kept.size() + 1L);
    assertThat(kept.get(kept.size() - 1).event()).isEqualTo(flood.get(told - 1));
    assertThat(store.events(run.id(), told - 2L, 10, Duration.ZERO)).hasSize(2);
  }

  @Test
  void fewLongEventsArePushedOutToo() throws InterruptedException {
    Run run = create();
    Lease lease = store.lease("ann", LEASE).orElseThrow();
    for (int i = 1; i <= 200; i++) {
      store.append(lease, List.of(log(i, "x".repeat(100_000))));
    }

    List<StoredEvent> kept = store.events(run.id(), 0, 1_000, Duration.ZERO);
    assertThat(kept).hasSizeBetween(40, 85);
    assertThat(kept.get(kept.size() - 1).cursor()).isEqualTo(200);
  }

  @Test
  void requestKeyOfARunThatIsGoneIsFree() {
    RunRequest request = new RunRequest("a", 3, RunRequest.of("a").budget(), "key");
    Run gone = Run.accepted(RunId.random(random), request, clock.instant());
    store.create(gone, Job.of(gone.id(), "make"));
    keys.redis().del(keys.name("run:" + gone.id()));
    Run next = Run.accepted(RunId.random(random), request, clock.instant());

    assertThat(store.create(next, Job.of(next.id(), "make"))).isEqualTo(next);
    assertThat(store.create(gone, Job.of(gone.id(), "again"))).isEqualTo(next);
  }

  @Test
  void thirtyDaysOfRetriesAndRetentionPassInAMoment() {
    Run run = create();
    Instant end = clock.instant().plus(Duration.ofDays(30));
    int tries = 0;
    Duration rest = Duration.ofMinutes(1);
    long begun = System.nanoTime();
    while (clock.instant().isBefore(end)) {
      Lease lease = store.lease("ann", LEASE).orElseThrow();
      assertThat(lease.deliveries()).isOne();
      clock.advance(Duration.ofSeconds(5));
      assertThat(store.retry(lease, rest)).isTrue();
      assertThat(store.lease("ann", LEASE)).isEmpty();
      clock.advance(rest);
      rest = rest.compareTo(Duration.ofHours(3)) > 0 ? rest : rest.multipliedBy(2);
      tries++;
    }
    Lease last = store.lease("ann", LEASE).orElseThrow();
    assertThat(store.save(last, run.in(RunState.FAILED), List.of())).isEqualTo(SaveResult.SAVED);
    assertThat(store.complete(last)).isTrue();
    assertThat(store.prune(Duration.ofDays(30), 100)).isZero();
    clock.advance(Duration.ofDays(30).plusMillis(1));
    assertThat(store.prune(Duration.ofDays(30), 100)).isOne();

    assertThat(tries).isGreaterThan(150);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(keys.dump().keySet())
        .as("what is left")
        .allMatch(key -> key.matches(".*:(meta|ev|wake|ask)"));
  }

  private void assertUnreadable(Sha512 digest) {
    assertThatThrownBy(() -> store.fetch(digest))
        .asInstanceOf(type(QueueException.class))
        .extracting(QueueException::reason)
        .isEqualTo(Reason.UNREADABLE);
  }

  private void beat() {
    store.beat(new WorkerReport("w-1", "a laptop", "1", 1, 0, Instant.EPOCH));
  }

  private Job enqueue() {
    Job job = Job.of(RunId.random(random), "make");
    assertThat(store.enqueue(job)).isTrue();
    return job;
  }

  private Run create() {
    Run run = Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), clock.instant());
    return store.create(run, Job.of(run.id(), "make"));
  }

  private static RunEvent log(int line, String text) {
    return new RunEvent.Log(1, Step.TEST, line, List.of(text));
  }

  private interface Waiting<T> {
    T call() throws Exception;
  }

  private interface Meanwhile<T> {
    void run(Future<T> waiter) throws Exception;
  }

  private static <T> void inAnotherThread(Waiting<T> waiting, Meanwhile<T> meanwhile)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      meanwhile.run(thread.submit(waiting::call));
    } finally {
      thread.shutdownNow();
    }
  }
}
