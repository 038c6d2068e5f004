package dev.packageforge.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Run;
import dev.packageforge.Run.Publication;
import dev.packageforge.Run.Setbacks;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own copy of what it did, on its own disk, which outranks a store that forgot. It
 * stands before a store and does what that store does; in between, each revision is written to the
 * disk before it is written to the store, and what may cost money or publish something is on the
 * disk for good before the store hears of it. After the store has lost something, {@link
 * #restoreLost} puts back what it lost; {@link #lease} asks for that by itself when there is reason
 * to.
 *
 * <p>What was written and never reached the store counts too: it was done. A run whose upload was
 * about to begin is put back as one whose upload has begun, so that the registry is asked before
 * anything is sent.
 *
 * <p>Safe for use by many threads; one folder is for one process. Closes nothing but itself: the
 * store is its owner's.
 */
public final class Journal implements JobQueue, RunStore, AutoCloseable {
  /** Runs that are over are kept for the case that the store forgets how they ended. */
  static final int KEPT_FINAL = 100;

  /** What is in work or waits is never this much, unless other workers finished it long ago. */
  static final int KEPT_OPEN = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String FORMAT = "1";
  private static final long LEAST_GROWTH = 8L * 1024 * 1024;
  private static final int MOST_GROWTH = 4;

  /** A run that is gone after longer than this was forgotten on purpose: {@link #prune}. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  /** More than a store loses of its end when its machine dies, if it does not lose everything. */
  private static final Duration LAST_MOMENTS = Duration.ofMinutes(1);

  private final JobQueue queue;
  private final RunStore runs;
  private final Path folder;
  private final Clock clock;
  private final FolderOwner owned;
  private final JournalFile file;
  private final JournalContents contents;

  private final Lock mending = new ReentrantLock();
  private volatile boolean doubtful = true;
  private volatile String comparedWith = "";
  private boolean compared;

  // What follows is guarded by this.
  private final Lock lock = new ReentrantLock();
  private final Map<RunId, Noted> notes;
  private @Nullable String epoch;
  private long lastTicket;
  private long rewriteAt;

  /** A revision, and when it was written down. */
  private record Note(Run run, Instant at) {}

  /** What is written of one run: the newest revision, and those whose fate is not known yet. */
  private static final class Noted {
    private final TreeMap<Long, Note> byTicket = new TreeMap<>();

    /** The newest revision alone. */
    void collapse() {
      byTicket.keySet().retainAll(Set.of(last().getKey()));
    }

    Note newest() {
      return last().getValue();
    }

    private Map.Entry<Long, Note> last() {
      return byTicket.entrySet().stream()
          .max(
              Comparator.<Map.Entry<Long, Note>>comparingLong(e -> e.getValue().run().revision())
                  .thenComparingLong(Map.Entry::getKey))
          .orElseThrow();
    }
  }

  /** What was read of a journal. */
  private static final class Past {
    private final Map<RunId, Noted> notes = new LinkedHashMap<>();
    private @Nullable String epoch;
    private long lastTicket;

    void collapse() {
      notes.values().forEach(Noted::collapse);
    }
  }

  private <S extends JobQueue & RunStore> Journal(
      S store, Path folder, Clock clock, FolderOwner owned, JournalFile.Opener opener)
      throws IOException {
    this.queue = store;
    this.runs = store;
    this.folder = folder;
    this.clock = clock;
    this.owned = owned;
    Path log = folder.resolve("runs.log");
    Past past = past(log);
    this.notes = past.notes;
    this.epoch = past.epoch;
    this.lastTicket = past.lastTicket;
    this.contents = new JournalContents(folder.resolve("contents"), opener);
    this.file = new JournalFile(log, opener);
    try {
      rewrite();
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * A store with a journal before it.
   *
   * @param store where runs are; it is not asked before the journal is used
   * @param folder where the journal is; made if it is not there
   * @param clock tells a run that was lost from one that was forgotten on purpose
   * @throws QueueException if another process has this journal, or it cannot be read or written
   */
  public static <S extends JobQueue & RunStore> Journal around(S store, Path folder, Clock clock) {
    return around(store, folder, clock, JournalFile::open);
  }

  static <S extends JobQueue & RunStore> Journal around(
      S store, Path folder, Clock clock, JournalFile.Opener opener) {
    FolderOwner owned = null;
    try {
      Files.createDirectories(folder);
      owned = own(folder);
      return new Journal(store, folder, clock, owned, opener);
    } catch (IOException e) {
      close(owned);
      throw new QueueException(
          QueueException.Reason.UNSUITABLE,
          "the journal in " + folder + " cannot be opened: " + e,
          "see that the folder can be written and the disk has room, or name another folder",
          e);
    } catch (RuntimeException e) {
      close(owned);
      throw e;
    }
  }

  private static FolderOwner own(Path folder) throws IOException {
    return FolderOwner.of(folder)
        .orElseThrow(
            () ->
                new QueueException(
                    QueueException.Reason.UNSUITABLE,
                    "the journal in " + folder + " is in use by another worker",
                    "stop that worker, or give this one a folder of its own",
                    null));
  }

  private static void close(@Nullable FolderOwner owned) {
    try {
      if (owned != null) {
        owned.close();
      }
    } catch (IOException e) {
      LOG.debug("a lock could not be let go", e);
    }
  }

  // Putting back

  /**
   * Compares with the store, and puts back each run that the store has lost: that it does not know,
   * or knows only as of an earlier revision while nobody holds it. Contents come first; work comes
   * as a new job. What is newer in the store stays as it is.
   *
   * @return how many runs were put back
   * @throws QueueException if the store did not answer; what is left is put back next time
   */
  public int restoreLost() {
    mending.lock();
    try {
      doubtful = false;
      try {
        return mend();
      } catch (RuntimeException e) {
        doubtful = true;
        throw e;
      }
    } finally {
      mending.unlock();
    }
  }

  private int mend() {
    String asked = runs.epoch();
    String now = Sha512.of(asked.getBytes(UTF_8)).hex();
    boolean wiped = !locked(() -> now.equals(epoch));
    Instant young = clock.instant().minus(FORGOTTEN_AFTER);
    List<Note> all = oldestFirst();
    Instant lastMoments =
        all.stream().map(Note::at).max(Comparator.naturalOrder()).orElse(young).minus(LAST_MOMENTS);
    int restored = 0;
    int forgotten = 0;
    for (Note note : all) {
      Run ours = note.run();
      boolean over = ours.state().isFinal();
      if (!wiped && note.at().isBefore(lastMoments) && (over || compared)) {
        continue;
      }
      Optional<Run> theirs = runs.find(ours.id());
      if (theirs.filter(run -> run.revision() >= ours.revision()).isPresent()) {
        if (!over && theirs.get().state().isFinal()) {
          forgotten += forget(ours.id());
        }
      } else if (theirs.isEmpty() && !wiped && (over || note.at().isBefore(young))) {
        forgotten += forget(ours.id());
      } else if (restore(ours)) {
        restored++;
      } else {
        // Somebody holds it; if they do not bring it on, it is our turn again later.
        doubtful = true;
      }
    }
    compared = true;
    comparedWith = asked;
    if (wiped) {
      append("epoch " + now, true);
      locked(() -> epoch = now);
    }
    if (forgotten > 0) {
      locked(this::rewriteQuietly);
    }
    if (restored > 0) {
      LOG.warn("the store had lost {} runs; they were put back from {}", restored, folder);
    }
    return restored;
  }

  private List<Note> oldestFirst() {
    return locked(
        () ->
            notes.values().stream()
                .map(Noted::newest)
                .sorted(Comparator.comparing(note -> note.run().createdAt()))
                .toList());
  }

  private boolean restore(Run ours) {
    for (Sha512 digest : ours.contents()) {
      Optional<byte[]> content = fetchOwn(digest);
      if (content.isPresent()) {
        runs.keep(content.get());
      } else if (runs.fetch(digest).isEmpty()) {
        LOG.warn("run {} is put back without {}, which is lost", ours.id(), digest.abbreviated());
      }
    }
    Run run = asOfNow(ours);
    Job job = run.state().needsWorker() ? Job.of(run.id(), "restored-" + run.revision()) : null;
    return runs.restore(run, job);
  }

  /** What was counted before the loss proves nothing after it. */
  private static Run asOfNow(Run ours) {
    if (!ours.state().needsWorker()) {
      return ours;
    }
    Run.Work work = ours.work().with(Setbacks.NONE);
    Publication publication = work.publication();
    if (publication != null) {
      work =
          work.with(
              new Publication(
                  publication.approval(),
                  publication.uploads(),
                  0,
                  publication.reached(),
                  publication.release(),
                  publication.refusal()));
    }
    return ours.with(work);
  }

  private int forget(RunId id) {
    return locked(() -> notes.remove(id) == null ? 0 : 1);
  }

  private void restoreIfDoubtful() {
    // The store may have told somebody else of its loss.
    if (doubtful || !runs.epoch().equals(comparedWith)) {
      restoreLost();
    }
  }

  // What is written down

  @Override
  public Run create(Run run, Job job) {
    Run stored = watched(() -> runs.create(run, job));
    if (stored.equals(run)) {
      try {
        note(run);
      } catch (QueueException e) {
        // It was accepted, and there is nothing in it yet but the request.
        LOG.warn("run {} is not in the journal: {}", run.id(), e.getMessage());
      }
    }
    return stored;
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    return written(run, () -> runs.save(lease, run, events));
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    return written(run, () -> runs.decide(run, events, next));
  }

  @Override
  public Sha512 keep(byte[] content) {
    keepOwn(Sha512.of(content), content);
    return watched(() -> runs.keep(content));
  }

  private SaveResult written(Run run, Supplier<SaveResult> write) {
    keepMissing(run);
    long ticket = note(run);
    SaveResult result;
    try {
      result = watched(write);
    } catch (QueueException unknown) {
      throw unknown;
    } catch (RuntimeException e) {
      refused(run, ticket);
      throw e;
    }
    if (result == SaveResult.SAVED) {
      saved(run, ticket);
    } else {
      refused(run, ticket);
      doubtful = true;
    }
    return result;
  }

  /** Writes a revision down before the store hears of it. */
  private long note(Run run) {
    return locked(
        () -> {
          Noted noted = notes.get(run.id());
          Run before = noted == null ? null : noted.newest().run();
          long ticket = lastTicket + 1;
          Note note = new Note(run, clock.instant());
          append(line(ticket, note), matters(before, run));
          lastTicket = ticket;
          // Last in the order of the map, too.
          Noted next = notes.remove(run.id());
          next = next == null ? new Noted() : next;
          next.byTicket.put(ticket, note);
          notes.put(run.id(), next);
          contents.named(run.contents());
          return ticket;
        });
  }

  /** Whether money or a publication hangs on it: an answer, a verdict, an upload, a release. */
  private static boolean matters(@Nullable Run before, Run after) {
    Run.Work known = before == null ? Run.Work.NONE : before.work();
    return after.state().isFinal() || !known.with(after.work().setbacks()).equals(after.work());
  }

  /** What is older than what the store has taken is of no use any more. */
  private void saved(Run run, long ticket) {
    locked(
        () -> {
          Noted noted = notes.get(run.id());
          if (noted != null && noted.byTicket.containsKey(ticket)) {
            noted.byTicket.headMap(ticket).clear();
          }
          if (file.length() > rewriteAt) {
            rewriteQuietly();
          }
          return ticket;
        });
  }

  /** The store did not take it: somebody else has brought the run on. */
  private void refused(Run run, long ticket) {
    locked(
        () -> {
          Noted noted = notes.get(run.id());
          if (noted != null) {
            noted.byTicket.remove(ticket);
            if (noted.byTicket.isEmpty()) {
              notes.remove(run.id());
            }
          }
          try {
            append("void " + ticket, true);
          } catch (QueueException e) {
            LOG.warn("run {}: {}", run.id(), e.getMessage());
          }
          return ticket;
        });
  }

  private void append(String line, boolean force) {
    locked(
        () -> {
          try {
            file.append(line, force);
            return line;
          } catch (IOException e) {
            throw full(e);
          }
        });
  }

  private void keepOwn(Sha512 digest, byte[] content) {
    locked(
        () -> {
          try {
            contents.keep(digest, content);
            return digest;
          } catch (IOException e) {
            throw full(e);
          }
        });
  }

  private Optional<byte[]> fetchOwn(Sha512 digest) {
    return locked(
        () -> {
          try {
            return contents.fetch(digest);
          } catch (IOException e) {
            LOG.warn("{} in {} cannot be read", digest.abbreviated(), folder, e);
            return Optional.empty();
          }
        });
  }

  /** Fetches what others made of a run that is now ours. */
  private void keepMissing(Run run) {
    for (Sha512 digest : run.contents()) {
      if (!locked(() -> contents.has(digest))) {
        watched(() -> runs.fetch(digest)).ifPresent(content -> keepOwn(digest, content));
      }
    }
  }

  private QueueException full(IOException cause) {
    return new QueueException(
        QueueException.Reason.FULL,
        "the journal in " + folder + " cannot be written: " + cause.getMessage(),
        "make room on that disk; nothing goes on that could not be told after a crash",
        cause);
  }

  // The file

  private static Past past(Path log) throws IOException {
    Past past = new Past();
    if (!Files.exists(log)) {
      return past;
    }
    JournalFile.Content content = JournalFile.read(log);
    int damaged = content.damaged();
    for (String line : content.lines()) {
      try {
        read(line, past);
      } catch (QueueException | IllegalArgumentException e) {
        if (e instanceof QueueException other
            && other.reason() == QueueException.Reason.UNSUITABLE) {
          throw e;
        }
        LOG.debug("a line of {} is of no use", log, e);
        damaged++;
      }
    }
    past.collapse();
    if (damaged > 0) {
      Path aside = log.resolveSibling("runs.damaged");
      Files.copy(log, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} lines of {} are damaged; the other lines are used, and all of it is kept as {}",
          damaged,
          log,
          aside);
    }
    return past;
  }

  private static void read(String line, Past past) {
    String[] words = line.split(" ", 2);
    if (words.length < 2) {
      throw new IllegalArgumentException("a word without a meaning");
    }
    switch (words[0]) {
      case "format" -> {
        if (!words[1].equals(FORMAT)) {
          throw new QueueException(
              QueueException.Reason.UNSUITABLE,
              "the journal has format " + words[1] + ", this version reads " + FORMAT,
              "use the version of Package Forge that wrote it, or a later one",
              null);
        }
      }
      case "epoch" -> past.epoch = words[1];
      case "void" -> {
        long ticket = Long.parseLong(words[1]);
        past.notes.values().forEach(noted -> noted.byTicket.remove(ticket));
        past.notes.values().removeIf(noted -> noted.byTicket.isEmpty());
      }
      case "run" -> {
        String[] parts = words[1].split(" ", 3);
        if (parts.length < 3) {
          throw new IllegalArgumentException("a run is missing");
        }
        long ticket = Long.parseLong(parts[0]);
        Instant at = Instant.ofEpochMilli(Long.parseLong(parts[1]));
        Run run = RunCodec.readRun(parts[2].getBytes(UTF_8));
        Noted noted = past.notes.remove(run.id());
        noted = noted == null ? new Noted() : noted;
        noted.byTicket.put(ticket, new Note(run, at));
        past.notes.put(run.id(), noted);
        past.lastTicket = Math.max(past.lastTicket, ticket);
      }
      default -> throw new IllegalArgumentException("an unknown word");
    }
  }

  private boolean rewriteQuietly() {
    try {
      rewrite();
      return true;
    } catch (IOException e) {
      rewriteAt = file.length() + LEAST_GROWTH;
      LOG.warn("the journal in {} could not be made smaller", folder, e);
      return false;
    }
  }

  /** Leaves out what is of no use any more. */
  private void rewrite() throws IOException {
    dropOldest(KEPT_FINAL, true);
    dropOldest(KEPT_OPEN, false);
    List<String> lines = new ArrayList<>();
    Set<Sha512> needed = new HashSet<>();
    lines.add("format " + FORMAT);
    if (epoch != null) {
      lines.add("epoch " + epoch);
    }
    for (Noted noted : notes.values()) {
      noted.byTicket.forEach(
          (ticket, note) -> {
            lines.add(line(ticket, note));
            needed.addAll(note.run().contents());
          });
    }
    file.replace(lines);
    contents.keepOnly(needed);
    rewriteAt = Math.max(LEAST_GROWTH, MOST_GROWTH * file.length());
  }

  private void dropOldest(int kept, boolean over) {
    List<RunId> all =
        notes.entrySet().stream()
            .filter(entry -> entry.getValue().newest().run().state().isFinal() == over)
            .map(Map.Entry::getKey)
            .toList();
    all.subList(0, Math.max(0, all.size() - kept)).forEach(notes::remove);
  }

  private static String line(long ticket, Note note) {
    return "run "
        + ticket
        + " "
        + note.at().toEpochMilli()
        + " "
        + new String(RunCodec.write(note.run()), UTF_8);
  }

  /** Lets go of the folder. The store stays open. */
  @Override
  public void close() {
    locked(
        () -> {
          try {
            file.close();
          } catch (IOException e) {
            LOG.warn("the journal in {} could not be closed", folder, e);
          }
          close(owned);
          return folder;
        });
  }

  // What the store does

  @Override
  public boolean enqueue(Job job) {
    return watched(() -> queue.enqueue(job));
  }

  @Override
  public int enqueueAll(List<Job> jobs) {
    return watched(() -> queue.enqueueAll(jobs));
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    restoreIfDoubtful();
    return watched(() -> queue.lease(worker, length));
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    restoreIfDoubtful();
    return watched(() -> queue.lease(run, worker, length));
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    LeaseState state = watched(() -> queue.renew(lease, length));
    if (state == LeaseState.LOST) {
      doubtful = true;
    }
    return state;
  }

  @Override
  public boolean complete(Lease lease) {
    return watched(() -> queue.complete(lease));
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    return watched(() -> queue.retry(lease, rest));
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    return watched(() -> queue.bury(lease, reason));
  }

  @Override
  public boolean await(Duration patience) throws InterruptedException {
    try {
      return queue.await(patience);
    } catch (QueueException e) {
      doubtful = true;
      throw e;
    }
  }

  @Override
  public Listening listen(Lease lease, Runnable news) {
    return watched(() -> queue.listen(lease, news));
  }

  @Override
  public int rejoin(String worker) {
    return watched(() -> queue.rejoin(worker));
  }

  @Override
  public void pause(boolean paused) {
    queue.pause(paused);
  }

  @Override
  public boolean paused() {
    return watched(queue::paused);
  }

  @Override
  public Optional<Run> find(RunId id) {
    return watched(() -> runs.find(id));
  }

  @Override
  public List<Run> newest(int limit) {
    return watched(() -> runs.newest(limit));
  }

  @Override
  public boolean requestCancel(RunId id) {
    return watched(() -> runs.requestCancel(id));
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    return watched(() -> runs.append(lease, events));
  }

  @Override
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    return runs.events(id, after, limit, patience);
  }

  @Override
  public Optional<byte[]> fetch(Sha512 digest) {
    return watched(() -> runs.fetch(digest));
  }

  @Override
  public int prune(Duration age, int limit) {
    return watched(() -> runs.prune(age, limit));
  }

  @Override
  public String epoch() {
    return watched(runs::epoch);
  }

  @Override
  public boolean restore(Run run, @Nullable Job job) {
    return watched(() -> runs.restore(run, job));
  }

  /** Whatever the store could not answer is a reason to compare. */
  private <T> T watched(Supplier<T> call) {
    try {
      return call.get();
    } catch (QueueException e) {
      doubtful = true;
      throw e;
    }
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
