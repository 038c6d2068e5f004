package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Three workers and two people at several runs, one call after another in random order, with the
 * clock going on, answers lost and requests repeated. Each result is compared with that of the
 * store in memory, and after each step the keys must be as they should.
 */
final class Interleaving implements AutoCloseable {
  /** After so many steps the world begins anew, so that it stays small. */
  private static final int STEPS_OF_A_WORLD = 400;

  private static final List<String> WORKERS = List.of("ann", "bob", "cyd");
  private static final List<RunState> STATES = List.of(RunState.values());
  private static final Duration NEWS_WITHIN = Duration.ofSeconds(5);

  private final SplittableRandom random;
  private final Scripts scripts;
  private final List<String> story = new ArrayList<>();
  private World world;

  Interleaving(long seed, Scripts scripts) {
    this.random = new SplittableRandom(seed);
    this.scripts = scripts;
    this.world = new World();
  }

  /** Goes on for so many steps; throws if anything is not as it must be. */
  void run(int steps) throws InterruptedException {
    for (int step = 1; step <= steps; step++) {
      try {
        world.step();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("step " + step + " after " + lastOf(story) + ": " + e, e);
      }
      if (step % STEPS_OF_A_WORLD == 0) {
        world.end();
        world = new World();
      }
    }
    world.end();
  }

  @Override
  public void close() {
    world.close();
  }

  private static List<String> lastOf(List<String> story) {
    return story.subList(Math.max(0, story.size() - 25), story.size());
  }

  /** A lease as each of the two stores gave it. */
  private record Pair(Lease memory, Lease redis) {}

  private final class World implements AutoCloseable {
    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
    private final String queue = TestRedis.newQueue();
    private final Keys keys = new Keys(queue);
    private final FaultyCommands commands =
        new FaultyCommands(new JedisCommands(Stores.address()), random.split(), 0.15);
    private final RedisStore redis =
        RedisStore.builder(commands).queue(queue).clock(clock).scripts(scripts).build();
    private InMemoryStore memory = new InMemoryStore(clock);

    private final List<RunId> runs = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<Pair> leases = new ArrayList<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Set<Long> allNumbers = new HashSet<>();
    private final List<byte[]> contents = new ArrayList<>();
    private FaultyCommands.@Nullable Asked before;
    private boolean told;
    private int steps;
    private int names;

    /** What happens to one run, happens often together. */
    private @Nullable RunId favourite;

    /** What is to be done soon, among other things. */
    private final Deque<Runnable> plan = new ArrayDeque<>();

    void step() throws InterruptedException {
      steps++;
      told = false;
      if (steps % 20 == 0 && !runs.isEmpty()) {
        favourite = runs.get(random.nextInt(runs.size()));
      }
      before = commands.last();
      commands.forgetLast();
      act();
      keys.checkJobs(told);
      // Nobody asks for the same kind of thing before they have their answer.
      if (before != null
          && !commands.lastName().equals(before.script().name())
          && random.nextInt(6) == 0) {
        askAgain(before);
      }
      if (steps % 25 == 0) {
        checkEverything();
      }
    }

    void end() throws InterruptedException {
      checkEverything();
      close();
    }

    @Override
    public void close() {
      redis.close();
      keys.wipe();
      keys.close();
    }

    private void act() throws InterruptedException {
      if (!plan.isEmpty() && random.nextBoolean()) {
        plan.remove().run();
        return;
      }
      int dice = random.nextInt(100);
      if (dice < 8) {
        create();
      } else if (dice < 14) {
        enqueue();
      } else if (dice < 30) {
        lease();
      } else if (dice < 35) {
        renew();
      } else if (dice < 40) {
        complete();
      } else if (dice < 45) {
        retry();
      } else if (dice < 47) {
        bury();
      } else if (dice < 57) {
        save();
      } else if (dice < 63) {
        append();
      } else if (dice < 69) {
        decide();
      } else if (dice < 73) {
        cancel();
      } else if (dice < 83) {
        advance();
      } else if (dice < 85) {
        rejoin();
      } else if (dice < 87) {
        pause();
      } else if (dice < 89) {
        prune();
      } else if (dice < 92) {
        restore();
      } else if (dice < 94) {
        keep();
      } else if (dice < 97) {
        await();
      } else if (dice < 98) {
        beat();
      } else if (dice < 99) {
        read();
      } else if (random.nextInt(8) == 0) {
        wipe();
      }
    }

    private void create() {
      String key = random.nextInt(3) == 0 ? "key-" + random.nextInt(4) : "";
      RunRequest request = new RunRequest("a slug maker", 3, Budget.ofDefaults(), key);
      boolean again = !runs.isEmpty() && random.nextInt(6) == 0;
      RunId id = again ? someRun() : RunId.random(random);
      Run run = Run.accepted(id, request, clock.instant());
      Job job = new Job(id + "/make", id, random.nextInt(10) / 3, delay());
      note("create " + run.id() + " " + key);
      same(() -> memory.create(run, job), () -> redis.create(run, job));
      if (!again) {
        runs.add(run.id());
        jobs.add(job);
      }
    }

    private void enqueue() {
      if (random.nextInt(4) == 0) {
        List<Job> some = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
          some.add(job());
        }
        note("enqueueAll " + some);
        same(() -> memory.enqueueAll(some), () -> redis.enqueueAll(some));
        return;
      }
      Job job = job();
      note("enqueue " + job);
      same(() -> memory.enqueue(job), () -> redis.enqueue(job));
    }

    private Job job() {
      if (!jobs.isEmpty() && random.nextInt(3) == 0) {
        return jobs.get(random.nextInt(jobs.size()));
      }
      RunId run = runs.isEmpty() || random.nextInt(3) == 0 ? RunId.random(random) : someRun();
      names++;
      Job job = new Job(run + "/j\n" + names, run, random.nextInt(10), delay());
      jobs.add(job);
      return job;
    }

    private void lease() {
      String worker = worker();
      Duration length = Duration.ofSeconds(10 + random.nextInt(50));
      boolean ofRun = !runs.isEmpty() && random.nextInt(3) == 0;
      if (ofRun) {
        lease(someRun(), worker);
        return;
      }
      note("lease by " + worker);
      leased(memory.lease(worker, length), redis.lease(worker, length));
    }

    private void lease(RunId run, String worker) {
      Duration length = Duration.ofSeconds(10 + random.nextInt(50));
      note("lease of " + run + " by " + worker);
      leased(memory.lease(run, worker, length), redis.lease(run, worker, length));
    }

    private void leased(Optional<Lease> expected, Optional<Lease> actual) {
      assertThat(actual.map(World::nameless)).isEqualTo(expected.map(World::nameless));
      if (expected.isPresent() && actual.isPresent()) {
        leases.add(new Pair(expected.get(), actual.get()));
        checkNumber(actual.get());
      }
    }

    private void checkNumber(Lease lease) {
      long number = lease.number();
      assertThat(allNumbers.add(number)).as("a number never given before").isTrue();
      Long earlier = numbers.put(lease.job().id(), number);
      if (earlier != null) {
        assertThat(number >>> 32).as("a number that grew").isGreaterThan(earlier >>> 32);
        assertThat((int) number).as("a nonce of its own").isNotEqualTo((int) (long) earlier);
      }
    }

    private void renew(Pair pair) {
      note("renew " + pair.memory().job().id() + " of " + pair.memory().worker());
      Duration length = Duration.ofSeconds(10 + random.nextInt(50));
      same(() -> memory.renew(pair.memory(), length), () -> redis.renew(pair.redis(), length));
    }

    private void renew() {
      Duration length = Duration.ofSeconds(10 + random.nextInt(50));
      withLease(
          "renew",
          (memoryLease) -> memory.renew(memoryLease, length),
          (redisLease) -> redis.renew(redisLease, length));
    }

    private void complete() {
      withLease("complete", memory::complete, redis::complete);
    }

    private void retry() {
      Duration rest = delay();
      told =
          Boolean.TRUE.equals(
              withLease(
                  "retry after " + rest,
                  lease -> memory.retry(lease, rest),
                  lease -> redis.retry(lease, rest)));
    }

    private void bury() {
      withLease("bury", lease -> memory.bury(lease, "bad"), lease -> redis.bury(lease, "bad"));
    }

    private void save() {
      Pair pair = someLease();
      if (pair == null || runs.isEmpty()) {
        return;
      }
      save(pair, next(random.nextInt(8) == 0 ? someRun() : pair.memory().job().run()));
    }

    private void save(Pair pair, Run next) {
      List<RunEvent> events = events();
      note("save " + next.id() + " revision " + next.revision() + " " + next.state());
      same(
          () -> memory.save(pair.memory(), next, events),
          () -> redis.save(pair.redis(), next, events));
    }

    private void append() {
      List<RunEvent> events = events();
      withLease(
          "append", lease -> memory.append(lease, events), lease -> redis.append(lease, events));
    }

    private void decide() {
      if (runs.isEmpty()) {
        return;
      }
      Run next = next(someRun());
      decide(next, decided(next.id()));
    }

    /** What is next, with work that can be done at once. */
    private void decideNow(RunId id) {
      names++;
      decide(stepOf(id), new Job(id + "/n" + names, id, 9, Duration.ZERO));
    }

    private Run stepOf(RunId id) {
      return memory
          .find(id)
          .orElseGet(() -> Run.accepted(id, RunRequest.of("lost"), clock.instant()))
          .in(RunState.PUBLISHING);
    }

    private void decide(Run next, @Nullable Job job) {
      List<RunEvent> events = events();
      note("decide " + next.id() + " revision " + next.revision() + " " + next.state() + " " + job);
      same(() -> memory.decide(next, events, job), () -> redis.decide(next, events, job));
    }

    private void cancel() {
      if (!runs.isEmpty()) {
        RunId id = someRun();
        note("cancel " + id);
        Object asked = same(() -> memory.requestCancel(id), () -> redis.requestCancel(id));
        told = Boolean.TRUE.equals(asked);
        if (told) {
          favourite = id;
          leases.stream()
              .filter(pair -> pair.memory().job().run().equals(id))
              .reduce((first, second) -> second)
              .ifPresent(
                  pair -> plan.addAll(List.of(() -> save(pair, stepOf(id)), () -> renew(pair))));
          plan.addAll(
              List.of(
                  this::retry,
                  () -> decideNow(id),
                  () -> lease(id, worker()),
                  () -> renew(leases.get(leases.size() - 1))));
        }
      }
    }

    private void advance() {
      Duration by =
          random.nextInt(20) == 0
              ? Duration.ofDays(random.nextInt(8))
              : Duration.ofMillis(random.nextInt(25_000));
      note("advance " + by);
      clock.advance(by);
    }

    private void rejoin() {
      String worker = worker();
      note("rejoin " + worker);
      told =
          !Integer.valueOf(0).equals(same(() -> memory.rejoin(worker), () -> redis.rejoin(worker)));
    }

    private void pause() {
      boolean pause = random.nextInt(3) == 0;
      note("pause " + pause);
      memory.pause(pause);
      redis.pause(pause);
      told = true;
      same(memory::paused, redis::paused);
    }

    private void prune() {
      Duration age = Duration.ofHours(random.nextInt(100));
      note("prune " + age);
      byte[] wanted = content();
      memory.keep(wanted);
      redis.keep(wanted);
      same(() -> memory.prune(age, 100), () -> redis.prune(age, 100));
      Sha512 digest = Sha512.of(wanted);
      assertThat(redis.fetch(digest).isPresent())
          .as("what was just kept")
          .isEqualTo(memory.fetch(digest).isPresent());
      // What was asked for runs that are forgotten is forgotten too, and the count of their leases.
      before = null;
      numbers.clear();
    }

    private void restore() {
      boolean known = !runs.isEmpty() && random.nextInt(3) > 0;
      RunId id = known ? someRun() : RunId.random(random);
      if (!known) {
        runs.add(id);
      }
      Run next = next(id);
      Run lost = random.nextInt(3) == 0 ? earlier(next) : at(next, random.nextInt(6));
      Job job = decided(id);
      note("restore " + id + " revision " + lost.revision() + " " + lost.state() + " " + job);
      same(() -> memory.restore(lost, job), () -> redis.restore(lost, job));
    }

    private void keep() {
      byte[] content = content();
      note("keep " + new String(content, UTF_8));
      same(() -> memory.keep(content), () -> redis.keep(content));
    }

    /** Where there is work, whoever waits is told so. */
    private void await() throws InterruptedException {
      note("await");
      if (memory.await(Duration.ZERO)) {
        assertThat(redis.await(NEWS_WITHIN)).as("worth to look").isTrue();
      }
    }

    private void beat() {
      WorkerReport report = new WorkerReport(worker(), "laptop", "1", 4, 1, Instant.EPOCH);
      note("beat");
      if (random.nextInt(4) == 0) {
        same(memory::workers, redis::workers);
      } else {
        same(() -> memory.beat(report), () -> redis.beat(report));
      }
    }

    private void read() throws InterruptedException {
      note("read");
      if (!runs.isEmpty()) {
        RunId id = someRun();
        int after = random.nextInt(6);
        int limit = 1 + random.nextInt(9);
        List<StoredEvent> expected = memory.events(id, after, limit, Duration.ZERO);
        assertThat(redis.events(id, after, limit, Duration.ZERO)).isEqualTo(expected);
      }
    }

    /** The server loses everything; that is told once, and everything goes on. */
    private void wipe() {
      note("wipe");
      same(memory::paused, redis::paused);
      keys.wipe();
      memory = new InMemoryStore(clock);
      // A store in memory counts from one again, and would take an old lease for a new one.
      leases.replaceAll(pair -> new Pair(nameless(pair.memory()), pair.redis()));
      before = null;
      numbers.clear();
      Optional<QueueException> thrown = failure(() -> redis.complete(anyLease()));
      assertThat(thrown.map(QueueException::reason)).hasValue(QueueException.Reason.DATA_LOST);
      assertThat(redis.find(RunId.random(random))).isEmpty();
    }

    private Lease anyLease() {
      Pair pair = someLease();
      RunId run = RunId.random(random);
      return pair != null
          ? pair.redis()
          : new Lease(Job.of(run, "make"), 1L << 32 | 1, "ann", 1, clock.instant());
    }

    private static Optional<QueueException> failure(Runnable call) {
      try {
        call.run();
        return Optional.empty();
      } catch (QueueException e) {
        return Optional.of(e);
      }
    }

    /** The same request, late: the same answer, and nothing changes. */
    private void askAgain(FaultyCommands.Asked asked) {
      note("again " + asked.script().name());
      Map<String, String> dump = keys.dump();
      String answer = commands.again(asked);
      assertThat(answer).as("the answer to the same request").isEqualTo(asked.answer());
      Map<String, String> after = keys.dump();
      after.entrySet().removeAll(dump.entrySet());
      assertThat(after).as("what the same request changed").isEmpty();
    }

    private void checkEverything() throws InterruptedException {
      keys.checkAll();
      List<Run> expected = memory.newest(1_000);
      assertThat(redis.newest(1_000)).isEqualTo(expected);
      for (RunId id : runs) {
        assertThat(redis.find(id)).isEqualTo(memory.find(id));
        assertThat(redis.events(id, 0, 1_000, Duration.ZERO))
            .isEqualTo(memory.events(id, 0, 1_000, Duration.ZERO));
      }
      for (byte[] content : contents) {
        Sha512 digest = Sha512.of(content);
        assertThat(redis.fetch(digest).map(bytes -> new String(bytes, UTF_8)))
            .as("contents")
            .isEqualTo(memory.fetch(digest).map(bytes -> new String(bytes, UTF_8)));
      }
    }

    private @Nullable Object withLease(
        String what, Function<Lease, Object> inMemory, Function<Lease, Object> inRedis) {
      Pair pair = someLease();
      if (pair == null) {
        return null;
      }
      note(what + " " + pair.memory().job().id() + " of " + pair.memory().worker());
      return same(() -> inMemory.apply(pair.memory()), () -> inRedis.apply(pair.redis()));
    }

    /** Mostly one of those that were given last: they may still be held. */
    private @Nullable Pair someLease() {
      if (leases.isEmpty()) {
        return null;
      }
      RunId run = favourite;
      for (int i = leases.size() - 1; i >= 0 && run != null && random.nextInt(5) > 0; i--) {
        if (leases.get(i).memory().job().run().equals(run)) {
          return leases.get(i);
        }
      }
      int among = random.nextInt(4) == 0 ? leases.size() : Math.min(leases.size(), 4);
      return leases.get(leases.size() - 1 - random.nextInt(among));
    }

    /** Mostly the next revision; its contents mostly grow. */
    private Run next(RunId id) {
      Run now =
          memory.find(id).orElseGet(() -> Run.accepted(id, RunRequest.of("lost"), clock.instant()));
      Run.Work work = random.nextInt(6) == 0 ? Run.Work.NONE : now.work();
      if (random.nextInt(3) == 0) {
        int number = work.drafts().size() + 1;
        Sha512 files = Sha512.of(content());
        work = work.with(new Draft(number, Draft.Origin.MODEL, 0, files, List.of(), ""));
      }
      Run next = now.with(work).in(STATES.get(random.nextInt(STATES.size())));
      return random.nextInt(8) == 0 ? at(next, random.nextInt(3)) : next;
    }

    /** The same of an earlier revision. */
    private Run earlier(Run run) {
      return new Run(
          run.id(),
          run.request(),
          1 + random.nextLong(run.revision()),
          run.state(),
          run.work(),
          run.spending(),
          run.ending(),
          run.createdAt());
    }

    /** The same of a later revision. */
    private Run at(Run run, int later) {
      Run moved = run;
      for (int i = 0; i < later; i++) {
        moved = moved.in(moved.state());
      }
      return moved;
    }

    private @Nullable Job decided(RunId run) {
      if (random.nextInt(3) == 0) {
        return null;
      }
      boolean taken = random.nextInt(8) == 0;
      names++;
      Job job = new Job(run + (taken ? "/make" : "/d" + names), run, random.nextInt(10), delay());
      jobs.add(job);
      return job;
    }

    private List<RunEvent> events() {
      List<RunEvent> events = new ArrayList<>();
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        names++;
        events.add(new RunEvent.Log(1, Step.TEST, names, List.of("line \u00e4\n" + names)));
      }
      return events;
    }

    private byte[] content() {
      if (contents.isEmpty() || random.nextInt(3) == 0) {
        names++;
        byte[] content = ("content " + names).getBytes(UTF_8);
        contents.add(content);
        memory.keep(content);
        redis.keep(content);
        return content;
      }
      return contents.get(random.nextInt(contents.size()));
    }

    private Duration delay() {
      return switch (random.nextInt(4)) {
        case 0 -> Duration.ofMillis(1 + random.nextInt(60_000));
        case 1 -> Duration.ofSeconds(random.nextInt(20));
        default -> Duration.ZERO;
      };
    }

    private String worker() {
      return WORKERS.get(random.nextInt(WORKERS.size()));
    }

    private RunId someRun() {
      if (favourite != null && random.nextInt(5) < 3) {
        return favourite;
      }
      int among = random.nextInt(3) == 0 ? runs.size() : Math.min(runs.size(), 5);
      return runs.get(runs.size() - 1 - random.nextInt(among));
    }

    private void note(String what) {
      story.add(what);
    }

    /** Both say the same, or refuse alike. */
    private Object same(Supplier<Object> inMemory, Supplier<Object> inRedis) {
      Object expected = outcome(inMemory);
      Object actual = outcome(inRedis);
      assertThat(actual).as("what Redis says").isEqualTo(expected);
      return expected;
    }

    private static Object outcome(Supplier<Object> call) {
      try {
        return call.get();
      } catch (IllegalArgumentException e) {
        return "refused";
      }
    }

    private static Lease nameless(Lease lease) {
      return new Lease(lease.job(), 0, lease.worker(), lease.deliveries(), lease.expires());
    }
  }
}
