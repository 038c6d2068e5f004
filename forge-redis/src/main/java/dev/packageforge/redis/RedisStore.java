package dev.packageforge.redis;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Jobs, runs, events and workers in Redis. Safe for use by many threads and processes. */
public final class RedisStore implements JobQueue, RunStore, WorkerRoster, AutoCloseable {
  private final Commands commands;
  private final Lookout lookout;
  private final Caller caller;
  private final RedisJobs jobs;
  private final RedisRuns runs;
  private final RedisBlobs blobs;
  private final RedisRoster roster;
  private final AskClerk clerk;

  private RedisStore(Builder builder) {
    Keyspace keys = new Keyspace(builder.queue);
    commands = builder.commands.get();
    lookout = new Lookout(commands, keys.wake, keys.news, builder.longestRead);
    caller = new Caller(builder.scripts, commands, keys, builder.clock);
    caller.onLoss(lookout::emptied);
    jobs = new RedisJobs(builder.scripts, caller, keys, lookout, builder.clock);
    blobs = new RedisBlobs(builder.scripts, caller, keys);
    runs = new RedisRuns(builder.scripts, caller, keys, lookout, blobs);
    roster = new RedisRoster(builder.scripts, caller, keys, lookout, jobs);
    clerk =
        new AskClerk(
            builder.scripts, caller, keys, new AskDesk(this, blobs::fetchGiven, roster::workers));
    lookout.attend(keys.asks, clerk::arrived);
  }

  /** A store on the server at this address. */
  public static Builder builder(RedisAddress address) {
    return new Builder(() -> new JedisCommands(address));
  }

  /** A store over commands, for tests; it closes them. */
  static Builder builder(Commands commands) {
    return new Builder(() -> commands);
  }

  /** How a store is to be. */
  public static final class Builder {
    private final Supplier<Commands> commands;
    private String queue = "default";
    private Scripts scripts = Scripts.ofThisVersion();
    private @Nullable Clock clock;
    private Duration longestRead = Lookout.LONGEST_READ;

    private Builder(Supplier<Commands> commands) {
      this.commands = commands;
    }

    /**
     * Which of the queues on this server: stores with different names share nothing. Default:
     * {@code default}.
     *
     * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     */
    public Builder queue(String name) {
      this.queue = name;
      return this;
    }

    /** A clock instead of the server's, for tests. */
    Builder clock(Clock owned) {
      this.clock = owned;
      return this;
    }

    /** The longest that a read waits for news, for tests. */
    Builder longestRead(Duration length) {
      this.longestRead = length;
      return this;
    }

    /** Other scripts, for tests. */
    Builder scripts(Scripts others) {
      this.scripts = others;
      return this;
    }

    /** Opens nothing; the first use connects. */
    public RedisStore build() {
      return new RedisStore(this);
    }
  }

  @Override
  public boolean enqueue(Job job) {
    return jobs.enqueue(job);
  }

  @Override
  public int enqueueAll(List<Job> all) {
    return jobs.enqueueAll(all);
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    return jobs.lease(worker, length);
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    return jobs.lease(run, worker, length);
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    return jobs.renew(lease, length);
  }

  @Override
  public boolean complete(Lease lease) {
    return jobs.complete(lease);
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    return jobs.retry(lease, rest);
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    return jobs.bury(lease, reason);
  }

  @Override
  public boolean await(Duration patience) throws InterruptedException {
    return jobs.await(patience);
  }

  @Override
  public Listening listen(Lease lease, Runnable news) {
    return jobs.listen(lease, news);
  }

  @Override
  public int rejoin(String worker) {
    return jobs.rejoin(worker);
  }

  @Override
  public void pause(boolean paused) {
    jobs.pause(paused);
  }

  @Override
  public boolean paused() {
    return jobs.paused();
  }

  @Override
  public Run create(Run run, Job job) {
    return runs.create(run, job);
  }

  @Override
  public Optional<Run> find(RunId id) {
    return runs.find(id);
  }

  @Override
  public List<Run> newest(int limit) {
    return runs.newest(limit);
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    return runs.save(lease, run, events);
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    return runs.decide(run, events, next);
  }

  @Override
  public boolean requestCancel(RunId id) {
    return runs.requestCancel(id);
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    return runs.append(lease, events);
  }

  @Override
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    return runs.events(id, after, limit, patience);
  }

  @Override
  public Sha512 keep(byte[] content) {
    return blobs.keep(content);
  }

  @Override
  public Optional<byte[]> fetch(Sha512 digest) {
    return blobs.fetch(digest);
  }

  @Override
  public int prune(Duration age, int limit) {
    return runs.prune(age, limit);
  }

  @Override
  public String epoch() {
    return caller.epoch();
  }

  @Override
  public boolean restore(Run run, @Nullable Job job) {
    return runs.restore(run, job);
  }

  @Override
  public Duration beat(WorkerReport report) {
    return roster.beat(report);
  }

  @Override
  public void awaitLook(Duration patience) throws InterruptedException {
    roster.awaitLook(patience);
  }

  @Override
  public void leave(String worker) {
    roster.leave(worker);
  }

  @Override
  public List<WorkerPresence> workers() {
    return roster.workers();
  }

  /** Puts right what is not where it should be; what was repaired, in words. */
  List<String> sweep() {
    return jobs.sweep();
  }

  /** Ends waiting, and closes every connection. Jobs that are leased stay so until they lapse. */
  @Override
  public void close() {
    lookout.close();
    clerk.close();
    commands.close();
  }
}
