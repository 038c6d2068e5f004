package dev.packageforge.examples.chaos;

import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.pipeline.ConflictException;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks for packages and decides about them, as each one's fate wants it; asks again when an answer
 * is lost. Notes in the books what was said before it is said, and what was answered after.
 */
final class Person {
  private static final String NAME = "ann";
  private static final Budget PLENTY =
      new Budget(10_000, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, Duration.ofDays(1));
  private static final long SOON_MILLIS = 100;
  private static final long LATER_MILLIS = 300;
  private static final long MUCH_LATER_MILLIS = 2_400;
  private static final int ASKED_TWICE = 20;

  private final Forge forge;
  private final Books books;
  private final long seed;
  private final int runs;
  private final Duration wishFulfilledWithin;
  private final DelayQueue<Case> cases = new DelayQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger over = new AtomicInteger();
  private final AtomicLong lastChange = new AtomicLong(System.nanoTime());

  /**
   * Somebody with {@code runs} wishes.
   *
   * @param wishFulfilledWithin how long a wish to cancel that was heard may take, whatever happens
   */
  Person(Forge forge, Books books, long seed, int runs, Duration wishFulfilledWithin) {
    this.forge = forge;
    this.books = books;
    this.seed = seed;
    this.runs = runs;
    this.wishFulfilledWithin = wishFulfilledWithin;
  }

  /** One request and what was said about it. */
  private static final class Case implements Delayed {
    private final Fate fate;
    private @Nullable RunId id;
    private long due = System.nanoTime();
    private long acceptedAt;
    private long revision;
    private long pause = LATER_MILLIS;
    private boolean unsure;
    private boolean cancelled;
    private boolean cancelRefused;
    private long cancelledAt;

    Case(Fate fate) {
      this.fate = fate;
    }

    void again(long millis) {
      due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    boolean wantsToCancelNow() {
      return fate.will() == Fate.Will.CANCEL
          && !cancelled
          && !cancelRefused
          && System.nanoTime() - acceptedAt > fate.cancelAfter().toNanos();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Opens so many requests at a time; each one that is over makes room for the next. */
  void begin(int atATime) {
    for (int i = 0; i < atATime; i++) {
      next();
    }
  }

  private void next() {
    int number = asked.incrementAndGet();
    if (number <= runs) {
      cases.add(new Case(Fate.of(seed, number)));
    }
  }

  int over() {
    return over.get();
  }

  boolean done() {
    return over.get() == runs;
  }

  /** For how long nothing has changed. */
  Duration still() {
    return Duration.ofNanos(System.nanoTime() - lastChange.get());
  }

  /** Looks after one request, if one is due in this time. */
  void lookAfterOne(Duration patience) throws InterruptedException {
    Case one = cases.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (one == null) {
      return;
    }
    boolean more = true;
    try {
      more = lookAfter(one);
    } catch (QueueException unanswered) {
      one.again(SOON_MILLIS);
    } catch (ConflictException changedMeanwhile) {
      one.again(SOON_MILLIS);
    }
    if (more) {
      cases.add(one);
    } else {
      over.incrementAndGet();
      next();
    }
  }

  private boolean lookAfter(Case one) {
    RunId id = one.id;
    if (id == null) {
      ask(one);
      return true;
    }
    // Looking is not free: who sees nothing new looks less often.
    one.pause = Math.min(2 * one.pause, MUCH_LATER_MILLIS);
    one.again(one.pause);
    Optional<Run> found = forge.find(id);
    if (found.isEmpty()) {
      return true; // whether it is lost, the judge finds at the end
    }
    Run run = found.get();
    if (run.revision() != one.revision) {
      one.revision = run.revision();
      one.pause = LATER_MILLIS;
      one.again(LATER_MILLIS);
      lastChange.set(System.nanoTime());
    }
    if (run.state().isFinal()) {
      if (run.state() != RunState.PUBLISHED) {
        books.calledOff(one.fate.name(), run.state().label());
      }
      return false;
    }
    if (one.wantsToCancelNow()) {
      cancel(one, id);
    } else if (run.state().waitsForPerson()) {
      decide(one, run);
    }
    return true;
  }

  private void ask(Case one) {
    one.again(SOON_MILLIS);
    String name = one.fate.name();
    RunRequest request = new RunRequest(name, Fate.ATTEMPTS, PLENTY, name);
    Run run = forge.submit(request);
    books.accepted(name, run.id());
    if (one.fate.number() % ASKED_TWICE == 0) {
      books.accepted(name, forge.submit(request).id());
    }
    one.acceptedAt = System.nanoTime();
    lastChange.set(System.nanoTime());
    one.id = run.id();
    boolean cancels = one.fate.will() == Fate.Will.CANCEL;
    one.again(
        cancels ? Math.min(LATER_MILLIS, one.fate.cancelAfter().toMillis() + 1) : LATER_MILLIS);
  }

  private void decide(Case one, Run run) {
    if (one.cancelled) {
      if (System.nanoTime() - one.cancelledAt > wishFulfilledWithin.toNanos()) {
        books.violation("cancel: " + run.id() + " was to stop, and waits for approval instead");
        reject(one, run);
      }
      return;
    }
    switch (one.fate.will()) {
      case APPROVE -> approve(one, run);
      case EDIT_THEN_APPROVE -> {
        if (run.lastDraft().map(Draft::origin).filter(Draft.Origin.PERSON::equals).isPresent()) {
          approve(one, run);
        } else {
          edit(one, run);
        }
      }
      case APPROVE_THEN_CANCEL -> {
        if (one.cancelRefused) {
          approve(one, run); // it was sent and did not arrive
        } else {
          approve(one, run);
          cancel(one, run.id());
        }
      }
      case REJECT -> reject(one, run);
      case CANCEL -> {
        if (one.cancelRefused) {
          reject(one, run);
        }
      }
    }
  }

  private void approve(Case one, Run run) {
    Sha512 digest = run.artifact().orElseThrow().digest();
    books.approves(one.fate.name(), digest);
    try {
      forge.approve(run.id(), NAME, PublishOptions.publish());
      one.unsure = true; // heard: what comes later cannot take it back
    } catch (QueueException unanswered) {
      one.unsure = true;
      throw unanswered;
    } catch (ConflictException refused) {
      if (!one.unsure) {
        books.notApproved(one.fate.name(), digest);
      }
      throw refused;
    }
  }

  private static void edit(Forge forge, Run run, String content) {
    forge.edit(
        run.id(),
        run.work().drafts().size(),
        List.of(new SourceFile("index.js", content)),
        Set.of());
  }

  private void edit(Case one, Run run) {
    edit(forge, run, ChaosReplies.GOOD + " by hand " + one.fate.name() + "\n");
    one.unsure = false; // a word for other bytes says nothing of these
  }

  private void reject(Case one, Run run) {
    books.mayEnd(run.id(), RunState.REJECTED);
    Run now = forge.reject(run.id(), NAME);
    books.calledOff(one.fate.name(), now.state().label());
  }

  private void cancel(Case one, RunId id) {
    books.mayEnd(id, RunState.CANCELLED);
    try {
      Run now = forge.cancel(id, NAME);
      if (now.state() == RunState.CANCELLED) {
        books.calledOff(one.fate.name(), "cancelled");
      }
      one.cancelled = true;
      one.cancelledAt = System.nanoTime();
    } catch (ConflictException tooLate) {
      one.cancelRefused = true;
    }
  }
}
