package dev.packageforge.pipeline;

import static java.util.Objects.requireNonNull;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.pipeline.Scenario.Cancel;
import dev.packageforge.pipeline.Schedule.Kind;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.toolchain.Toolchain;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run from request to rest, with the real state machine between simulated ports, in one thread
 * and by one clock. Each call of a port, by a worker or on a person's behalf, has a number; the
 * schedule says which of them go wrong, and how.
 */
final class SimulatedWorld {
  private static final SecondFactor CODE_AT_HAND =
      new SecondFactor() {
        @Override
        public Optional<Secret> code(String question) {
          return Optional.of(Secret.of("123456"));
        }

        @Override
        public boolean visit(URI page) {
          return false;
        }
      };

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration BEYOND_LEASE = LEASE.plusSeconds(1);
  private static final Duration WORD_HOLDS = Duration.ofHours(1);
  private static final int MAX_TURNS = 60;
  private static final int DRAINS = 3;

  // What a port knows by heart leaves no process, so nothing can go wrong on the way. And nobody
  // may rely on what listening tells: here it tells nothing.
  private static final Set<String> BY_HEART =
      Set.of(
          "info",
          "description",
          "houseRules",
          "firstVersion",
          "review",
          "installCommand",
          "listen");

  /** The key of those who may approve. */
  static final ApprovalSigner SIGNER = new ApprovalSigner(Secret.of("the approvers' own key"));

  private final Scenario scenario;
  private final Schedule schedule;
  private final ProtocolBug bug;
  private final ManualClock clock = ManualClock.startingAt(START);
  private final SplittableRandom random = new SplittableRandom(42);

  private final Books books = new Books();
  private final InMemoryStore memory = new InMemoryStore(clock);
  private final SimulatedModel model = new SimulatedModel(this);
  private final SimulatedRegistry registry = new SimulatedRegistry(this);
  private final SimulatedToolchain toolchain = new SimulatedToolchain(clock);
  private final Store store;
  private final List<String> trace = new ArrayList<>();
  private final boolean tracing;
  private final Person person = new Person();

  private int calls;
  private int faultsFired;
  private int faultsWhilePublishing;
  private int crashes;
  private int processes;
  private int faultsBeforeCall;
  private boolean frozen;
  private @Nullable Member worker;

  private SimulatedWorld(Scenario scenario, Schedule schedule, ProtocolBug bug, boolean tracing) {
    this.scenario = scenario;
    this.schedule = schedule;
    this.bug = bug;
    this.tracing = tracing;
    Store below = bug.store(new ForwardingStore(memory));
    Store given = scenario.tampersWithBytes() ? tampered(below) : below;
    this.store = new WatchedStore(given, clock, books, registry);
  }

  /** What one world came to. */
  record Outcome(int calls, List<String> violations, List<String> trace) {}

  static Outcome play(Scenario scenario, Schedule schedule, ProtocolBug bug) {
    return new SimulatedWorld(scenario, schedule, bug, false).play();
  }

  static Outcome playTraced(Scenario scenario, Schedule schedule, ProtocolBug bug) {
    return new SimulatedWorld(scenario, schedule, bug, true).play();
  }

  private Outcome play() {
    settle(true, true);
    int numbered = calls;
    drain();
    judge();
    return new Outcome(numbered, books.violations(), List.copyOf(trace));
  }

  // What the simulated ports ask

  ManualClock clock() {
    return clock;
  }

  Books books() {
    return books;
  }

  Scenario scenario() {
    return scenario;
  }

  int faultsFired() {
    return faultsFired;
  }

  /** How many things had gone wrong before the call at hand, its own mishap not included. */
  int faultsBeforeCall() {
    return faultsBeforeCall;
  }

  /**
   * Whether the caller stood still between deciding to make the call at hand and making it, which
   * nothing can prevent but a fence in the port itself.
   */
  boolean callWasFrozen() {
    return frozen;
  }

  /** The run as it is stored, seen past all that can go wrong. */
  Optional<Run> truth(RunId id) {
    return memory.find(id);
  }

  /** The run that the person asked for. */
  Optional<Run> truth() {
    return memory.newest(1).stream().findFirst();
  }

  // Processes and what happens to their calls

  /** A process, the worker's or the person's: once dead, nothing it does happens. */
  private final class Member {
    private final String name;
    private final boolean persons;
    private final Forge forge;
    private boolean dead;

    Member(String kind, boolean persons) {
      processes++;
      this.name = kind + "-" + processes;
      this.persons = persons;
      Store own = port(Store.class, store);
      Forge.Builder builder =
          Forge.builder().random(random).lease(LEASE).pulse(Pulse.none()).nanos(() -> 0);
      if (persons) {
        builder.store(bug.personsStore(own)).signer(SIGNER).clock(clock);
      } else {
        builder
            .store(bug.workersStore(own))
            .signer(bug.workersSigner(SIGNER))
            .clock(bug.workersClock(clock))
            .model(port(LanguageModel.class, model))
            .toolchain(port(Toolchain.class, toolchain))
            .registry(bug.workersRegistry(port(PackageRegistry.class, registry)))
            .catalog(port(PackageCatalog.class, needed -> Optional.of(found(needed.name()))))
            .secondFactor(scenario.hasCode() ? CODE_AT_HAND : SecondFactor.NOBODY)
            .sandbox(new NoSandbox())
            .workerName(name);
      }
      this.forge = builder.build();
    }

    private <T> T port(Class<T> type, T target) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) ->
                  BY_HEART.contains(method.getName())
                      ? invoke(target, method, arguments)
                      : call(this, target, method, arguments)));
    }
  }

  private static CatalogEntry found(String name) {
    return new CatalogEntry(name, "1.0.0", "");
  }

  private @Nullable Object call(Member caller, Object target, Method method, Object[] arguments)
      throws Throwable {
    if (caller.dead) {
      throw new SimulatedCrash();
    }
    int number = ++calls;
    Kind kind = schedule.at(number).orElse(null);
    if (tracing) {
      String what = kind == null ? "" : "  <- " + kind;
      String state = truth().map(run -> run.state() + " " + run.revision()).orElse("nothing");
      trace.add(number + " " + caller.name + " " + method.getName() + " [" + state + "]" + what);
    }
    int faults = faultsFired;
    if (kind == null) {
      return plainly(target, method, arguments, false, faults);
    }
    faultsFired++;
    if (truth().map(run -> run.state() == RunState.PUBLISHING).orElse(false)) {
      faultsWhilePublishing++;
    }
    switch (kind) {
      case CRASH_BEFORE -> {
        die(caller);
        throw new SimulatedCrash();
      }
      case CRASH_AFTER -> {
        try {
          plainly(target, method, arguments, false, faults);
        } finally {
          die(caller);
        }
        throw new SimulatedCrash();
      }
      case LOST_REQUEST -> {
        return lost(target, method);
      }
      case LOST_ANSWER -> {
        plainly(target, method, arguments, false, faults);
        return lost(target, method);
      }
      case FREEZE -> {
        clock.advance(BEYOND_LEASE);
        meanwhile(() -> settle(false, !caller.persons));
        return plainly(target, method, arguments, true, faults);
      }
      case CANCEL -> {
        Instant before = clock.instant();
        meanwhile(person::cancelSuddenly);
        boolean stoodStill = !clock.instant().isBefore(before.plus(LEASE));
        return plainly(target, method, arguments, stoodStill, faults);
      }
    }
    throw new AssertionError(kind);
  }

  private @Nullable Object plainly(
      Object target, Method method, Object[] arguments, boolean wasFrozen, int faults)
      throws Throwable {
    boolean frozenBefore = frozen;
    int faultsBefore = faultsBeforeCall;
    frozen = wasFrozen;
    faultsBeforeCall = faults;
    try {
      return invoke(target, method, arguments);
    } finally {
      frozen = frozenBefore;
      faultsBeforeCall = faultsBefore;
    }
  }

  private static @Nullable Object invoke(Object target, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw requireNonNull(e.getCause());
    }
  }

  private void die(Member process) {
    process.dead = true;
    crashes++;
  }

  /** What others do while the caller stands still in the middle of its call. */
  private void meanwhile(Runnable others) {
    Member still = worker;
    worker = null;
    others.run();
    worker = still;
  }

  private static Object lost(Object target, Method method) {
    String what = method.getName() + " was not answered";
    if (target instanceof Store) {
      throw new QueueException(what, "wait", null);
    }
    if (target instanceof LanguageModel) {
      throw new LanguageModelException(LanguageModelException.Reason.NETWORK, what, "wait");
    }
    if (target instanceof Toolchain) {
      throw new SandboxException(what, "wait", true, null);
    }
    if (method.getName().equals("publish")) {
      return new PublishOutcome.Unknown(what);
    }
    throw new RegistryException(what, "wait", true, null);
  }

  // Who does what

  /** Lets everybody go on until nobody has anything to do. */
  private void settle(boolean outermost, boolean personMayAct) {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      if (atRest(personMayAct)) {
        return;
      }
      int crashesBefore = crashes;
      boolean moved = personMayAct && person.act();
      moved |= work();
      if (!outermost && crashes > crashesBefore) {
        // Whoever stands still wakes up in the middle of another one's lease.
        return;
      }
      if (!moved) {
        clock.advance(BEYOND_LEASE);
      }
    }
    if (outermost) {
      String state = truth().map(run -> run.state() + " " + run.work()).orElse("not even there");
      books.violation("I1: the run does not come to rest: " + state);
    }
  }

  private boolean atRest(boolean personMayAct) {
    Optional<Run> run = truth();
    if (run.isEmpty()) {
      return !personMayAct;
    }
    boolean waits = run.get().state().waitsForPerson();
    return run.get().state().isFinal() || (waits && (!personMayAct || person.hasNothingToSay()));
  }

  /** Whatever is left in the queue must change nothing. */
  private void drain() {
    for (int i = 0; i < DRAINS; i++) {
      clock.advance(BEYOND_LEASE);
      boolean more = work();
      while (more) {
        more = work();
      }
    }
  }

  private boolean work() {
    Member now = worker;
    if (now == null || now.dead) {
      now = new Member("worker", false);
      worker = now;
    }
    try {
      return now.forge.work().isPresent();
    } catch (SimulatedCrash e) {
      return true;
    } catch (QueueException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    } catch (RuntimeException e) {
      books.violation("the worker threw " + e);
      return false;
    }
  }

  private void judge() {
    List<Run> runs = memory.newest(10);
    if (runs.size() != 1) {
      books.violation("I1: one request, " + runs.size() + " runs");
      return;
    }
    Run run = runs.get(0);
    if (!scenario.mayEnd(run, person.cancel(), faultsWhilePublishing)) {
      String how = run.state() + run.trouble().map(why -> " " + why.reason()).orElse("");
      books.violation((person.cancelled ? "cancel: accepted, yet " : "I1: ended as ") + how);
    }
    run.artifact()
        .ifPresent(
            artifact -> {
              boolean there = registry.holds(artifact.id(), artifact.digest());
              if (run.state() == RunState.PUBLISHED && !there) {
                books.violation("I9: published, but the registry does not hold the bytes");
              }
              boolean staged = registry.hasStaged(artifact.id(), artifact.digest());
              if (run.state() == RunState.STAGED && !staged) {
                books.violation("I9: staged, but the registry does not hold the bytes");
              }
            });
    boolean nothing = run.state() == RunState.CANCELLED || run.state() == RunState.REJECTED;
    if (nothing && !registry.isEmpty()) {
      books.violation("cancel: " + run.state() + ", but the registry holds something");
    }
  }

  /** Asks, approves, and cancels. Looks again when an answer is lost. */
  private final class Person {
    private @Nullable Member shell;
    private @Nullable RunId id;
    private boolean forgedOnce;
    private boolean expiredOnce;
    private boolean wantsToCancel;
    private boolean uttered;
    private boolean cancelled;

    boolean hasNothingToSay() {
      return !wantsToCancel && (cancelled || (scenario.forgery() != null && forgedOnce));
    }

    boolean act() {
      RunId run = id;
      if (run == null) {
        return tried(forge -> id = forge.submit(scenario.request()).id());
      }
      if (wantsToCancel) {
        return cancelNow();
      }
      if (cancelled) {
        return false;
      }
      Run now = truth(run).orElseThrow();
      return now.state().waitsForPerson() && (scenario.forgery() != null ? forge(now) : say(now));
    }

    private boolean say(Run run) {
      if (scenario.edits() && run.work().drafts().size() == 1) {
        SourceFile edited = new SourceFile("index.js", SimulatedToolchain.GOOD + " by hand");
        return tried(forge -> forge.edit(run.id(), 1, List.of(edited), Set.of()));
      }
      List<PublishOptions> words = scenario.words();
      if (words.isEmpty() || (scenario.givesUp() && run.trouble().isPresent())) {
        return tried(forge -> forge.reject(run.id(), "ann"));
      }
      boolean dryDone = run.release().isPresent();
      PublishOptions options = words.get(dryDone ? words.size() - 1 : 0);
      Sha512 digest = run.artifact().orElseThrow().digest();
      books.approves(digest, options, clock.instant().plus(WORD_HOLDS));
      boolean said = tried(forge -> forge.approve(run.id(), "ann", options));
      boolean approved = truth(run.id()).orElseThrow().state() == RunState.PUBLISHING;
      if (approved && scenario.expires() && !expiredOnce) {
        expiredOnce = true;
        clock.advance(WORD_HOLDS);
      }
      return said;
    }

    private boolean forge(Run run) {
      Forgery forgery = requireNonNull(scenario.forgery());
      memory.keep(Forgery.otherBytes());
      Run forged = forgery.of(run, SIGNER, clock.instant());
      Job job = Job.of(run.id(), "forged-" + run.revision());
      SaveResult result = store.decide(forged, List.of(RunEvent.State.of(forged)), job);
      forgedOnce = result == SaveResult.SAVED;
      return forgedOnce;
    }

    /** What became of the wish to cancel. */
    Cancel cancel() {
      if (cancelled) {
        return Cancel.ACCEPTED;
      }
      return uttered ? Cancel.UTTERED : Cancel.NOT_WANTED;
    }

    /** Cancels at once, from another shell; as often as it takes. */
    void cancelSuddenly() {
      if (id != null && !cancelled) {
        wantsToCancel = true;
        uttered = true;
        cancelNow();
      }
    }

    private boolean cancelNow() {
      RunId run = requireNonNull(id);
      return tried(
          forge -> {
            try {
              forge.cancel(run, "ann");
              cancelled = true;
              wantsToCancel = false;
            } catch (ConflictException refused) {
              Run now = truth(run).orElseThrow();
              Run.Publication publication = now.work().publication();
              boolean sending = publication != null && publication.uploads() > 0;
              wantsToCancel = !now.state().isFinal() && !sending;
              if (wantsToCancel) {
                throw refused;
              }
            }
          });
    }

    private boolean tried(Words words) {
      Member now = shell;
      if (now == null || now.dead) {
        now = new Member("person", true);
      }
      // While this shell stands still, the person may open another one.
      shell = null;
      try {
        words.to(now.forge);
        return true;
      } catch (SimulatedCrash e) {
        return true;
      } catch (QueueException | ConflictException e) {
        return false;
      } finally {
        shell = now;
      }
    }
  }

  @FunctionalInterface
  private interface Words {
    void to(Forge forge);
  }

  private static Store tampered(Store sound) {
    return new ForwardingStore(sound) {
      @Override
      public Optional<byte[]> fetch(Sha512 digest) {
        return super.fetch(digest)
            .map(bytes -> SimulatedToolchain.isPacked(bytes) ? Forgery.otherBytes() : bytes);
      }
    };
  }

  /** The simulated toolchain runs nothing. */
  private static final class NoSandbox implements Sandbox {
    @Override
    public SandboxReport probe() {
      return new SandboxReport(
          "simulated", SandboxReport.Level.ISOLATED, List.of("Nothing runs here."), List.of());
    }

    @Override
    public SandboxSession open(SandboxSpec spec) {
      throw new UnsupportedOperationException("nothing runs here");
    }
  }
}
