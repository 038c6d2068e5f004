package dev.packageforge.redis;

import dev.packageforge.RunId;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs, runs, events and workers in Redis. Safe for use by many threads and processes. */
public final class RedisStore implements JobQueue, AutoCloseable {
  private final Commands commands;
  private final Lookout lookout;
  private final RedisJobs jobs;

  private RedisStore(Builder builder) {
    Keyspace keys = new Keyspace(builder.queue);
    commands = builder.commands;
    lookout = new Lookout(commands, keys.wake, keys.news);
    Caller caller = new Caller(builder.scripts, commands, keys, builder.clock);
    jobs = new RedisJobs(builder.scripts, caller, keys, lookout, builder.clock);
  }

  /** A store over commands. */
  static Builder builder(Commands commands) {
    return new Builder(commands);
  }

  /** How a store is to be. */
  public static final class Builder {
    private final Commands commands;
    private String queue = "default";
    private Scripts scripts = Scripts.ofThisVersion();
    private @Nullable Clock clock;

    private Builder(Commands commands) {
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

  /** Ends waiting, and closes every connection. Jobs that are leased stay so until they lapse. */
  @Override
  public void close() {
    lookout.close();
    commands.close();
  }
}
