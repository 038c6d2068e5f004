package dev.packageforge.worker;

import static java.util.Objects.requireNonNull;

import dev.packageforge.ForgeException;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.pipeline.Task;
import dev.packageforge.pipeline.Worked;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs and works on them until it is stopped. A job that is in work when it closes is
 * interrupted and given back, for this or another worker to go on with from the last checkpoint.
 *
 * <pre>{@code
 * try (WorkerIdentity identity = WorkerIdentity.in(folder)) {
 *   Forge forge = Forge.builder().store(store).workerName(identity.id())....build();
 *   ForgeWorker worker =
 *       ForgeWorker.builder(forge).identity(identity).roster(store).name("laptop").start();
 *   ...
 *   worker.stop(Duration.ofMinutes(10));
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class ForgeWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForgeWorker.class);

  private final Crew crew;
  private final Lookout lookout;
  private final @Nullable Heartbeat heartbeat;
  private final Duration stopWithin;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong givenBack = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  private ForgeWorker(Builder builder) {
    this.stopWithin = builder.stopWithin;
    this.crew = new Crew(builder.concurrency, this::takeTasks);
    Rests rests = builder.rests;
    this.lookout =
        new Lookout(
            builder.forge, builder.looking(), rests == null ? crew::rest : rests, crew::stopping);
    this.heartbeat = builder.heartbeat(crew);
  }

  private void start() {
    if (heartbeat != null) {
      heartbeat.start();
    }
    crew.start();
  }

  /**
   * A worker to be configured.
   *
   * @param forge with every port that work needs
   */
  public static Builder builder(Forge forge) {
    return new Builder(forge);
  }

  private void takeTasks() {
    while (!crew.stopping()) {
      try {
        Optional<Task> task = lookout.next();
        if (task.isPresent()) {
          taken.incrementAndGet();
          work(task.get());
        }
      } catch (InterruptedException stopped) {
        // Only stopping is a reason to stop; the loop looks.
        LOG.debug("interrupted", stopped);
      }
    }
  }

  private void work(Task task) throws InterruptedException {
    if (!crew.begin()) {
      giveBack(task);
      return;
    }
    try {
      count(task.work());
    } catch (InterruptedException e) {
      givenBack.incrementAndGet();
      throw e;
    } catch (ForgeException e) {
      lost.incrementAndGet();
      LOG.warn("run {} was left as it was: {} {}", task.run(), e.getMessage(), e.remedy());
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      lost.incrementAndGet();
      LOG.error("a job was dropped by a fault; its lease will lapse", e);
    } finally {
      crew.end();
    }
  }

  private void count(Worked worked) {
    switch (worked.outcome()) {
      case DONE -> done.incrementAndGet();
      case GIVEN_BACK -> givenBack.incrementAndGet();
      case LOST -> lost.incrementAndGet();
    }
  }

  private void giveBack(Task task) {
    givenBack.incrementAndGet();
    try {
      task.giveBack();
    } catch (RuntimeException e) {
      LOG.debug("run {} was not given back; its lease will lapse", task.run(), e);
    }
  }

  /** How this worker fares. */
  public WorkerStats stats() {
    WorkerStats.Jobs jobs =
        new WorkerStats.Jobs(taken.get(), done.get(), givenBack.get(), lost.get());
    return new WorkerStats(jobs, crew.busy(), crew.size(), lookout.stats());
  }

  /**
   * Takes no more jobs, finishes those in work, and gives back what is not finished in time. Last
   * it says that it has gone. If this thread is interrupted, or {@link #close} is called meanwhile,
   * what is in work is given back at once.
   *
   * @param within how long what is in work may go on
   * @return whether all that was in work came to its end
   */
  public boolean stop(Duration within) {
    crew.stop();
    boolean finished = false;
    try {
      finished = crew.awaitEnd(within) && !crew.handsBack();
      if (!finished) {
        crew.handBack();
      }
      if (!crew.awaitEnd(stopWithin)) {
        LOG.warn("work did not stop within {}; its leases will lapse", stopWithin);
      }
    } catch (InterruptedException e) {
      crew.handBack();
      Thread.currentThread().interrupt();
    }
    if (heartbeat != null) {
      heartbeat.leave();
    }
    return finished;
  }

  /**
   * Takes no more jobs, gives back those in work, and waits for the threads to end, at most as long
   * as was set. If this thread is interrupted, it returns at once and stays interrupted.
   */
  @Override
  public void close() {
    crew.handBack();
    stop(Duration.ZERO);
  }

  /** Configures a {@link ForgeWorker}. Not safe for use by many threads. */
  public static final class Builder {
    private final Forge forge;
    private int concurrency = 1;
    private Duration patience = Duration.ofSeconds(60);
    private Duration stopWithin = Duration.ofSeconds(30);
    private Duration forgetAfter = Duration.ofDays(30);
    private Admission admission = Admission.always();
    private @Nullable WorkerRoster roster;
    private @Nullable WorkerIdentity identity;
    private @Nullable String name;
    private @Nullable Rests rests;
    private String version = "";
    private Clock clock = Clock.systemUTC();
    private RandomGenerator random = new SecureRandom();

    private Builder(Forge forge) {
      this.forge = requireNonNull(forge);
    }

    /** Runs worked on at a time, 1 to 64. Default: 1. */
    public Builder concurrency(int concurrency) {
      if (concurrency < 1 || concurrency > 64) {
        throw new IllegalArgumentException("concurrency must be 1 to 64, was " + concurrency);
      }
      this.concurrency = concurrency;
      return this;
    }

    /** How long to wait for work before looking again. Default: 60 seconds. */
    public Builder patience(Duration patience) {
      this.patience = positive(patience, "patience");
      return this;
    }

    /**
     * How long {@link ForgeWorker#close} waits for work that was interrupted. Default: 30 seconds.
     */
    public Builder stopWithin(Duration stopWithin) {
      this.stopWithin = positive(stopWithin, "the time to stop");
      return this;
    }

    /**
     * How long after its end a run is forgotten; zero not to forget any. Looked after once an hour.
     * Default: 30 days.
     */
    public Builder forgetAfter(Duration age) {
      if (age.isNegative()) {
        throw new IllegalArgumentException("an age cannot be negative, was " + age);
      }
      this.forgetAfter = age;
      return this;
    }

    /** Whether this machine can take more work. Default: always. */
    public Builder admission(Admission admission) {
      this.admission = requireNonNull(admission);
      return this;
    }

    /** Where to say that this worker lives. Default: nowhere. */
    public Builder roster(WorkerRoster roster) {
      this.roster = requireNonNull(roster);
      return this;
    }

    /**
     * The lock on this worker's id. With it, what the process that had the id before left behind is
     * taken back at the start. Its owner closes it, after the worker.
     *
     * @throws IllegalArgumentException if the forge leases jobs under another name
     */
    public Builder identity(WorkerIdentity identity) {
      if (!identity.id().equals(forge.workerName())) {
        throw new IllegalArgumentException(
            "the forge works as " + forge.workerName() + ", not as " + identity.id());
      }
      this.identity = identity;
      return this;
    }

    /** What people call this worker. Default: the name it leases jobs under. */
    public Builder name(String name) {
      this.name = requireNonNull(name);
      return this;
    }

    /** The version of Package Forge, for people. Default: empty. */
    public Builder version(String version) {
      this.version = requireNonNull(version);
      return this;
    }

    /** Tells when it is time to forget. Default: the system's, in UTC. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock);
      return this;
    }

    /** Where jitter comes from. Default: a {@link SecureRandom}. */
    public Builder random(RandomGenerator random) {
      this.random = requireNonNull(random);
      return this;
    }

    Builder rests(Rests rests) {
      this.rests = rests;
      return this;
    }

    /** Begins to take jobs. */
    public ForgeWorker start() {
      ForgeWorker worker = new ForgeWorker(this);
      worker.start();
      return worker;
    }

    private Lookout.Settings looking() {
      return new Lookout.Settings(
          clock, new Backoff(random), patience, admission, identity != null, forgetAfter);
    }

    private @Nullable Heartbeat heartbeat(Crew crew) {
      if (roster == null) {
        return null;
      }
      String id = forge.workerName();
      String called = name == null ? id : name;
      Instant startedAt = clock.instant();
      return new Heartbeat(
          roster,
          () -> new WorkerReport(id, called, version, crew.size(), crew.busy(), startedAt),
          new Backoff(random));
    }

    private static Duration positive(Duration duration, String what) {
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException(what + " must be positive, was " + duration);
      }
      return duration;
    }
  }
}
