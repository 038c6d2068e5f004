package dev.packageforge.pipeline;

import static java.util.Objects.requireNonNull;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Artifact;
import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.ForgeException;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Gate;
import dev.packageforge.toolchain.Toolchain;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The door to Package Forge: takes requests, works on them, asks for approval, publishes.
 *
 * <p>Asking ({@link #submit}, {@link #events}, {@link #approve}, {@link #cancel}, …) needs only a
 * store; working ({@link #work}, {@link #drive}) needs all ports. Both may happen in one process or
 * in many that share a store. Safe for use by many threads. Opens nothing by itself and closes
 * nothing: the ports are their builder's.
 */
public final class Forge {
  /** This part of a lease, at most, a job may wait to be taken over by who drives its run. */
  private static final int LOOKS_A_LEASE = 3;

  private final JobQueue queue;
  private final RunStore store;
  private final ApprovalSigner signer;
  private final Clock clock;
  private final RandomGenerator random;
  private final Decisions decisions;
  private final @Nullable Function<Run, Ports.Tools> tools;
  private final Ports.Timing timing;
  private final String workerName;
  private final Map<RunId, Hold> inHand = new ConcurrentHashMap<>();

  private Forge(Builder builder) {
    this.clock = builder.clock;
    this.random = builder.random;
    if (builder.queue == null || builder.store == null) {
      InMemoryStore memory = new InMemoryStore(clock);
      this.queue = memory;
      this.store = memory;
    } else {
      this.queue = builder.queue;
      this.store = builder.store;
    }
    this.signer = builder.signer == null ? ApprovalSigner.ephemeral(random) : builder.signer;
    this.decisions = new Decisions(store, signer, clock, random);
    this.tools = builder.tools();
    this.workerName = builder.workerName;
    this.timing =
        new Ports.Timing(
            new Clocks(clock, builder.nanos), random, builder.pulse, builder.lengths());
  }

  /** Everything has a default but the ports that work needs. */
  public static Builder builder() {
    return new Builder();
  }

  // Asking

  /**
   * Accepts a request. What is accepted is in the store.
   *
   * @return the run; the one that was accepted before, if the request's key was seen before
   */
  public Run submit(RunRequest request) {
    Run run = Run.accepted(RunId.random(random), request, clock.instant());
    return store.create(run, Job.of(run.id(), "make"));
  }

  /**
   * Accepts a request for the next version of a package that was verified, released or not. It is a
   * run of its own; the package keeps its name, and the version follows from what changes.
   *
   * @param base the run that made the package; stays as it is
   * @param change its prompt says what should change
   * @return the new run; the one that was accepted before, if the request's key was seen before
   * @throws ConflictException if there is no such run, or its newest draft has not been verified
   * @throws IllegalArgumentException if the request has a base already
   */
  public Run refine(RunId base, RunRequest change) {
    if (change.base() != null) {
      throw new IllegalArgumentException("the request has a base already");
    }
    return submit(change.from(decisions.base(base)));
  }

  /**
   * Accepts a package that was packed elsewhere, to be verified and then published as it is. It is
   * a run of its own, which makes nothing: from its verification on it goes the way of all others.
   *
   * @param request its prompt says, for people, what this is
   * @param fileName what the file was called, without a folder
   * @param packed the very bytes
   * @return the run; the one that was accepted before, if the request's key was seen before
   */
  public Run bring(RunRequest request, String fileName, byte[] packed) {
    return submit(
        request.bringing(new RunRequest.Brought(fileName, store.keep(packed), packed.length)));
  }

  /** The run as of its last checkpoint. */
  public Optional<Run> find(RunId id) {
    return store.find(id);
  }

  /** The newest runs first, at most {@code limit} of them. */
  public List<Run> newest(int limit) {
    return store.newest(limit);
  }

  /**
   * A run's events in order; see {@link RunStore#events}.
   *
   * @param after the cursor of the last event already seen; 0 for the start
   * @param patience how long to wait for the first; zero not to wait
   */
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    return store.events(id, after, limit, patience);
  }

  /**
   * The files of a draft.
   *
   * @throws ConflictException if the run has no such draft
   */
  public FileSet files(RunId id, int draft) {
    Run run = decisions.existing(id);
    List<Draft> drafts = run.work().drafts();
    if (draft < 1 || draft > drafts.size()) {
      throw new ConflictException(
          "Run " + id + " has no draft " + draft + ".", "It has " + drafts.size() + ".");
    }
    return decisions.files(run, draft);
  }

  /**
   * The verified artifact with its bytes.
   *
   * @throws ConflictException if the newest draft has not been verified
   */
  public PackedArtifact artifact(RunId id) {
    Artifact artifact = Decisions.verified(decisions.existing(id));
    return store
        .fetch(artifact.digest())
        .map(bytes -> new PackedArtifact(artifact, bytes))
        .orElseThrow(() -> new IllegalStateException("artifact of " + id + " is gone"));
  }

  /**
   * Gives a person's word that the run's artifact, as it is now, may be published in this way. The
   * word holds for an hour. Giving the same word again changes nothing.
   *
   * @param approver who, for the record
   * @throws ConflictException if the run does not wait for approval
   */
  public Run approve(RunId id, String approver, PublishOptions options) {
    return decisions.approve(id, approver, options);
  }

  /**
   * Says no to the run's artifact.
   *
   * @param who for the record
   * @throws ConflictException if the run does not wait for approval
   */
  public Run reject(RunId id, String who) {
    return decisions.reject(id, who);
  }

  /**
   * Makes a new draft of a person's edits; it is verified like any other.
   *
   * @param changed files to replace or to add
   * @param removed paths to take away
   * @throws ConflictException if the run does not wait for a person, or the edit is not on its
   *     newest draft
   * @throws IllegalArgumentException if the files cannot be a draft
   */
  public Run edit(RunId id, int draft, Collection<SourceFile> changed, Set<String> removed) {
    return decisions.edit(id, draft, changed, removed);
  }

  /**
   * Stops a run. One that nobody works on is over at once; else its worker is told, and stops
   * within a second. From the upload on it is too late: the run then ends as it ends.
   *
   * @param who for the record, if nobody works on the run
   * @return the run now: {@link RunState#CANCELLED}, or still going until its worker heard
   * @throws ConflictException if the run is over
   */
  public Run cancel(RunId id, String who) {
    return decisions.cancel(id, who, () -> stopInHand(id));
  }

  // Working

  /**
   * Takes the next job, if there is one, and works on it in this thread until the run is over,
   * waits for a person, must rest, or is somebody else's.
   *
   * @return the run that was worked on; empty if there was nothing to do
   * @throws IllegalStateException if a port that work needs was not given
   * @throws dev.packageforge.queue.QueueException if the store does not answer
   * @throws InterruptedException if this thread is interrupted; the job has been given back
   */
  public Optional<Run> work() throws InterruptedException {
    Optional<Task> task = take();
    return task.isPresent() ? Optional.of(task.get().work().run()) : Optional.empty();
  }

  /**
   * Takes the next job, if there is one, to be worked on at once.
   *
   * @throws IllegalStateException if a port that work needs was not given
   * @throws dev.packageforge.queue.QueueException if the store does not answer
   */
  public Optional<Task> take() {
    Function<Run, Ports> ports = ports();
    Clocks.Moment asked = timing.clocks().now();
    return queue
        .lease(workerName, timing.lengths().lease())
        .map(lease -> new Taken(ports, lease, asked));
  }

  private Function<Run, Ports> ports() {
    Function<Run, Ports.Tools> known = tools;
    if (known == null) {
      throw new IllegalStateException(
          "to work, Forge needs a model, a sandbox, a toolchain, a registry and a catalog");
    }
    return run -> new Ports(known.apply(run), queue, store, signer, timing);
  }

  /** What this worker is called, as it tells the queue. */
  public String workerName() {
    return workerName;
  }

  /**
   * Gives back what an earlier process of this worker's name held. Only for who knows that it is
   * dead; see {@link JobQueue#rejoin}.
   *
   * @return how many jobs were given back
   */
  public int rejoin() {
    return queue.rejoin(workerName);
  }

  /**
   * Forgets runs that ended longer ago than {@code age}; see {@link RunStore#prune}.
   *
   * @return how many were forgotten
   */
  public int prune(Duration age, int limit) {
    return store.prune(age, limit);
  }

  /**
   * Waits until there might be work, at most {@code patience}.
   *
   * @return whether it is worth to look; see {@link JobQueue#await}
   */
  public boolean await(Duration patience) throws InterruptedException {
    return queue.await(patience);
  }

  /**
   * Works on one run in this thread, through rests and other workers' leases, until it is over or
   * waits for a person.
   *
   * @throws IllegalStateException if a port that work needs was not given
   * @throws dev.packageforge.queue.QueueException if the store does not answer
   * @throws InterruptedException if this thread is interrupted; the job has been given back
   */
  public Run drive(RunId id) throws InterruptedException {
    Function<Run, Ports> ports = ports();
    Duration length = timing.lengths().lease();
    Turn turn = new Turn(store, id, timing.clocks());
    Run known = null;
    while (true) {
      Clocks.Moment asked = timing.clocks().now();
      Optional<Lease> lease = queue.lease(id, workerName, length);
      Duration rest = lookAgain();
      if (lease.isPresent()) {
        Worked worked = new Taken(ports, lease.get(), asked).work();
        known = worked.run();
        rest = worked.rest();
      } else if (known == null || turn.othersMovedOn()) {
        known = decisions.existing(id);
      }
      if (!known.state().needsWorker()) {
        return known;
      }
      turn.await(rest);
    }
  }

  /** A lease, and when it was asked for. */
  private final class Taken implements Task {
    private final Function<Run, Ports> ports;
    private final Lease lease;
    private final Clocks.Moment asked;

    /** A run that cannot be read brings nobody on: its job is set apart, as one that kills is. */
    private Run readable() {
      try {
        return decisions.existing(run());
      } catch (ForgeException e) {
        boolean hopeless = e instanceof ConflictException || !e.retryable();
        if (hopeless && lease.deliveries() > RunShift.MAX_LOST) {
          queue.bury(lease, String.valueOf(e.getMessage()));
        }
        throw e;
      }
    }

    Taken(Function<Run, Ports> ports, Lease lease, Clocks.Moment asked) {
      this.ports = ports;
      this.lease = lease;
      this.asked = asked;
    }

    @Override
    public RunId run() {
      return lease.job().run();
    }

    @Override
    public void giveBack() {
      queue.retry(lease, Duration.ZERO);
    }

    @Override
    public Worked work() throws InterruptedException {
      try (Hold hold = new Hold(queue, lease, timing, asked);
          EventSink sink = new EventSink(store, hold, timing.pulse())) {
        inHand.put(run(), hold);
        try {
          Run run = readable();
          return new RunShift(ports.apply(run), hold, sink, run).work();
        } catch (StaleLeaseException somebodyElseGoesOn) {
          return new Worked(decisions.existing(run()), Worked.Outcome.LOST, Duration.ZERO);
        } finally {
          inHand.remove(run(), hold);
        }
      }
    }
  }

  private Duration lookAgain() {
    return timing.lengths().lease().dividedBy(LOOKS_A_LEASE);
  }

  private void stopInHand(RunId id) {
    Hold hold = inHand.get(id);
    if (hold != null) {
      hold.stop();
    }
  }

  /** Assembles a {@link Forge}. Not safe for use by many threads. */
  public static final class Builder {
    private @Nullable LanguageModel model;
    private @Nullable Function<Run, Sandbox> sandboxes;
    private @Nullable Toolchain toolchain;
    private @Nullable Function<Run, PackageRegistry> registries;
    private @Nullable PackageCatalog catalog;
    private @Nullable Gate gate;
    private SecondFactor secondFactor = SecondFactor.NOBODY;
    private @Nullable JobQueue queue;
    private @Nullable RunStore store;
    private @Nullable ApprovalSigner signer;
    private Clock clock = Clock.systemUTC();
    private RandomGenerator random = new SecureRandom();
    private Pulse pulse = new PulseThreads();
    private LongSupplier nanos = System::nanoTime;
    private Duration lease = Duration.ofSeconds(30);
    private @Nullable Duration upload;
    private Duration cooldown = DependencyGuard.COOLDOWN;
    private String workerName = "worker";

    private Builder() {}

    /** Who plans, writes and repairs. Needed to work. */
    public Builder model(LanguageModel model) {
      this.model = requireNonNull(model);
      return this;
    }

    /** Where drafts are verified. Needed to work. */
    public Builder sandbox(Sandbox sandbox) {
      requireNonNull(sandbox);
      return sandboxes(run -> sandbox);
    }

    /**
     * Where a run's drafts, or what was brought, are verified, by run, in place of {@link
     * #sandbox}: what is known may need less around it than what nobody knows. Asked anew each time
     * that work on a run begins.
     */
    public Builder sandboxes(Function<Run, Sandbox> sandboxes) {
      this.sandboxes = requireNonNull(sandboxes);
      return this;
    }

    /** What is known of the ecosystem. Needed to work. */
    public Builder toolchain(Toolchain toolchain) {
      this.toolchain = requireNonNull(toolchain);
      return this;
    }

    /** Where to publish. Needed to work. */
    public Builder registry(PackageRegistry registry) {
      requireNonNull(registry);
      return registries(run -> registry);
    }

    /**
     * Where to publish, by run, in place of {@link #registry}. Asked anew each time that work on a
     * run begins, with the run as it then is; once it is approved, what made it does not change.
     */
    public Builder registries(Function<Run, PackageRegistry> registries) {
      this.registries = requireNonNull(registries);
      return this;
    }

    /** Where dependencies are looked up. Needed to work. */
    public Builder catalog(PackageCatalog catalog) {
      this.catalog = requireNonNull(catalog);
      return this;
    }

    /** Who verifies what was packed elsewhere. Needed to work on what was brought. */
    public Builder gate(Gate gate) {
      this.gate = requireNonNull(gate);
      return this;
    }

    /** Who is at hand when the registry wants a person's agreement. Default: nobody. */
    public Builder secondFactor(SecondFactor secondFactor) {
      this.secondFactor = requireNonNull(secondFactor);
      return this;
    }

    /** What outlives the process. Default: an {@link InMemoryStore}, which does not. */
    public <S extends JobQueue & RunStore> Builder store(S store) {
      this.queue = requireNonNull(store);
      this.store = store;
      return this;
    }

    /** Signs and checks approvals. Default: a key that only this object has. */
    public Builder signer(ApprovalSigner signer) {
      this.signer = requireNonNull(signer);
      return this;
    }

    /** Tells the time. Default: the system's, in UTC. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock);
      return this;
    }

    /** Where ids, markers, nonces and jitter come from. Default: a {@link SecureRandom}. */
    public Builder random(RandomGenerator random) {
      this.random = requireNonNull(random);
      return this;
    }

    /** How long a silent worker keeps a job. Default: 30 seconds; renewed at a third. */
    public Builder lease(Duration lease) {
      if (lease.compareTo(Duration.ofMillis(100)) < 0) {
        throw new IllegalArgumentException("a lease must be at least 100 ms, was " + lease);
      }
      this.lease = lease;
      return this;
    }

    /**
     * How long an upload may take at most, as the registry is set. One is begun only when it must
     * end within the lease. Default: half of the lease.
     */
    public Builder uploadWithin(Duration upload) {
      if (upload.isNegative() || upload.isZero()) {
        throw new IllegalArgumentException("an upload's time must be positive, was " + upload);
      }
      this.upload = upload;
      return this;
    }

    /**
     * How old a package must be before a plan may build on it, and one of its versions in range.
     * Zero for any age. Default: {@link DependencyGuard#COOLDOWN}.
     */
    public Builder dependencyCooldown(Duration cooldown) {
      if (cooldown.isNegative()) {
        throw new IllegalArgumentException("a cooldown must not be negative, was " + cooldown);
      }
      this.cooldown = cooldown;
      return this;
    }

    /** What this worker is called, for people. Default: {@code worker}. */
    public Builder workerName(String workerName) {
      this.workerName = requireNonNull(workerName);
      return this;
    }

    Builder pulse(Pulse pulse) {
      this.pulse = pulse;
      return this;
    }

    Builder nanos(LongSupplier nanos) {
      this.nanos = nanos;
      return this;
    }

    private Ports.Lengths lengths() {
      Duration longest = upload == null ? lease.dividedBy(2) : upload;
      if (longest.compareTo(Hold.usable(lease)) >= 0) {
        throw new IllegalArgumentException(
            "an upload of " + longest + " does not fit into a lease of " + lease);
      }
      return new Ports.Lengths(lease, longest, cooldown);
    }

    /**
     * Opens nothing.
     *
     * @throws IllegalArgumentException if an upload may take longer than the lease
     */
    public Forge build() {
      return new Forge(this);
    }

    private @Nullable Function<Run, Ports.Tools> tools() {
      LanguageModel author = model;
      Function<Run, Sandbox> places = sandboxes;
      Toolchain ecosystem = toolchain;
      Function<Run, PackageRegistry> shelves = registries;
      PackageCatalog others = catalog;
      if (author == null
          || places == null
          || ecosystem == null
          || shelves == null
          || others == null) {
        return null;
      }
      Gate ours = gate;
      SecondFactor person = secondFactor;
      return run ->
          new Ports.Tools(
              author, places.apply(run), ecosystem, shelves.apply(run), others, ours, person);
    }
  }
}
