package dev.packageforge.redis;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store as a process sees it that may read everything and only ask for changes: a web process
 * whose user in Redis can do no more. What is asked for is done by a worker that is online, if a
 * person may ask for it; what only workers do is refused here already.
 *
 * <p>A run that is asked for while no worker is online is kept among the asks, and found. A
 * decision is kept as well, and a {@link QueueException} with reason {@code BUSY} tells whoever
 * made it that nobody has taken it yet.
 *
 * <p>Needs Redis 7.0. Safe for use by many threads and processes.
 */
public final class AskingStore implements JobQueue, RunStore, WorkerRoster, AutoCloseable {
  private static final Duration ANSWER_TO_CREATE = Duration.ofSeconds(1);
  private static final Duration ANSWER_TO_DECIDE = Duration.ofSeconds(5);
  private static final Duration LOOK_ASKED_EACH = WorkerRoster.LOOK_COUNTS.dividedBy(2);
  private static final int PENDING_AT_MOST = 1_000;

  private final Script ask;
  private final Script give;
  private final Script asks;
  private final Commands commands;
  private final Caller caller;
  private final Keyspace keys;
  private final Lookout lookout;
  private final RedisBlobs blobs;
  private final RedisRuns runs;
  private final RedisRoster roster;
  private final AtomicLong lookAskedAt =
      new AtomicLong(System.nanoTime() - LOOK_ASKED_EACH.toNanos());

  private AskingStore(Commands commands, String queue) {
    Scripts scripts = Scripts.ofThisVersion();
    this.commands = commands;
    this.keys = new Keyspace(queue);
    this.ask = scripts.get("ask");
    this.give = scripts.get("give");
    this.asks = scripts.get("asks");
    this.caller = Caller.asking(scripts, commands, keys);
    this.lookout = new Lookout(commands, keys.wake, keys.news);
    this.caller.onLoss(lookout::emptied);
    this.blobs = new RedisBlobs(scripts, caller, keys);
    this.runs = new RedisRuns(scripts, caller, keys, lookout, blobs);
    this.roster =
        new RedisRoster(
            scripts, caller, keys, lookout, new RedisJobs(scripts, caller, keys, lookout, null));
  }

  /**
   * A store on the server at this address. Opens nothing; the first use connects.
   *
   * @param address with the name of the user who may only ask
   * @param queue which of the queues on this server; see {@link RedisStore.Builder#queue}
   */
  public static AskingStore of(RedisAddress address, String queue) {
    return new AskingStore(JedisCommands.asking(address), queue);
  }

  // Asking

  @Override
  public Run create(Run run, Job job) {
    String key = run.request().key();
    Optional<Run> before = key.isEmpty() ? Optional.empty() : accepted(key);
    if (before.isPresent()) {
      return before.get();
    }
    Lookout.Post post = lookout.join(Lookout.Subject.RUNS);
    try {
      hear();
      Put put = put(new Ask.Create(run, job), key, run.id());
      if (!put.sameKey().isEmpty()) {
        return find(new RunId(put.sameKey())).orElse(run);
      }
      Optional<String> answer = answer(put.ask(), ANSWER_TO_CREATE);
      refuse(answer);
      return answer.flatMap(done -> find(run.id())).or(() -> accepted(key)).orElse(run);
    } finally {
      post.close();
    }
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    return answered(new Ask.Decide(run, events, next)) ? SaveResult.SAVED : SaveResult.STALE;
  }

  @Override
  public boolean requestCancel(RunId id) {
    return answered(new Ask.Cancel(id));
  }

  @Override
  public Sha512 keep(byte[] content) {
    byte[] copy = content.clone();
    Sha512 digest = Sha512.of(copy);
    int last = Math.max(0, (copy.length - 1) / RedisBlobs.CHUNK);
    for (int i = 0; i <= last; i++) {
      byte[] chunk =
          Arrays.copyOfRange(
              copy, i * RedisBlobs.CHUNK, Math.min(copy.length, (i + 1) * RedisBlobs.CHUNK));
      caller.number(give, List.of(keys.given(digest)), i, chunk, i == last ? copy.length : "");
    }
    return digest;
  }

  // Reading

  @Override
  public Optional<Run> find(RunId id) {
    return runs.find(id).or(() -> pending().stream().filter(r -> r.id().equals(id)).findFirst());
  }

  @Override
  public List<Run> newest(int limit) {
    List<Run> stored = runs.newest(limit);
    Map<RunId, Run> all = new LinkedHashMap<>();
    List<Run> pending = pending();
    for (int i = pending.size() - 1; i >= 0; i--) {
      all.put(pending.get(i).id(), pending.get(i));
    }
    // What is stored is newer than what was asked for.
    stored.forEach(run -> all.remove(run.id()));
    return Stream.concat(all.values().stream(), stored.stream()).limit(limit).toList();
  }

  @Override
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    return runs.events(id, after, limit, patience);
  }

  @Override
  public Optional<byte[]> fetch(Sha512 digest) {
    return blobs.fetch(digest).or(() -> blobs.fetchGiven(digest));
  }

  @Override
  public String epoch() {
    return caller.epoch();
  }

  @Override
  public List<WorkerPresence> workers() {
    long last = lookAskedAt.get();
    long now = System.nanoTime();
    if (now - last >= LOOK_ASKED_EACH.toNanos() && lookAskedAt.compareAndSet(last, now)) {
      put(new Ask.Look(), "", null);
    }
    return roster.glance();
  }

  /** Ends waiting, and closes every connection. What was asked for stays asked for. */
  @Override
  public void close() {
    lookout.close();
    commands.close();
  }

  // What only workers do

  @Override
  public boolean enqueue(Job job) {
    throw mayNot();
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    throw mayNot();
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    throw mayNot();
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    throw mayNot();
  }

  @Override
  public boolean complete(Lease lease) {
    throw mayNot();
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    throw mayNot();
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    throw mayNot();
  }

  @Override
  public boolean await(Duration patience) {
    throw mayNot();
  }

  @Override
  public Listening listen(Lease lease, Runnable news) {
    throw mayNot();
  }

  @Override
  public int rejoin(String worker) {
    throw mayNot();
  }

  @Override
  public void pause(boolean paused) {
    throw mayNot();
  }

  @Override
  public boolean paused() {
    throw mayNot();
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    throw mayNot();
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    throw mayNot();
  }

  @Override
  public int prune(Duration age, int limit) {
    throw mayNot();
  }

  @Override
  public boolean restore(Run run, @Nullable Job job) {
    throw mayNot();
  }

  @Override
  public Duration beat(WorkerReport report) {
    throw mayNot();
  }

  @Override
  public void awaitLook(Duration patience) {
    throw mayNot();
  }

  @Override
  public void leave(String worker) {
    throw mayNot();
  }

  /** What became of putting an ask down: its id, or the run that was asked for with its key. */
  private record Put(String ask, String sameKey) {}

  private Put put(Ask wanted, String key, @Nullable RunId run) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(key);
    arguments.add(run == null ? "" : run.value());
    wanted
        .fields()
        .forEach(
            (name, value) -> {
              arguments.add(name);
              arguments.add(value);
            });
    List<?> answer =
        Caller.asList(caller.ask(ask, List.of(keys.asks, keys.askedKeys), arguments.toArray()));
    return new Put(Caller.asText(answer.get(0)), Caller.asText(answer.get(1)));
  }

  /** Asks, and waits until it is done. */
  private boolean answered(Ask wanted) {
    Lookout.Post post = lookout.join(Lookout.Subject.RUNS);
    try {
      hear();
      Optional<String> answer = answer(put(wanted, "", null).ask(), ANSWER_TO_DECIDE);
      refuse(answer);
      return AskDesk.Answer.DONE
          .name()
          .equals(
              answer.orElseThrow(
                  () ->
                      new QueueException(
                          Reason.BUSY,
                          "no worker has taken this yet; it is kept, and done when one is online",
                          "start a worker, or look again when one is online",
                          null)));
    } finally {
      post.close();
    }
  }

  private void hear() {
    waiting(() -> lookout.awaitRuns(ANSWER_TO_DECIDE.toNanos()));
  }

  private Optional<String> answer(String id, Duration patience) {
    return waiting(() -> lookout.awaitAnswer(id, patience.toNanos()));
  }

  private static void refuse(Optional<String> answer) {
    if (answer.filter(AskDesk.Answer.REFUSED.name()::equals).isPresent()) {
      throw new QueueException(
          Reason.UNAUTHORIZED,
          "the worker refused what was asked for: no person may decide that",
          "see the worker's log; update the side that is older",
          null);
    }
  }

  private Optional<Run> accepted(String key) {
    List<?> answer = listed("+", 1, key);
    String run = Caller.asText(answer.get(0));
    return run.isEmpty() ? Optional.empty() : runs.find(new RunId(run));
  }

  private List<Run> pending() {
    List<Run> pending = new ArrayList<>();
    for (AskClerk.Lying lying : AskClerk.lying(listed("-", PENDING_AT_MOST, ""))) {
      created(lying.fields()).ifPresent(pending::add);
    }
    return pending;
  }

  /** The run that is asked for, if it is one, and one that will be accepted. */
  private static Optional<Run> created(Map<String, String> fields) {
    try {
      return Ask.of(fields) instanceof Ask.Create create && create.run().isJustAccepted()
          ? Optional.of(create.run())
          : Optional.empty();
    } catch (QueueException e) {
      if (e.reason() == Reason.UNREADABLE) {
        return Optional.empty(); // a worker will refuse it, and say so
      }
      throw e;
    }
  }

  private List<?> listed(String from, int limit, String key) {
    return Caller.asList(
        caller.ask(asks, List.of(keys.meta, keys.asks, keys.requests), from, limit, key));
  }

  /** Something that waits. */
  @FunctionalInterface
  private interface Wait<T> {
    T done() throws InterruptedException;
  }

  private static <T> T waiting(Wait<T> wait) {
    try {
      return wait.done();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(
          "nobody waited for the answer of a worker", "look again: it may have been done", e);
    }
  }

  private static QueueException mayNot() {
    return new QueueException(
        Reason.UNAUTHORIZED,
        "this process may only ask, and this is what workers do",
        "use a RedisStore with the worker's user",
        null);
  }
}
