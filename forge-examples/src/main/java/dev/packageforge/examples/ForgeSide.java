package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Step;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.redis.RedisStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Our queue: a producer and a worker, each with a store of its own, so with connections of its own.
 */
final class ForgeSide implements QueueSide {
  private static final String WORKER = "bench";
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration RENEWAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAGE_PATIENCE = Duration.ofSeconds(15);
  private static final String LINE = "x".repeat(80);
  private static final int SECONDS = 120;

  private final RedisAddress address;
  private final Pause pause;
  private final SplittableRandom random = new SplittableRandom(1);
  private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();

  private @Nullable Parts parts;
  private volatile @Nullable RuntimeException accident;

  /** What is open between two rests. */
  private record Parts(RedisStore producer, RedisStore worker, ExecutorService threads) {}

  /** What a worker does with a job. */
  @FunctionalInterface
  private interface Work {
    void run(RedisStore store, Lease lease) throws InterruptedException;
  }

  /** What a thread does until it is interrupted. */
  @FunctionalInterface
  private interface Deed {
    void run() throws InterruptedException;
  }

  ForgeSide(BenchRedis server, Pause pause) {
    this.address = RedisAddress.parse("redis://" + BenchRedis.HOST + ":" + server.port());
    this.pause = pause;
  }

  @Override
  public void open() {
    parts =
        new Parts(
            RedisStore.builder(address).build(),
            RedisStore.builder(address).build(),
            Executors.newCachedThreadPool(ForgeSide::daemon));
  }

  @Override
  public void rest() throws InterruptedException {
    if (parts == null) {
      return;
    }
    Parts open = parts;
    parts = null;
    open.threads().shutdownNow();
    boolean ended = open.threads().awaitTermination(SECONDS, TimeUnit.SECONDS);
    open.worker().close();
    open.producer().close();
    // Whoever was interrupted in a call may have failed by that.
    accident = null;
    told.clear();
    if (!ended) {
      throw new IllegalStateException("a thread of the bench does not end");
    }
  }

  @Override
  public Duration addOneByOne(int jobs) {
    List<Job> all = jobs(jobs);
    RedisStore store = parts().producer();
    long start = System.nanoTime();
    all.forEach(store::enqueue);
    return since(start);
  }

  @Override
  public Duration addInFlight(int jobs, int width) throws InterruptedException {
    List<Job> all = jobs(jobs);
    RedisStore store = parts().producer();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    together(
        width,
        () -> {
          for (int i = next.getAndIncrement(); i < jobs; i = next.getAndIncrement()) {
            store.enqueue(all.get(i));
          }
          return null;
        });
    return since(start);
  }

  @Override
  public Duration addInBulk(int jobs, int size) {
    List<Job> all = jobs(jobs);
    RedisStore store = parts().producer();
    long start = System.nanoTime();
    for (int i = 0; i < jobs; i += size) {
      store.enqueueAll(all.subList(i, Math.min(jobs, i + size)));
    }
    return since(start);
  }

  @Override
  public Duration work(int jobs, int concurrency) throws InterruptedException {
    RedisStore store = parts().worker();
    List<Long> starts = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger done = new AtomicInteger();
    together(
        concurrency,
        () -> {
          Optional<Lease> lease = store.lease(WORKER, LEASE);
          starts.add(System.nanoTime());
          while (lease.isPresent()) {
            done.addAndGet(store.complete(lease.get()) ? 1 : 0);
            lease = store.lease(WORKER, LEASE);
          }
          return null;
        });
    Duration took = since(Collections.min(starts));
    if (done.get() != jobs) {
      throw new IllegalStateException(done.get() + " of " + jobs + " jobs were done");
    }
    return took;
  }

  @Override
  public List<Duration> startWhenIdle(int samples) throws InterruptedException {
    beginWork(
        (store, lease) -> {
          told.add(System.nanoTime());
          store.complete(lease);
        });
    List<Duration> all = new ArrayList<>();
    while (all.size() < samples) {
      pause.untilIdle();
      Job job = jobs(1).get(0);
      long added = System.nanoTime();
      parts().producer().enqueue(job);
      all.add(Duration.ofNanos(told() - added));
    }
    return all;
  }

  @Override
  public void beIdle() {
    beginWork(RedisStore::complete);
  }

  @Override
  public void beBusy() throws InterruptedException {
    beginWork(
        (store, lease) -> {
          BlockingQueue<Boolean> news = new LinkedBlockingQueue<>();
          JobQueue.Listening listening = store.listen(lease, () -> news.add(true));
          try {
            told.add(System.nanoTime());
            while (true) {
              news.poll(RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
              store.renew(lease, LEASE);
            }
          } finally {
            listening.close();
          }
        });
    parts().producer().enqueue(jobs(1).get(0));
    told();
  }

  @Override
  public void openForLogs() {
    beginWork(
        (store, lease) -> {
          Run run = store.find(lease.job().run()).orElseThrow();
          for (int i = 0; i < UPDATES; i++) {
            run = run.in(run.state());
            store.save(lease, run, List.of(log(i, LOG_LINES / UPDATES), RunEvent.State.of(run)));
          }
          store.complete(lease);
          told.add(System.nanoTime());
        });
  }

  @Override
  public void workWithLogs() throws InterruptedException {
    Run run = newRun();
    parts().producer().create(run, Job.of(run.id(), "make"));
    told();
  }

  @Override
  public void openPages(int count) {
    Run run = newRun();
    RedisStore web = parts().producer();
    web.create(run, Job.of(run.id(), "make"));
    Lease lease = parts().worker().lease(WORKER, LEASE).orElseThrow();
    parts().worker().append(lease, List.of(log(0, LOG_LINES)));
    parts().worker().complete(lease);
    for (int i = 0; i < count; i++) {
      begin(
          () -> {
            long cursor = 0;
            while (true) {
              List<StoredEvent> news = web.events(run.id(), cursor, 100, PAGE_PATIENCE);
              cursor = news.isEmpty() ? cursor : news.get(news.size() - 1).cursor();
            }
          });
    }
  }

  @Override
  public void openPageWithoutLog() {
    openPages(1);
  }

  @Override
  public void close() {
    try {
      rest();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beginWork(Work work) {
    RedisStore store = parts().worker();
    begin(
        () -> {
          while (true) {
            if (store.await(PATIENCE)) {
              Optional<Lease> lease = store.lease(WORKER, LEASE);
              if (lease.isPresent()) {
                work.run(store, lease.get());
              }
            }
          }
        });
  }

  private void begin(Deed deed) {
    parts()
        .threads()
        .execute(
            () -> {
              try {
                deed.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                accident = e;
                told.add(0L);
              }
            });
  }

  private void together(int width, Callable<?> what) throws InterruptedException {
    List<Callable<Object>> all = new ArrayList<>(Collections.nCopies(width, what::call));
    for (Future<Object> each : parts().threads().invokeAll(all)) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a thread of the bench failed", e.getCause());
      }
    }
  }

  private Parts parts() {
    if (parts == null) {
      throw new IllegalStateException("not open");
    }
    return parts;
  }

  private long told() throws InterruptedException {
    Long when = told.poll(SECONDS, TimeUnit.SECONDS);
    if (when == null || accident != null) {
      throw new IllegalStateException("the worker does not answer", accident);
    }
    return when;
  }

  private List<Job> jobs(int count) {
    List<Job> jobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      jobs.add(Job.of(RunId.random(random), "make"));
    }
    return jobs;
  }

  private Run newRun() {
    return Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), Instant.EPOCH);
  }

  private static RunEvent log(int batch, int lines) {
    return new RunEvent.Log(
        1, Step.TEST, 1 + (long) batch * lines, Collections.nCopies(lines, LINE));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "bench");
    thread.setDaemon(true);
    return thread;
  }
}
