package dev.packageforge.pipeline;

import dev.packageforge.PackageId;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.SaveResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store whose answers are checked against its promises: it keeps its own list of who holds what,
 * and of each run as it was last stored.
 */
final class WatchedStore extends ForwardingStore {
  private final Clock clock;
  private final Books books;
  private final SimulatedRegistry registry;
  private final Map<String, Held> held = new HashMap<>();
  private final Map<RunId, Run> stored = new HashMap<>();
  private final Map<String, RunId> accepted = new HashMap<>();

  private record Held(RunId run, long number, Instant until) {}

  WatchedStore(Store store, Clock clock, Books books, SimulatedRegistry registry) {
    super(store);
    this.clock = clock;
    this.books = books;
    this.registry = registry;
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    return given(super.lease(worker, length), length);
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    return given(super.lease(run, worker, length), length);
  }

  private Optional<Lease> given(Optional<Lease> lease, Duration length) {
    lease.ifPresent(
        given -> {
          Held before = held.get(given.job().id());
          if (before != null && clock.instant().isBefore(before.until())) {
            books.violation("I7: " + given.job().id() + " was leased to two at once");
          }
          hold(given, length);
        });
    return lease;
  }

  private void hold(Lease lease, Duration length) {
    held.put(
        lease.job().id(),
        new Held(lease.job().run(), lease.number(), clock.instant().plus(length)));
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    LeaseState state = super.renew(lease, length);
    if (state != LeaseState.LOST) {
      mustHold(lease, "renewal");
      hold(lease, length);
    }
    return state;
  }

  @Override
  public boolean complete(Lease lease) {
    return gone(super.complete(lease), lease, "completion");
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    return gone(super.retry(lease, rest), lease, "handing back");
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    return gone(super.bury(lease, reason), lease, "burial");
  }

  private boolean gone(boolean done, Lease lease, String what) {
    if (done) {
      mustHold(lease, what);
      held.remove(lease.job().id());
    }
    return done;
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    boolean appended = super.append(lease, events);
    if (appended) {
      mustHold(lease, "append");
    }
    return appended;
  }

  @Override
  public Run create(Run run, Job job) {
    Run created = super.create(run, job);
    stored.putIfAbsent(created.id(), created);
    RunId before = accepted.putIfAbsent(run.request().key(), created.id());
    if (before != null && !before.equals(created.id())) {
      books.violation("I1: one request became two runs");
    }
    return created;
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    SaveResult result = super.save(lease, run, events);
    if (result == SaveResult.SAVED) {
      mustHold(lease, "save");
      became(run);
    }
    return result;
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    Run before = stored.get(run.id());
    boolean atWork = before == null || before.state().needsWorker();
    SaveResult result = super.decide(run, events, next);
    if (result == SaveResult.SAVED) {
      Instant now = clock.instant();
      if (atWork
          && held.values().stream()
              .anyMatch(one -> one.run().equals(run.id()) && now.isBefore(one.until()))) {
        books.violation("I7: a decision was taken while a worker held the run");
      }
      held.values().removeIf(one -> one.run().equals(run.id()));
      became(run);
    }
    return result;
  }

  private void mustHold(Lease lease, String what) {
    Held now = held.get(lease.job().id());
    if (now == null || now.number() != lease.number() || !clock.instant().isBefore(now.until())) {
      books.violation("I7: " + what + " under a lease that is over changed something");
    }
  }

  private void became(Run run) {
    Run before = stored.put(run.id(), run);
    if (before == null || run.revision() != before.revision() + 1) {
      books.violation("I7: revision " + run.revision() + " is not the next one");
    }
    if (before != null && before.state().isFinal()) {
      books.violation("I1: a run that was " + before.state() + " became " + run.state());
    }
    books.checkpoint(run);
    run.spending()
        .excess(run.request().budget())
        .ifPresent(excess -> books.violation("budget: exceeded: " + excess));
    if (run.state() == RunState.PUBLISHED) {
      PackageId id = run.artifact().orElseThrow().id();
      if (!registry.wasReadBack(id, run.artifact().orElseThrow().digest())) {
        books.violation("I9: published was said before the registry was read back");
      }
    }
  }
}
