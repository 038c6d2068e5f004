package dev.packageforge.queue;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs and runs in this process's memory: for tests, and for whoever needs no run to outlive the
 * process. Keeps every run for as long as the store itself lives, and of a run's events the newest
 * 50,000 at most.
 *
 * <p>Safe for use by many threads. Who waits, waits in real time, whatever the clock does.
 */
public final class InMemoryStore implements JobQueue, RunStore, WorkerRoster {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryStore.class);
  private static final int MAX_LISTED = 1_000;

  private final Clock clock;
  private final Lock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition news = lock.newCondition();

  private final Map<String, RunId> jobIds = new HashMap<>();
  private final Map<String, OpenJob> openById = new HashMap<>();
  private final TreeSet<OpenJob> openInOrder = new TreeSet<>();

  private final List<StoredRun> runsInOrder = new ArrayList<>();
  private final Map<RunId, StoredRun> runsById = new HashMap<>();
  private final Map<String, StoredRun> runsByKey = new HashMap<>();
  private final Map<Sha512, byte[]> contents = new HashMap<>();
  private final Map<Sha512, Instant> wantedAt = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Listener> toBeTold = new ArrayList<>();
  private final Presences presences = new Presences();
  private final Condition looks = lock.newCondition();
  private final String epoch = UUID.randomUUID().toString();
  private boolean paused;
  private long looksBegun;
  private long lastPlace;
  private long lastNumber;

  /** Somebody who listens; equal to nobody else. */
  private static final class Listener {
    private final RunId run;
    private final Runnable news;
    private volatile boolean closed;

    Listener(RunId run, Runnable news) {
      this.run = run;
      this.news = news;
    }

    void tell() {
      if (closed) {
        return;
      }
      try {
        news.run();
      } catch (RuntimeException e) {
        LOG.warn("whoever listens for news of run {} failed at it", run, e);
      }
    }
  }

  /**
   * An empty store.
   *
   * @param clock decides when a rest is over and when a lease has lapsed
   */
  public InMemoryStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public boolean enqueue(Job job) {
    return locked(() -> add(job));
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    return lease(job -> true, worker, length);
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    return lease(job -> job.run().equals(run), worker, length);
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    return locked(
        () -> {
          OpenJob job = held(lease);
          if (job == null) {
            return LeaseState.LOST;
          }
          job.holdUntil(clock.instant().plus(length));
          StoredRun run = runsById.get(job.run());
          return run != null && run.cancelRequested()
              ? LeaseState.CANCEL_REQUESTED
              : LeaseState.HELD;
        });
  }

  @Override
  public boolean complete(Lease lease) {
    return ifHeld(lease, this::remove);
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    return ifHeld(
        lease,
        job -> {
          job.giveBack(clock.instant().plus(rest));
          work.signalAll();
        });
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    boolean buried = ifHeld(lease, this::remove);
    if (buried) {
      LOG.warn("Job {} is set apart and will not be taken again: {}", lease.job().id(), reason);
    }
    return buried;
  }

  @Override
  public boolean await(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos(patience);
      long untilFree = nanosUntilAJobIsFree();
      while (left > 0 && untilFree > 0) {
        long wait = Math.min(left, untilFree);
        left -= wait - work.awaitNanos(wait);
        untilFree = nanosUntilAJobIsFree();
      }
      return untilFree <= 0;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Listening listen(Lease lease, Runnable news) {
    Listener listener = new Listener(lease.job().run(), news);
    locked(() -> listeners.add(listener));
    return () -> {
      listener.closed = true;
      locked(() -> listeners.remove(listener));
    };
  }

  @Override
  public int rejoin(String worker) {
    return locked(
        () -> {
          Instant now = clock.instant();
          List<OpenJob> jobs =
              openInOrder.stream().filter(job -> job.isHeldBy(worker, now)).toList();
          jobs.forEach(job -> job.lose(now));
          work.signalAll();
          return jobs.size();
        });
  }

  @Override
  public void pause(boolean pausing) {
    locked(
        () -> {
          paused = pausing;
          work.signalAll();
          return pausing;
        });
  }

  @Override
  public boolean paused() {
    return locked(() -> paused);
  }

  @Override
  public Run create(Run run, Job job) {
    return locked(
        () -> {
          String key = run.request().key();
          StoredRun before = key.isEmpty() ? null : runsByKey.get(key);
          before = before == null ? runsById.get(run.id()) : before;
          if (before != null) {
            return before.run();
          }
          checkIsNew(job, run.id());
          accept(run);
          add(job);
          return run;
        });
  }

  @Override
  public Optional<Run> find(RunId id) {
    return locked(() -> Optional.ofNullable(runsById.get(id)).map(StoredRun::run));
  }

  @Override
  public List<Run> newest(int limit) {
    if (limit < 1 || limit > MAX_LISTED) {
      throw new IllegalArgumentException("a limit must be 1 to 1,000, was " + limit);
    }
    return locked(
        () -> {
          List<Run> newest = new ArrayList<>();
          for (int i = runsInOrder.size() - 1; i >= 0 && newest.size() < limit; i--) {
            newest.add(runsInOrder.get(i).run());
          }
          return List.copyOf(newest);
        });
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    return locked(
        () -> {
          OpenJob job = held(lease);
          StoredRun stored = runsById.get(run.id());
          if (job == null || !job.run().equals(run.id()) || stored == null || !stored.isNext(run)) {
            return SaveResult.STALE;
          }
          stored.become(run, clock.instant());
          tell(stored, events);
          return SaveResult.SAVED;
        });
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    return locked(
        () -> {
          Instant now = clock.instant();
          List<OpenJob> jobs = jobsOf(run.id());
          StoredRun stored = runsById.get(run.id());
          boolean worked = jobs.stream().anyMatch(job -> job.isHeld(now));
          if (stored == null || !stored.isNext(run) || (worked && !stored.waitsUndisturbed())) {
            return SaveResult.STALE;
          }
          if (next != null) {
            checkIsNew(next, run.id());
          }
          withdraw(jobs);
          stored.become(run, clock.instant());
          stored.forgetCancelRequest();
          tell(stored, events);
          if (next != null) {
            add(next);
          }
          return SaveResult.SAVED;
        });
  }

  @Override
  public boolean requestCancel(RunId id) {
    return locked(
        () -> {
          Instant now = clock.instant();
          StoredRun run = runsById.get(id);
          boolean worked =
              openInOrder.stream().anyMatch(job -> job.run().equals(id) && job.isHeld(now));
          if (run == null || !worked || !run.run().state().needsWorker()) {
            return false;
          }
          run.requestCancel();
          tellWhoeverHolds(id);
          return true;
        });
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    return ifHeld(
        lease,
        job -> {
          StoredRun run = runsById.get(job.run());
          if (run == null) {
            throw new IllegalArgumentException("no run " + job.run() + " was accepted here");
          }
          tell(run, events);
        });
  }

  @Override
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, was " + limit);
    }
    lock.lockInterruptibly();
    try {
      long left = nanos(patience);
      List<StoredEvent> found = eventsNow(id, after, limit);
      while (found.isEmpty() && left > 0) {
        left = news.awaitNanos(left);
        found = eventsNow(id, after, limit);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Sha512 keep(byte[] content) {
    byte[] copy = content.clone();
    Sha512 digest = Sha512.of(copy);
    return locked(
        () -> {
          contents.putIfAbsent(digest, copy);
          wantedAt.put(digest, clock.instant());
          return digest;
        });
  }

  @Override
  public Optional<byte[]> fetch(Sha512 digest) {
    return locked(() -> Optional.ofNullable(contents.get(digest)).map(byte[]::clone));
  }

  @Override
  public int prune(Duration age, int limit) {
    return locked(
        () -> {
          Instant before = clock.instant().minus(age);
          List<StoredRun> old =
              runsInOrder.stream()
                  .filter(run -> run.endedBefore(before))
                  .sorted(Comparator.comparing(StoredRun::changedAt))
                  .limit(limit)
                  .toList();
          if (!old.isEmpty()) {
            old.forEach(this::forget);
            dropContents(old, before);
          }
          return old.size();
        });
  }

  @Override
  public String epoch() {
    return epoch;
  }

  @Override
  public boolean restore(Run run, @Nullable Job job) {
    return locked(
        () -> {
          Instant now = clock.instant();
          StoredRun stored = runsById.get(run.id());
          List<OpenJob> jobs = jobsOf(run.id());
          if (stored != null
              && (stored.run().revision() >= run.revision()
                  || jobs.stream().anyMatch(open -> open.isHeld(now)))) {
            return false;
          }
          if (job != null) {
            checkIsNew(job, run.id());
          }
          withdraw(jobs);
          if (stored == null) {
            stored = accept(run);
          } else {
            stored.become(run, now);
          }
          tell(stored, List.of(RunEvent.State.of(run)));
          if (job != null) {
            add(job);
          }
          return true;
        });
  }

  @Override
  public Duration beat(WorkerReport report) {
    return locked(() -> presences.beat(report, clock.instant()));
  }

  @Override
  public void awaitLook(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // Who means to be silent for long has not heard yet that somebody began to look.
      boolean unaware =
          patience.compareTo(WATCHED_BEAT.multipliedBy(2)) > 0
              && presences.watched(clock.instant());
      long left = unaware ? 0 : nanos(patience);
      long before = looksBegun;
      while (left > 0 && looksBegun == before) {
        left = looks.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void leave(String worker) {
    locked(
        () -> {
          presences.leave(worker);
          return worker;
        });
  }

  @Override
  public List<WorkerPresence> workers() {
    return locked(
        () -> {
          Instant now = clock.instant();
          if (presences.look(now)) {
            looksBegun++;
            looks.signalAll();
          }
          return presences.all(now);
        });
  }

  private Optional<Lease> lease(Predicate<OpenJob> wanted, String worker, Duration length) {
    return locked(
        () -> {
          Instant now = clock.instant();
          return paused
              ? Optional.empty()
              : openInOrder.stream()
                  .filter(job -> job.isFree(now) && wanted.test(job))
                  .findFirst()
                  .map(job -> job.take(worker, ++lastNumber, now.plus(length)));
        });
  }

  // What follows is called by whoever has the lock.

  private boolean add(Job job) {
    if (jobIds.putIfAbsent(job.id(), job.run()) != null) {
      return false;
    }
    lastPlace++;
    OpenJob open = new OpenJob(job, lastPlace, clock.instant().plus(job.delay()));
    openById.put(job.id(), open);
    openInOrder.add(open);
    work.signalAll();
    return true;
  }

  private StoredRun accept(Run run) {
    StoredRun stored = new StoredRun(run, clock.instant());
    runsById.put(run.id(), stored);
    runsInOrder.add(stored);
    if (!run.request().key().isEmpty()) {
      runsByKey.putIfAbsent(run.request().key(), stored);
    }
    return stored;
  }

  private void forget(StoredRun run) {
    RunId id = run.run().id();
    runsById.remove(id);
    runsInOrder.remove(run);
    runsByKey.remove(run.run().request().key(), run);
    jobsOf(id).forEach(this::remove);
    jobIds.values().removeIf(id::equals);
  }

  // What was kept a moment ago may be about to be named by a run.
  private void dropContents(List<StoredRun> forgotten, Instant wantedBefore) {
    Set<Sha512> needed = new HashSet<>();
    runsInOrder.forEach(run -> needed.addAll(run.run().contents()));
    for (StoredRun run : forgotten) {
      for (Sha512 digest : run.run().contents()) {
        if (!needed.contains(digest)
            && wantedAt.getOrDefault(digest, Instant.MIN).isBefore(wantedBefore)) {
          contents.remove(digest);
          wantedAt.remove(digest);
        }
      }
    }
  }

  private List<OpenJob> jobsOf(RunId run) {
    return openInOrder.stream().filter(job -> job.run().equals(run)).toList();
  }

  private void withdraw(List<OpenJob> jobs) {
    for (OpenJob job : jobs) {
      remove(job);
      tellWhoeverHolds(job.run());
    }
  }

  private void tellWhoeverHolds(RunId run) {
    listeners.stream().filter(listener -> listener.run.equals(run)).forEach(toBeTold::add);
  }

  private void remove(OpenJob job) {
    openById.remove(job.id());
    openInOrder.remove(job);
  }

  // A decision whose work was silently not enqueued would be a run that nobody ever moves on.
  private void checkIsNew(Job job, RunId run) {
    if (!job.run().equals(run)) {
      throw new IllegalArgumentException("job " + job.id() + " is not for run " + run);
    }
    if (jobIds.containsKey(job.id())) {
      throw new IllegalArgumentException("there is or was a job " + job.id() + " already");
    }
  }

  private @Nullable OpenJob held(Lease lease) {
    OpenJob job = openById.get(lease.job().id());
    return job != null && job.isHeldBy(lease, clock.instant()) ? job : null;
  }

  private boolean ifHeld(Lease lease, Consumer<OpenJob> change) {
    return locked(
        () -> {
          OpenJob job = held(lease);
          if (job != null) {
            change.accept(job);
          }
          return job != null;
        });
  }

  private long nanosUntilAJobIsFree() {
    if (paused) {
      return Long.MAX_VALUE;
    }
    Instant now = clock.instant();
    return openInOrder.stream()
        .mapToLong(job -> nanos(Duration.between(now, job.freeAt())))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void tell(StoredRun run, List<RunEvent> events) {
    run.append(events, clock.instant());
    news.signalAll();
  }

  private List<StoredEvent> eventsNow(RunId id, long after, int limit) {
    StoredRun run = runsById.get(id);
    return run == null ? List.of() : run.events(after, limit);
  }

  // Who listens is told once the lock is free: whatever they do then can hold up nobody.
  private <T> T locked(Supplier<T> action) {
    List<Listener> told;
    T result;
    lock.lock();
    try {
      result = action.get();
      told = List.copyOf(toBeTold);
    } finally {
      toBeTold.clear();
      lock.unlock();
    }
    told.forEach(Listener::tell);
    return result;
  }

  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException centuries) {
      return Long.MAX_VALUE;
    }
  }
}
