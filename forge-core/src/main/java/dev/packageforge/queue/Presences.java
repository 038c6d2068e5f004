package dev.packageforge.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who was heard when, and since when somebody looks. Guarded by the store's lock. */
final class Presences {
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  private final Map<String, Heard> workers = new HashMap<>();
  private Instant lookedSince = Instant.MIN;
  private Instant lookedUntil = Instant.MIN;

  private record Heard(WorkerReport report, Instant at, Duration next) {}

  /** Notes a beat; says when the next one is due. */
  Duration beat(WorkerReport report, Instant now) {
    Duration next = watched(now) ? WorkerRoster.WATCHED_BEAT : WorkerRoster.UNWATCHED_BEAT;
    workers.put(report.id(), new Heard(report, now, next));
    return next;
  }

  void leave(String worker) {
    workers.remove(worker);
  }

  /** Whether the last look still counts. */
  boolean watched(Instant now) {
    return now.isBefore(lookedUntil);
  }

  /** Notes a look; whether nobody looked before. */
  boolean look(Instant now) {
    boolean first = !watched(now);
    if (first) {
      lookedSince = now;
    }
    lookedUntil = now.plus(WorkerRoster.LOOK_COUNTS);
    return first;
  }

  List<WorkerPresence> all(Instant now) {
    workers.values().removeIf(heard -> heard.at().plus(FORGOTTEN_AFTER).isBefore(now));
    return workers.values().stream()
        .sorted(
            Comparator.comparing(Heard::at).reversed().thenComparing(heard -> heard.report().id()))
        .map(heard -> WorkerPresence.of(heard.report(), heard.at(), heard.next(), lookedSince, now))
        .toList();
  }
}
