package dev.packageforge.redis;

import dev.packageforge.RunId;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue.Listening;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue. Safe for use by many threads. */
final class RedisJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RedisJobs.class);

  private static final int AT_ONCE = 1_000;

  /** Few enough that nobody else waits long, and enough that what a call costs is shared. */
  private static final int IN_A_CALL = 100;

  private static final long NONCES = 1L << Integer.SIZE;
  // So that adding it to the time stays exact where scripts count in doubles.
  private static final long LONGEST_MILLIS = 10_000_000_000_000L;
  // News can be lost with a server that comes back as it was some seconds ago.
  private static final long LOOK_ANYWAY_NANOS = Duration.ofMinutes(11).toNanos();
  private static final int LOOK_SIZE = 2;
  private static final int HEAD_RUN = 0;
  private static final int HEAD_PRIORITY = 1;
  private static final int HEAD_DELAY = 3;

  private final Script enqueue;
  private final Script enqueueAll;
  private final Script lease;
  private final Script leaseOfRun;
  private final Script renew;
  private final Script complete;
  private final Script retry;
  private final Script bury;
  private final Script rejoin;
  private final Script pause;
  private final Script peek;
  private final Script sweep;

  private final Caller caller;
  private final Keyspace keys;
  private final Lookout lookout;
  private final LongSupplier millis;
  private final Object peeking = new Object();

  /** What the last look found, if it found nothing. */
  private volatile @Nullable Look nothing;

  /**
   * A look that found nothing.
   *
   * @param mark what had been heard when it began
   * @param upTo the last news it knew
   * @param freeAt when a rest or a lease is over, if nothing else happens
   * @param at when it was; by the process' own clock
   */
  private record Look(Lookout.@Nullable Mark mark, NewsId upTo, long freeAt, long at) {
    /** Whether everything that happened since is heard. */
    boolean isFollowedBy(Lookout.@Nullable Mark now) {
      return now != null && mark != null && now.openings() == mark.openings();
    }

    /** Whether something happened since that could be work. */
    boolean isOlderThan(Lookout.@Nullable Mark now) {
      return !isFollowedBy(now) || now == null || now.work().compareTo(upTo) > 0;
    }
  }

  RedisJobs(Scripts scripts, Caller caller, Keyspace keys, Lookout lookout, @Nullable Clock clock) {
    this.enqueue = scripts.get("enqueue");
    this.enqueueAll = scripts.get("enqueue_all");
    this.lease = scripts.get("lease");
    this.leaseOfRun = scripts.get("lease_run");
    this.renew = scripts.get("renew");
    this.complete = scripts.get("complete");
    this.retry = scripts.get("retry");
    this.bury = scripts.get("bury");
    this.rejoin = scripts.get("rejoin");
    this.pause = scripts.get("pause");
    this.peek = scripts.get("peek");
    this.sweep = scripts.get("sweep");
    this.caller = caller;
    this.keys = keys;
    this.lookout = lookout;
    this.millis =
        clock == null ? () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) : clock::millis;
  }

  boolean enqueue(Job job) {
    return caller.number(enqueue, keys.jobs, words(job)) == 1;
  }

  int enqueueAll(List<Job> jobs) {
    int added = 0;
    for (int from = 0; from < jobs.size(); from += AT_ONCE) {
      List<Caller.Asked> calls = new ArrayList<>();
      int to = Math.min(from + AT_ONCE, jobs.size());
      for (int next = from; next < to; next += IN_A_CALL) {
        List<Object> words = new ArrayList<>();
        for (Job job : jobs.subList(next, Math.min(next + IN_A_CALL, to))) {
          words.addAll(List.of(words(job)));
        }
        calls.add(new Caller.Asked(keys.jobs, words));
      }
      for (Object answer : caller.askAll(enqueueAll, calls)) {
        added += (int) Caller.asNumber(answer);
      }
    }
    return added;
  }

  Optional<Lease> lease(String worker, Duration length) {
    Lookout.Mark before = lookout.mark();
    Object answer = caller.ask(lease, keys.taking, worker, millis(length), nonce());
    List<?> found = Caller.asList(answer);
    if (found.size() == LOOK_SIZE) {
      looked(before, found);
      return Optional.empty();
    }
    if (nothing != null) {
      nothing = null;
    }
    return Optional.of(lease(found, worker));
  }

  Optional<Lease> lease(RunId run, String worker, Duration length) {
    Object answer = caller.ask(leaseOfRun, keys.jobs, worker, millis(length), nonce(), run.value());
    return answer instanceof Long
        ? Optional.empty()
        : Optional.of(lease(Caller.asList(answer), worker));
  }

  LeaseState renew(Lease held, Duration length) {
    List<String> where = new ArrayList<>(keys.held);
    where.add(keys.run(held.job().run()));
    long answer =
        caller.number(renew, where, held.job().id(), counter(held), nonce(held), millis(length));
    return answer == 0
        ? LeaseState.LOST
        : answer == 1 ? LeaseState.HELD : LeaseState.CANCEL_REQUESTED;
  }

  boolean complete(Lease held) {
    Lookout.Mark before = lookout.mark();
    Object answer = caller.ask(complete, keys.taking, held.job().id(), counter(held), nonce(held));
    if (answer instanceof List<?> found) {
      looked(before, found);
      return true;
    }
    return Caller.asNumber(answer) == 1;
  }

  boolean retry(Lease held, Duration rest) {
    Duration positive = rest.isNegative() ? Duration.ZERO : rest;
    return caller.number(
            retry, keys.jobs, held.job().id(), counter(held), nonce(held), millis(positive))
        == 1;
  }

  boolean bury(Lease held, String reason) {
    List<String> where = new ArrayList<>(keys.held);
    where.add(keys.poison);
    boolean buried =
        caller.number(bury, where, held.job().id(), counter(held), nonce(held), reason) == 1;
    if (buried) {
      LOG.warn("Job {} is set apart and will not be taken again: {}", held.job().id(), reason);
    }
    return buried;
  }

  int rejoin(String worker) {
    return (int) caller.number(rejoin, keys.jobs, worker);
  }

  void pause(boolean paused) {
    caller.number(pause, keys.jobs, paused ? "1" : "0");
  }

  boolean paused() {
    return caller.number(pause, keys.jobs, "") == 1;
  }

  Listening listen(Lease held, Runnable news) {
    return lookout.listen(held.job().run().value(), news)::close;
  }

  boolean await(Duration patience) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long begun = System.nanoTime();
    long allowed = nanos(patience);
    Lookout.Post post = lookout.join(Lookout.Subject.WORK);
    try {
      while (true) {
        Look look = nothing;
        if (look == null) {
          return true;
        }
        long left = allowed - (System.nanoTime() - begun);
        long untilFree = Math.min(untilFree(look), untilLookAnyway(look));
        if (untilFree <= 0) {
          return true;
        }
        Lookout.Mark mark = lookout.mark();
        if (look.isFollowedBy(mark)) {
          if (look.isOlderThan(mark)) {
            return true;
          }
          if (left <= 0) {
            return false;
          }
          lookout.await(
              () -> !look.equals(nothing) || look.isOlderThan(lookout.mark()),
              Math.min(left, untilFree));
        } else if (mark == null && left > 0) {
          lookout.await(() -> lookout.mark() != null, Math.min(left, untilFree));
        } else if (peek(look)) {
          return true;
        } else if (left <= 0) {
          return false;
        }
      }
    } finally {
      post.close();
    }
  }

  /**
   * Notes what a look found.
   *
   * @param before what had been heard when it began
   * @param found the milliseconds until there may be a job, and the last news there was
   */
  void looked(Lookout.@Nullable Mark before, List<?> found) {
    long untilFree = Caller.asNumber(found.get(0));
    if (untilFree == 0) {
      nothing = null;
      lookout.nudge();
    } else {
      nothing =
          new Look(
              before,
              NewsId.of(Caller.asText(found.get(1))),
              untilFree < 0 ? Long.MAX_VALUE : millis.getAsLong() + untilFree,
              System.nanoTime());
    }
  }

  /** Looks at all jobs whether they are where they should be; what was repaired. */
  List<String> sweep() {
    List<String> repairs = new ArrayList<>();
    String from = "0";
    do {
      List<?> answer = Caller.asList(caller.ask(sweep, keys.jobs, from));
      from = Caller.asText(answer.get(0));
      repairs.addAll(repaired(answer.subList(1, answer.size())));
    } while (!from.equals("0"));
    return repairs;
  }

  /** Tells what was repaired. */
  List<String> repaired(List<?> answer) {
    List<String> repairs = answer.stream().map(Caller::asText).toList();
    repairs.forEach(repair -> LOG.warn("Redis was found in disorder: {}", repair));
    return repairs;
  }

  /** Looks, unless somebody else has looked since. */
  private boolean peek(Look since) {
    synchronized (peeking) {
      if (since.equals(nothing)) {
        Lookout.Mark before = lookout.mark();
        looked(before, Caller.asList(caller.ask(peek, keys.taking)));
      }
      return nothing == null;
    }
  }

  private long untilFree(Look look) {
    return look.freeAt() == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : TimeUnit.MILLISECONDS.toNanos(look.freeAt() - millis.getAsLong());
  }

  private static long untilLookAnyway(Look look) {
    return LOOK_ANYWAY_NANOS - (System.nanoTime() - look.at());
  }

  /** What a script needs to add a job. */
  static Object[] words(Job job) {
    return new Object[] {
      job.id(), job.run().value(), job.priority(), job.delay(), millis(job.delay())
    };
  }

  private static Lease lease(List<?> parts, String worker) {
    String id = Caller.asText(parts.get(0));
    String[] head = Caller.asText(parts.get(1)).split("\n", -1);
    try {
      Job job =
          new Job(
              id,
              new RunId(head[HEAD_RUN]),
              Integer.parseInt(head[HEAD_PRIORITY]),
              delay(head[HEAD_DELAY]));
      long counter = Caller.asNumber(parts.get(3));
      long nonce = Long.parseLong(Caller.asText(parts.get(5)));
      return new Lease(
          job,
          counter << Integer.SIZE | nonce,
          worker,
          (int) Caller.asNumber(parts.get(2)),
          Instant.ofEpochMilli(Long.parseLong(Caller.asText(parts.get(4)))));
    } catch (IllegalArgumentException | java.time.format.DateTimeParseException e) {
      throw new QueueException(
          QueueException.Reason.UNREADABLE,
          "job " + id + " is damaged in Redis",
          "set it apart by hand, and ask for the run again",
          e);
    }
  }

  private static Duration delay(String text) {
    return text.equals("PT0S") ? Duration.ZERO : Duration.parse(text);
  }

  static long counter(Lease lease) {
    return lease.number() >>> Integer.SIZE;
  }

  static long nonce(Lease lease) {
    return lease.number() & (NONCES - 1);
  }

  private static long nonce() {
    return ThreadLocalRandom.current().nextLong(NONCES);
  }

  /** Whole milliseconds, so that nothing is over too early. */
  static long millis(Duration duration) {
    if (duration.compareTo(Duration.ofMillis(LONGEST_MILLIS)) >= 0) {
      return LONGEST_MILLIS;
    }
    long millis = duration.toMillis();
    return duration.equals(Duration.ofMillis(millis)) ? millis : millis + 1;
  }

  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException centuries) {
      return Long.MAX_VALUE;
    }
  }
}
