package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who works. Safe for use by many threads. */
final class RedisRoster {
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);
  // Who is watched beats again so soon that nobody need wake them.
  private static final Duration SOON = WorkerRoster.WATCHED_BEAT.multipliedBy(2);
  private static final Duration SWEEP = Duration.ofHours(1);
  private static final int WITH_LOOK = 3;
  private static final int FIELDS = 7;

  private final Script beat;
  private final Script leave;
  private final Script workers;
  private final Script seen;
  private final Caller caller;
  private final Lookout lookout;
  private final RedisJobs jobs;
  private final List<String> where;
  private final Keyspace keys;

  /** What had been heard when the last beat was sent. */
  private volatile Lookout.@Nullable Mark beatAt;

  private record Heard(WorkerReport report, Instant at, Duration next) {}

  RedisRoster(Scripts scripts, Caller caller, Keyspace keys, Lookout lookout, RedisJobs jobs) {
    this.beat = scripts.get("beat");
    this.leave = scripts.get("leave");
    this.workers = scripts.get("workers");
    this.seen = scripts.get("seen");
    this.caller = caller;
    this.lookout = lookout;
    this.jobs = jobs;
    this.keys = keys;
    where = new ArrayList<>(keys.jobs);
    where.add(keys.workers);
  }

  Duration beat(WorkerReport report) {
    Lookout.Mark before = lookout.mark();
    List<?> answer =
        Caller.asList(
            caller.ask(
                beat,
                where,
                report.id(),
                line(report),
                WorkerRoster.WATCHED_BEAT.toMillis(),
                WorkerRoster.UNWATCHED_BEAT.toMillis(),
                SWEEP.toMillis()));
    beatAt = before;
    if (answer.size() >= WITH_LOOK) {
      jobs.looked(before, answer.subList(1, WITH_LOOK));
      jobs.repaired(answer.subList(WITH_LOOK, answer.size()));
    }
    return Duration.ofMillis(Caller.asNumber(answer.get(0)));
  }

  void awaitLook(Duration patience) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long begun = System.nanoTime();
    long allowed = RedisJobs.nanos(patience);
    Lookout.Post post = lookout.join(Lookout.Subject.WORK);
    try {
      Lookout.Mark since = beatAt;
      if (patience.compareTo(SOON) <= 0) {
        Lookout.Mark now = lookout.mark();
        since = now == null ? since : now;
        long looks = since == null ? 0 : since.looks();
        lookout.await(() -> hasLooked(looks), allowed - (System.nanoTime() - begun));
        return;
      }
      Lookout.Mark known = since;
      lookout.await(() -> mayHaveLooked(known), allowed - (System.nanoTime() - begun));
    } finally {
      post.close();
    }
  }

  void leave(String worker) {
    caller.number(leave, List.of(keys.meta, keys.workers), worker);
  }

  List<WorkerPresence> workers() {
    return presences(
        caller.ask(
            workers, where, WorkerRoster.LOOK_COUNTS.toMillis(), FORGOTTEN_AFTER.toMillis()));
  }

  /** As {@link #workers}, without being noticed. */
  List<WorkerPresence> glance() {
    return presences(
        caller.ask(seen, List.of(keys.meta, keys.workers), FORGOTTEN_AFTER.toMillis()));
  }

  private static List<WorkerPresence> presences(@Nullable Object told) {
    List<?> answer = Caller.asList(told);
    Instant now = time(answer.get(0));
    Instant lookedSince = time(answer.get(1));
    List<Heard> heard = new ArrayList<>();
    for (int i = 2; i < answer.size(); i += 2) {
      heard.add(heard(Caller.asText(answer.get(i)), Caller.asText(answer.get(i + 1))));
    }
    return heard.stream()
        .sorted(Comparator.comparing(Heard::at).reversed().thenComparing(one -> one.report().id()))
        .map(one -> WorkerPresence.of(one.report(), one.at(), one.next(), lookedSince, now))
        .toList();
  }

  private boolean hasLooked(long looks) {
    Lookout.Mark now = lookout.mark();
    return now != null && now.looks() > looks;
  }

  /** Whether somebody began to look since, or could have done so unheard. */
  private boolean mayHaveLooked(Lookout.@Nullable Mark since) {
    Lookout.Mark now = lookout.mark();
    return now != null
        && (since == null || now.openings() != since.openings() || now.looks() > since.looks());
  }

  /** The name comes last: it alone may hold a line's end. */
  private static String line(WorkerReport report) {
    return report.version().replace('\n', ' ')
        + '\n'
        + report.capacity()
        + '\n'
        + report.busy()
        + '\n'
        + report.startedAt()
        + '\n'
        + report.name();
  }

  private static Heard heard(String id, String line) {
    String[] parts = line.split("\n", FIELDS);
    try {
      WorkerReport report =
          new WorkerReport(
              id,
              parts[6],
              parts[2],
              Integer.parseInt(parts[3]),
              Integer.parseInt(parts[4]),
              Instant.parse(parts[5]));
      return new Heard(
          report,
          Instant.ofEpochMilli(Long.parseLong(parts[0])),
          Duration.ofMillis(Long.parseLong(parts[1])));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | DateTimeException e) {
      throw new QueueException(
          QueueException.Reason.UNREADABLE,
          "what worker " + id + " said of itself is damaged in Redis",
          "start that worker again",
          e);
    }
  }

  private static Instant time(Object millis) {
    return Instant.ofEpochMilli(Long.parseLong(Caller.asText(millis)));
  }
}
