package dev.packageforge.examples.chaos;

import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.RunStore;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.redis.RedisStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A real server that is killed, real worker processes that are killed, and a network between them
 * that loses things. The person is behind the same network.
 */
final class RedisSite implements Site {
  private static final Duration GOES_HOME_WITHIN = Duration.ofSeconds(20);
  static final String PREFIX = "pf:{default}:";
  private static final String OVER = "x";
  private static final Set<String> MUST_BE_EMPTY = Set.of("ready", "due", "lease");

  private final Books books;
  private final Clock clock = Clock.systemUTC();
  private final RedisServer server;
  private final FaultProxy network;
  private final RedisStore persons;
  private final RedisStore truth;
  private final Forge asking;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final Killer workerKiller;
  private final Killer redisKiller;
  private final List<String> troubles = new ArrayList<>();

  /** How this site differs from a sound one; tests differ. */
  record Twist(List<String> workerProgram, boolean durable) {
    static final Twist NONE = new Twist(WorkerProcess.SOUND, true);
  }

  RedisSite(ChaosOptions options, Doubles doubles, Books books) {
    this(options, doubles, books, Twist.NONE);
  }

  RedisSite(ChaosOptions options, Doubles doubles, Books books, Twist twist) {
    this.books = books;
    try {
      this.server = new RedisServer(options.folder().resolve("redis"), twist.durable());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    ChaosOptions.Rough rough = options.rough();
    this.network =
        FaultProxy.to(
            server.port(),
            rough.seed(),
            rough.faults() ? Faults.ROUGH : Faults.NONE,
            () -> books.fault("", clock.millis()));
    this.persons = store(network.port());
    this.truth = store(server.port());
    this.asking = ChaosPorts.asking(persons);
    for (int i = 1; i <= options.load().workers(); i++) {
      String name = "worker-" + i;
      workers.add(
          WorkerProcess.of(
              name,
              options.folder(),
              twist.workerProgram(),
              doubles,
              network.port(),
              options.load().concurrency()));
    }
    this.workerKiller =
        new Killer(
            "worker-killer",
            rough.killWorkerEvery(),
            rough.seed(),
            luck -> killAndRestart(workers.get(luck.nextInt(workers.size()))));
    this.redisKiller =
        new Killer("redis-killer", rough.killRedisEvery(), rough.seed() + 1, luck -> killRedis());
  }

  static RedisStore store(int port) {
    return RedisStore.builder(RedisAddress.parse(RedisServer.address(port))).build();
  }

  private void killAndRestart(WorkerProcess worker) throws InterruptedException {
    if (!worker.isAlive()) {
      books.violation("left: " + worker.name() + " ended by itself; see its log");
    }
    books.fault(worker.name(), clock.millis());
    worker.kill();
    books.fault(worker.name(), clock.millis());
    worker.start();
  }

  private void killRedis() throws InterruptedException {
    books.fault("", clock.millis());
    server.killAndRestart();
    books.fault("", clock.millis());
  }

  @Override
  public Forge asking() {
    return asking;
  }

  @Override
  public RunStore truth() {
    return truth;
  }

  @Override
  public Duration lease() {
    return ChaosPorts.LEASE;
  }

  @Override
  public void calm() throws InterruptedException {
    workerKiller.stop();
    redisKiller.stop();
    network.be(Faults.NONE);
    for (WorkerProcess worker : workers) {
      if (!worker.stop(GOES_HOME_WITHIN)) {
        troubles.add(worker.name() + " did not go home when it was told to");
      }
    }
    persons.close();
  }

  @Override
  public List<String> leftovers() throws InterruptedException {
    List<String> left = new ArrayList<>(troubles);
    try (RawRedis redis = server.connect()) {
      for (String set : MUST_BE_EMPTY) {
        redis
            .ask("ZRANGE", PREFIX + set, "0", "-1")
            .forEach(job -> left.add("the job " + job + " is in " + set));
      }
      List<String> jobs = redis.ask("HGETALL", PREFIX + "job");
      for (int i = 0; i < jobs.size(); i += 2) {
        if (!jobs.get(i + 1).startsWith(OVER)) {
          left.add("the job " + jobs.get(i) + " is open");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the server cannot be asked what is left", e);
    }
    truth.close();
    server.close();
    pids()
        .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
        .forEach(pid -> left.add("the process " + pid + " lives"));
    return left;
  }

  private Stream<Long> pids() {
    return Stream.concat(
        server.pids().stream(), workers.stream().flatMap(worker -> worker.pids().stream()));
  }

  @Override
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("workers killed", (long) workerKiller.done());
    counts.put("redis killed", (long) redisKiller.done());
    counts.put("network faults", (long) network.count());
    counts.put("  stalls", (long) network.count(FaultProxy.Kind.STALL));
    counts.put("  requests lost", (long) network.count(FaultProxy.Kind.LOST_REQUEST));
    counts.put("  replies lost", (long) network.count(FaultProxy.Kind.LOST_REPLY));
    counts.put("  connections cut", (long) network.count(FaultProxy.Kind.CUT));
    counts.put("  connections reset", (long) network.count(FaultProxy.Kind.RESET));
    return counts;
  }

  @Override
  public void close() {
    persons.close();
    truth.close();
    workers.forEach(WorkerProcess::close);
    network.close();
    server.close();
  }
}
