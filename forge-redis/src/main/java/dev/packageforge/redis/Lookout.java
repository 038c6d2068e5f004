package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for news, on one connection and one thread for everybody in this process who waits. It
 * begins with the first who does, and ends a while after the last. Safe for use by many threads.
 */
final class Lookout implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  /** The longest that a read waits. */
  static final Duration LONGEST_READ = Duration.ofSeconds(60);

  // The first read opens the connection. It must not wait: nobody knows yet what happened before.
  private static final Duration OPENING = Duration.ofMillis(1);
  private static final long OPENS_WITHIN_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LINGER_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long FIRST_REST_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_REST_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int FOLLOWED_RUNS = 1_000;
  private static final int REMEMBERED_ANSWERS = 1_000;

  /** What is waited for; each is a stream. */
  enum Subject {
    WORK,
    RUNS
  }

  /** How much had happened at some time. Another mark later: anything may have happened since. */
  record Mark(long openings, NewsId work, long looks) {}

  /** Somebody who waits, until this is closed. */
  interface Post extends AutoCloseable {
    @Override
    void close();
  }

  private final Commands commands;
  private final Duration longestRead;
  private final Map<Subject, List<String>> streams = new EnumMap<>(Subject.class);
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Subject, Integer> waiting = new EnumMap<>(Subject.class);
  private final Map<Subject, Long> leftAt = new EnumMap<>(Subject.class);
  private final Set<Listener> listeners = new LinkedHashSet<>();
  private final Map<String, Followed> followed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Followed> eldest) {
          return size() > FOLLOWED_RUNS;
        }
      };

  private final Map<String, String> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED_ANSWERS;
        }
      };

  private String askStream = "";
  private Runnable asked = () -> {};
  private @Nullable Thread thread;
  private @Nullable Tail tail;
  private Set<Subject> live = Set.of();
  private long openings;
  private NewsId work = NewsId.NONE;
  private long looks;
  private long failures;
  private @Nullable QueueException failure;
  private boolean hurry;
  private boolean stale;
  private boolean closed;

  /** What is now known, readable without the lock; null while nobody looks out for work. */
  private volatile @Nullable Mark mark;

  /** Somebody who listens; equal to nobody else. */
  private static final class Listener {
    private final String run;
    private final Runnable news;
    private volatile boolean closed;

    Listener(String run, Runnable news) {
      this.run = run;
      this.news = news;
    }
  }

  /** What is known of a run's events since the connection was opened. */
  private static final class Followed {
    private long told = -1;
    // Of all cursors that had nothing above them the lowest: it grows stale, and told makes up.
    private long nothingAbove = Long.MAX_VALUE;
  }

  Lookout(Commands commands, String work, String runs) {
    this(commands, work, runs, LONGEST_READ);
  }

  /** With another longest time that a read waits. */
  Lookout(Commands commands, String work, String runs, Duration longestRead) {
    this.commands = commands;
    this.longestRead = longestRead;
    streams.put(Subject.WORK, List.of(work));
    streams.put(Subject.RUNS, List.of(runs));
  }

  /**
   * Looks out for asks as well, whenever it looks out for work.
   *
   * @param stream where they are put down
   * @param arrived called when there may be some; must not block
   */
  void attend(String stream, Runnable arrived) {
    lock.lock();
    try {
      streams.merge(
          Subject.WORK,
          List.of(stream),
          (work, asks) -> Stream.concat(work.stream(), asks.stream()).toList());
      askStream = stream;
      asked = arrived;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until news of runs are heard as they come; false if that took too long. */
  boolean awaitRuns(long nanos) throws InterruptedException {
    return await(() -> live.contains(Subject.RUNS), nanos);
  }

  /** Waits for the answer to an ask; empty if that took too long. */
  Optional<String> awaitAnswer(String ask, long nanos) throws InterruptedException {
    return await(() -> answers.containsKey(ask), nanos)
        ? Optional.ofNullable(answers.get(ask))
        : Optional.empty();
  }

  /** Begins to look out for a subject. */
  Post join(Subject subject) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      waiting.merge(subject, 1, Integer::sum);
      if (thread == null) {
        thread = new Thread(this::run, "forge-redis-lookout");
        thread.setDaemon(true);
        thread.start();
      } else if (failure != null) {
        hurry = true;
        changed.signalAll();
      } else if (tail != null && !live.isEmpty() && !live.contains(subject)) {
        tail.wake();
      }
    } finally {
      lock.unlock();
    }
    return () -> leave(subject);
  }

  private void leave(Subject subject) {
    lock.lock();
    try {
      waiting.merge(subject, -1, Integer::sum);
      leftAt.put(subject, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** How much has happened; null if nobody looks out for work, or cannot. */
  @Nullable Mark mark() {
    return mark;
  }

  /**
   * Waits.
   *
   * @param over asked under the lock whenever something happened
   * @return whether it is over; false if the time is
   * @throws QueueException if looking out failed meanwhile
   */
  boolean await(BooleanSupplier over, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long before = failures;
      long left = nanos;
      while (!over.getAsBoolean()) {
        if (failure != null && failures > before) {
          throw failure;
        }
        if (left <= 0 || closed) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has {@code news} called when something happened that a renewal would tell. Waits a moment for
   * the connection if it has to be opened, so that nothing is missed from then on, and nobody is
   * called to make up for it.
   */
  Post listen(String run, Runnable news) {
    Listener listener = new Listener(run, news);
    Post post = join(Subject.WORK);
    lock.lock();
    try {
      long before = failures;
      long left = OPENS_WITHIN_NANOS;
      while (mark == null && failures == before && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      listeners.add(listener);
      lock.unlock();
    }
    return () -> {
      listener.closed = true;
      lock.lock();
      try {
        if (listeners.remove(listener)) {
          post.close();
        }
      } finally {
        lock.unlock();
      }
    };
  }

  /** Lets those who wait look again. */
  void nudge() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is known that a run has no events above this cursor. */
  boolean isQuiet(String run, long after) {
    lock.lock();
    try {
      Followed known = followed.get(run);
      return live.contains(Subject.RUNS)
          && known != null
          && Math.max(known.told, known.nothingAbove) <= after;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a read of this run's events could tell something that is not known here. */
  boolean mayHaveNews(String run, long after) {
    lock.lock();
    try {
      return live.contains(Subject.RUNS) && !isQuiet(run, after);
    } finally {
      lock.unlock();
    }
  }

  /** Before a run's events are read; what is returned goes to {@link #wasRead}. */
  long willRead(String run) {
    lock.lock();
    try {
      if (!live.contains(Subject.RUNS)) {
        return -1;
      }
      followed.computeIfAbsent(run, key -> new Followed());
      return openings;
    } finally {
      lock.unlock();
    }
  }

  /** A run's events were read, and when that began there were none above this cursor. */
  void wasRead(String run, long begun, long last) {
    lock.lock();
    try {
      Followed known = followed.get(run);
      if (begun == openings && live.contains(Subject.RUNS) && known != null) {
        known.nothingAbove = Math.min(known.nothingAbove, last);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The server has lost what it held, the streams included: they are opened anew. */
  void emptied() {
    lock.lock();
    try {
      stale = true;
      // What is heard from now on may stand before what was heard of the streams that are gone.
      work = NewsId.NONE;
      remark();
      if (tail != null) {
        tail.wake();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Thread ending;
    lock.lock();
    try {
      closed = true;
      ending = thread;
      changed.signalAll();
      if (tail != null) {
        tail.wake();
      }
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      try {
        ending.join(LONGEST_READ.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    long rest = 0;
    while (true) {
      Set<Subject> wanted = wanted();
      if (wanted.isEmpty()) {
        return;
      }
      try {
        if (takeStale()) {
          shut();
        }
        if (!isOpen(wanted)) {
          open(wanted);
          rest = 0;
        }
        readOnce(wanted);
      } catch (QueueException e) {
        shut();
        if (e.reason() != QueueException.Reason.DATA_LOST) {
          rest = Math.min(LONGEST_REST_NANOS, Math.max(FIRST_REST_NANOS, 2 * rest));
          failed(e, rest);
        }
      } catch (RuntimeException e) {
        LOG.error("Looking out for news failed, and is begun again", e);
        shut();
        rest = LONGEST_REST_NANOS;
        failed(
            new QueueException("looking out for news failed", "see the log of this process", e),
            rest);
      }
    }
  }

  /** Whether what is open reads streams that are gone. */
  private boolean takeStale() {
    lock.lock();
    try {
      boolean was = stale;
      stale = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  /** What to look out for; if there is nothing any more, this thread has ended. */
  private Set<Subject> wanted() {
    Tail old = null;
    lock.lock();
    try {
      Set<Subject> wanted = EnumSet.noneOf(Subject.class);
      for (Subject subject : Subject.values()) {
        boolean lingers =
            live.contains(subject)
                && System.nanoTime() - leftAt.getOrDefault(subject, 0L) < LINGER_NANOS;
        if (!closed && (waiting.getOrDefault(subject, 0) > 0 || lingers)) {
          wanted.add(subject);
        }
      }
      if (wanted.isEmpty()) {
        old = detach();
        failure = null;
        thread = null;
      }
      return wanted;
    } finally {
      lock.unlock();
      close(old);
    }
  }

  private boolean isOpen(Set<Subject> wanted) {
    lock.lock();
    try {
      return live.equals(wanted);
    } finally {
      lock.unlock();
    }
  }

  /** Opens a tail on just these streams. */
  private void open(Set<Subject> wanted) {
    Tail old;
    Tail current = commands.tail();
    lock.lock();
    try {
      old = detach();
      tail = current;
    } finally {
      lock.unlock();
    }
    close(old);
    current.read(names(wanted), OPENING);
    opened(wanted);
  }

  private void readOnce(Set<Subject> wanted) {
    Tail current;
    lock.lock();
    try {
      current = tail;
      // While the connection was being opened, nobody could end the wait that comes now.
      boolean another =
          waiting.entrySet().stream().anyMatch(e -> e.getValue() > 0 && !live.contains(e.getKey()));
      if (current == null || another || closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    long before = current.opened();
    List<Tail.Entry> entries = current.read(names(wanted), longestRead);
    if (current.opened() != before) {
      opened(wanted);
    }
    tell(entries);
  }

  private List<String> names(Set<Subject> wanted) {
    List<String> names = new ArrayList<>();
    for (Subject subject : wanted) {
      names.addAll(streams.getOrDefault(subject, List.of()));
    }
    return names;
  }

  /** From here on nothing is missed; what happened before is not known. */
  private void opened(Set<Subject> wanted) {
    Collection<Listener> all;
    lock.lock();
    try {
      openings++;
      work = NewsId.NONE;
      live = EnumSet.copyOf(wanted);
      followed.clear();
      failure = null;
      remark();
      all = List.copyOf(listeners);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    all.forEach(Lookout::call);
    if (wanted.contains(Subject.WORK)) {
      asked.run();
    }
  }

  private void tell(List<Tail.Entry> entries) {
    List<Listener> told = new ArrayList<>();
    boolean asks = false;
    lock.lock();
    try {
      for (Tail.Entry entry : entries) {
        if (entry.stream().equals(askStream)) {
          asks = true;
          continue;
        }
        String run = entry.fields().getOrDefault("r", "");
        if (streams.getOrDefault(Subject.RUNS, List.of()).contains(entry.stream())) {
          String answer = entry.fields().get("answer");
          if (answer != null) {
            answers.put(entry.fields().getOrDefault("ask", ""), answer);
          }
          Followed known = followed.get(run);
          if (known != null) {
            known.told =
                Math.max(known.told, Long.parseLong(entry.fields().getOrDefault("c", "0")));
          }
          continue;
        }
        switch (entry.fields().getOrDefault("k", "")) {
          case "l" -> looks++;
          case "c", "d" ->
              listeners.stream().filter(listener -> listener.run.equals(run)).forEach(told::add);
          default -> work = NewsId.of(entry.id());
        }
      }
      remark();
      if (!entries.isEmpty()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    told.forEach(Lookout::call);
    if (asks) {
      asked.run();
    }
  }

  private void failed(QueueException e, long longest) {
    long rest = ThreadLocalRandom.current().nextLong(longest + 1);
    lock.lock();
    try {
      failures++;
      failure = e;
      changed.signalAll();
      long left = rest;
      while (left > 0 && !hurry && !closed) {
        left = changed.awaitNanos(left);
      }
      hurry = false;
    } catch (InterruptedException interrupted) {
      // Nobody knows this thread, so that this is no request; it goes on.
      LOG.debug("The lookout was interrupted", interrupted);
    } finally {
      lock.unlock();
    }
  }

  private void shut() {
    Tail old;
    lock.lock();
    try {
      old = detach();
    } finally {
      lock.unlock();
    }
    close(old);
  }

  /** Forgets the tail, which is to be closed without the lock: that may take a while. */
  private @Nullable Tail detach() {
    Tail old = tail;
    tail = null;
    live = Set.of();
    remark();
    return old;
  }

  private static void close(@Nullable Tail old) {
    if (old != null) {
      old.close();
    }
  }

  private void remark() {
    mark = live.contains(Subject.WORK) ? new Mark(openings, work, looks) : null;
  }

  private static void call(Listener listener) {
    if (listener.closed) {
      return;
    }
    try {
      listener.news.run();
    } catch (RuntimeException e) {
      LOG.error("Who listens for news of run {} failed", listener.run, e);
    }
  }
}
