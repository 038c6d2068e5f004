package dev.packageforge.examples.chaos;

import dev.packageforge.Artifact;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.PackageId;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares, once everything is over, what the store says with what the outside world saw. No
 * sentence of a worker counts; what a worker stored counts as what a user would be told.
 *
 * <p>For one thread.
 */
final class Judge {
  private static final int MANY = 1_000;

  /** The store's clock and ours are one; each cuts its milliseconds off on its own. */
  private static final long CUT_MILLIS = 5;

  private final RunStore store;
  private final Books books;
  private final long seed;
  private final Duration lease;
  private final List<String> violations = new ArrayList<>();
  private final Map<String, Long> ends = new TreeMap<>();
  private final Set<PackageId> held = new HashSet<>();
  private long calls;
  private long extra;
  private long after;
  private long events;

  Judge(RunStore store, Books books, long seed, Duration lease) {
    this.store = store;
    this.books = books;
    this.seed = seed;
    this.lease = lease;
  }

  /** Looks at every run that was accepted, and at what the registry holds besides. */
  void judge(int asked) throws InterruptedException {
    Map<String, RunId> accepted = books.accepted();
    if (accepted.size() < asked) {
      violations.add("lost: " + (asked - accepted.size()) + " requests were never accepted");
    }
    for (Map.Entry<String, RunId> each : new TreeMap<>(accepted).entrySet()) {
      judge(Fate.of(seed, each.getKey()), each.getValue());
    }
    for (RunId run : books.runsThatAsked()) {
      if (!accepted.containsValue(run)) {
        violations.add("lost: the model was asked for " + run + ", which nobody was told of");
      }
    }
    for (PackageId id : books.stored()) {
      if (!held.contains(id)) {
        violations.add("false: the registry holds " + id + ", and no run says so");
      }
    }
  }

  List<String> violations() {
    return violations;
  }

  /** How many runs ended how. */
  Map<String, Long> ends() {
    return ends;
  }

  long calls() {
    return calls;
  }

  /** Calls for a step that was asked before, and whose answer was not stored yet. */
  long extraBefore() {
    return extra - after;
  }

  /** Calls for a step whose answer was stored. */
  long extraAfter() {
    return after;
  }

  long events() {
    return events;
  }

  private void judge(Fate fate, RunId id) throws InterruptedException {
    Optional<Run> found = store.find(id);
    if (found.isEmpty()) {
      violations.add("lost: " + id + " (" + fate.name() + ") was accepted and is not there");
      return;
    }
    Run run = found.get();
    Ending ending = run.ending();
    String reason = ending == null ? "" : " " + ending.reason().slug();
    ends.merge(run.state().label() + (run.state() == RunState.FAILED ? reason : ""), 1L, Long::sum);
    if (!run.state().isFinal()) {
      violations.add("lost: " + told(fate, run) + " is " + run.state().label() + " for ever");
    }
    end(fate, run);
    List<StoredEvent> told = events(id);
    log(fate, run, told);
    calls(run, told);
  }

  private static String told(Fate fate, Run run) {
    return run.id() + " (" + fate.name() + ", " + fate.will() + ")";
  }

  // How it ended

  private void end(Fate fate, Run run) {
    PackageId id = new PackageId(fate.name(), "1.0.0");
    boolean there = books.stored(id).isPresent();
    if (there) {
      held.add(id);
    }
    switch (run.state()) {
      case PUBLISHED -> published(fate, run, id);
      case CANCELLED, REJECTED -> {
        if (!books.wasAskedToEnd(run.id(), run.state())) {
          violations.add("lost: " + told(fate, run) + " ended " + run.state() + ", unasked");
        }
        if (there) {
          violations.add("false: " + told(fate, run) + " ended " + run.state() + " yet is there");
        }
      }
      case FAILED -> failed(fate, run, there);
      default -> {
        if (there) {
          violations.add("false: the registry holds " + id + " of " + told(fate, run));
        }
      }
    }
  }

  private void published(Fate fate, Run run, PackageId id) {
    Optional<Artifact> artifact = run.artifact();
    boolean same =
        artifact.isPresent()
            && artifact.get().id().equals(id)
            && books.stored(id).equals(artifact.map(Artifact::digest));
    if (!same) {
      violations.add("false: " + told(fate, run) + " is published, and the registry disagrees");
    }
  }

  private void failed(Fate fate, Run run, boolean there) {
    Ending.Reason reason =
        Optional.ofNullable(run.ending()).map(Ending::reason).orElse(Ending.Reason.INTERNAL);
    boolean excused =
        switch (reason) {
          case ATTEMPTS_EXHAUSTED -> fate.hopeless();
          case REGISTRY_UNAVAILABLE, MODEL_UNAVAILABLE, WORKER_LOST -> true;
          default -> false;
        };
    if (!excused) {
      violations.add("lost: " + told(fate, run) + " failed without a reason here: " + reason);
    }
    if (there && reason != Ending.Reason.REGISTRY_UNAVAILABLE) {
      violations.add("false: " + told(fate, run) + " failed, " + reason + ", yet is there");
    }
  }

  // What was told of it

  private List<StoredEvent> events(RunId id) throws InterruptedException {
    List<StoredEvent> all = new ArrayList<>();
    List<StoredEvent> more = store.events(id, 0, MANY, Duration.ZERO);
    while (!more.isEmpty()) {
      all.addAll(more);
      more = store.events(id, more.get(more.size() - 1).cursor(), MANY, Duration.ZERO);
    }
    events += all.size();
    return all;
  }

  private void log(Fate fate, Run run, List<StoredEvent> told) {
    long expected = 1;
    boolean over = false;
    Optional<RunState> last = Optional.empty();
    for (StoredEvent event : told) {
      if (event.cursor() != expected) {
        violations.add(
            "log: " + told(fate, run) + " tells " + event.cursor() + " instead of " + expected);
      }
      expected = event.cursor() + 1;
      if (event.event() instanceof RunEvent.State state) {
        if (over) {
          violations.add("log: " + told(fate, run) + " went on after its end: " + state.state());
        }
        over = state.state().isFinal();
        last = Optional.of(state.state());
      }
    }
    if (last.isPresent() && last.get() != run.state()) {
      violations.add("log: " + told(fate, run) + " told " + last.get() + ", is " + run.state());
    }
  }

  // What it cost

  private void calls(Run run, List<StoredEvent> told) {
    List<Books.ModelCall> made = books.calls(run.id());
    List<Long> reserved = reservations(told);
    Map<String, Long> answered = checkpoints(told);
    Map<String, Books.ModelCall> before = new HashMap<>();
    for (int i = 0; i < made.size(); i++) {
      Books.ModelCall call = made.get(i);
      if (i >= reserved.size() || reserved.get(i) > call.at() + CUT_MILLIS) {
        violations.add("before: call " + (i + 1) + " of " + run.id() + " was not reserved first");
      }
      if (call.at() - CUT_MILLIS > answered.getOrDefault(call.step(), Long.MAX_VALUE)) {
        after++;
        violations.add(
            "after: "
                + call.step()
                + " of "
                + run.id()
                + " was stored, asked again"
                + made
                + answered);
      }
      Books.ModelCall last = before.put(call.step(), call);
      if (last != null) {
        extra++;
        again(run, last, call);
      }
    }
    calls += made.size();
  }

  /** A step may be asked again only if something went wrong, or its worker lost the job. */
  private void again(Run run, Books.ModelCall last, Books.ModelCall call) {
    boolean ofTheSameLease = call.at() - last.at() < lease.toMillis() / 2;
    if (last.answered() && ofTheSameLease && !books.troubled(last.worker(), last.at(), call.at())) {
      violations.add("again: " + call.step() + " of " + run.id() + " was asked for no reason");
    }
  }

  /** When each call was stored as about to be made. */
  private static List<Long> reservations(List<StoredEvent> told) {
    List<Long> at = new ArrayList<>();
    for (StoredEvent event : told) {
      if (event.event() instanceof RunEvent.State state) {
        while (at.size() < state.spending().calls()) {
          at.add(event.at().toEpochMilli());
        }
      }
    }
    return at;
  }

  /** When each step's answer was stored. */
  private static Map<String, Long> checkpoints(List<StoredEvent> told) {
    Map<String, Long> at = new HashMap<>();
    int plans = 0;
    int repairs = 0;
    long proposed = 0;
    boolean rests = false;
    for (StoredEvent stored : told) {
      RunEvent event = stored.event();
      if (event instanceof RunEvent.Postponed) {
        rests = true;
      } else if (event instanceof RunEvent.State) {
        // A plan is stored as proposed before anything is looked up; only rests may lie between.
        proposed = rests ? proposed : stored.at().toEpochMilli();
        rests = false;
      } else if (event instanceof RunEvent.Planned || event instanceof RunEvent.PlanRefused) {
        plans++;
        at.put("plan-" + plans, proposed);
      } else if (event instanceof RunEvent.Drafted drafted) {
        if (drafted.draft().origin() == Draft.Origin.MODEL) {
          at.put("write-1", stored.at().toEpochMilli());
        } else if (drafted.draft().origin() == Draft.Origin.REPAIR) {
          repairs++;
          at.put("repair-" + repairs, stored.at().toEpochMilli());
        }
      }
    }
    return at;
  }
}
