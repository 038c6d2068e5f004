package dev.packageforge.redis;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.RunCodec;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The runs and their events. Safe for use by many threads. */
final class RedisRuns {
  private static final int MAX_LISTED = 1_000;
  private static final int READ_AT_ONCE = 100;
  private static final int ENTRIES_AT_ONCE = 200;
  private static final int BATCH_EVENTS = 256;
  private static final int BATCH_BYTES = 1 << 16;
  private static final int HEX_DIGITS = 128;
  private static final List<Object> NO_JOB = List.of("", "", "", "0");

  private static final int CREATED = 0;
  private static final int OTHER_RUN_HAS_KEY = 1;
  private static final int WAS_THERE = 2;

  private final Script create;
  private final Script find;
  private final Script newest;
  private final Script save;
  private final Script append;
  private final Script decide;
  private final Script cancel;
  private final Script restore;
  private final Script events;
  private final Script old;
  private final Script contents;
  private final Script forget;

  private final Caller caller;
  private final Keyspace keys;
  private final Lookout lookout;
  private final RedisBlobs blobs;

  RedisRuns(Scripts scripts, Caller caller, Keyspace keys, Lookout lookout, RedisBlobs blobs) {
    this.create = scripts.get("create");
    this.find = scripts.get("find");
    this.newest = scripts.get("newest");
    this.save = scripts.get("save");
    this.append = scripts.get("append");
    this.decide = scripts.get("decide");
    this.cancel = scripts.get("cancel");
    this.restore = scripts.get("restore");
    this.events = scripts.get("events");
    this.old = scripts.get("old");
    this.contents = scripts.get("contents");
    this.forget = scripts.get("forget");
    this.caller = caller;
    this.keys = keys;
    this.lookout = lookout;
    this.blobs = blobs;
  }

  Run create(Run run, Job job) {
    checkIsFor(job, run.id());
    List<Object> arguments = new ArrayList<>();
    arguments.add(run.id().value());
    arguments.add(RunCodec.write(run));
    arguments.add(state(run));
    arguments.add(run.revision());
    arguments.add(contents(run));
    arguments.add(run.request().key());
    arguments.addAll(job(job));
    String gone = "";
    while (true) {
      List<Object> all = new ArrayList<>(arguments);
      all.add(gone);
      List<?> answer = Caller.asList(caller.ask(create, accepting(run.id()), all.toArray()));
      long what = Caller.asNumber(answer.get(0));
      if (what == CREATED) {
        return run;
      }
      if (what == WAS_THERE) {
        return RunCodec.readRun(Caller.asBytes(answer.get(1)));
      }
      if (what != OTHER_RUN_HAS_KEY) {
        throw taken(job);
      }
      gone = Caller.asText(answer.get(1));
      Optional<Run> other = find(new RunId(gone));
      if (other.isPresent()) {
        return other.get();
      }
      // It has been forgotten since, or lost while its key was not.
    }
  }

  Optional<Run> find(RunId id) {
    return findAll(List.of(id)).stream().findFirst();
  }

  List<Run> newest(int limit) {
    if (limit < 1 || limit > MAX_LISTED) {
      throw new IllegalArgumentException("a limit must be 1 to 1,000, was " + limit);
    }
    List<RunId> ids = ids(Caller.asList(caller.ask(newest, List.of(keys.meta, keys.runs), limit)));
    List<Run> runs = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += READ_AT_ONCE) {
      runs.addAll(findAll(ids.subList(from, Math.min(from + READ_AT_ONCE, ids.size()))));
    }
    return List.copyOf(runs);
  }

  SaveResult save(Lease held, Run run, List<RunEvent> told) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(lease(held));
    arguments.add(run.id().value());
    arguments.add(run.revision() - 1);
    arguments.add(run.revision());
    arguments.add(RunCodec.write(run));
    arguments.add(state(run));
    arguments.add(contents(run));
    arguments.addAll(batches(told));
    return caller.number(save, writing(run.id()), arguments.toArray()) == 1
        ? SaveResult.SAVED
        : SaveResult.STALE;
  }

  SaveResult decide(Run run, List<RunEvent> told, @Nullable Job next) {
    if (next != null) {
      checkIsFor(next, run.id());
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(run.id().value());
    arguments.add(run.revision() - 1);
    arguments.add(run.revision());
    arguments.add(RunCodec.write(run));
    arguments.add(state(run));
    arguments.add(contents(run));
    arguments.addAll(next == null ? NO_JOB : job(next));
    arguments.addAll(batches(told));
    long answer = caller.number(decide, writing(run.id()), arguments.toArray());
    if (answer < 0 && next != null) {
      throw taken(next);
    }
    return answer == 1 ? SaveResult.SAVED : SaveResult.STALE;
  }

  boolean requestCancel(RunId id) {
    List<String> where = new ArrayList<>(keys.jobs);
    where.add(keys.run(id));
    return caller.number(cancel, where, id.value()) == 1;
  }

  boolean append(Lease held, List<RunEvent> told) {
    RunId run = held.job().run();
    List<Object> arguments = new ArrayList<>(lease(held));
    arguments.add(run.value());
    arguments.addAll(batches(told));
    List<String> where = new ArrayList<>(keys.jobs);
    where.addAll(List.of(keys.run(run), keys.log(run), keys.news));
    long answer = caller.number(append, where, arguments.toArray());
    if (answer < 0) {
      throw new IllegalArgumentException("no run " + run + " was accepted here");
    }
    return answer == 1;
  }

  List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, was " + limit);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (patience.isNegative() || patience.isZero()) {
      return read(id, after, limit);
    }
    String run = id.value();
    long begun = System.nanoTime();
    long allowed = RedisJobs.nanos(patience);
    Lookout.Post post = lookout.join(Lookout.Subject.RUNS);
    try {
      while (true) {
        List<StoredEvent> found =
            lookout.isQuiet(run, after) ? List.of() : follow(id, after, limit);
        long left = allowed - (System.nanoTime() - begun);
        if (!found.isEmpty()
            || left <= 0
            || !lookout.await(() -> lookout.mayHaveNews(run, after), left)) {
          return found;
        }
      }
    } finally {
      post.close();
    }
  }

  int prune(Duration age, int limit) {
    long millis = RedisJobs.millis(age);
    List<?> found =
        Caller.asList(
            caller.ask(
                old,
                List.of(keys.meta, keys.over, keys.loose),
                millis,
                limit,
                RedisBlobs.LOOSE_MILLIS));
    blobs.drop(digests(Caller.asList(found.get(1))));
    List<RunId> ids = ids(Caller.asList(found.get(0)));
    int forgotten = 0;
    for (int from = 0; from < ids.size(); from += READ_AT_ONCE) {
      forgotten += forget(ids.subList(from, Math.min(from + READ_AT_ONCE, ids.size())), millis);
    }
    return forgotten;
  }

  boolean restore(Run run, @Nullable Job job) {
    if (job != null) {
      checkIsFor(job, run.id());
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(run.id().value());
    arguments.add(run.revision());
    arguments.add(RunCodec.write(run));
    arguments.add(state(run));
    arguments.add(contents(run));
    arguments.add(run.request().key());
    arguments.addAll(job == null ? NO_JOB : job(job));
    arguments.addAll(batches(List.of(RunEvent.State.of(run))));
    long answer = caller.number(restore, accepting(run.id()), arguments.toArray());
    if (answer < 0 && job != null) {
      throw taken(job);
    }
    return answer == 1;
  }

  private int forget(List<RunId> ids, long age) {
    List<?> needed = Caller.asList(caller.ask(contents, runKeys(ids)));
    List<Caller.Asked> calls = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      RunId id = ids.get(i);
      List<String> where = accepting(id);
      where.add(keys.poison);
      List<Object> arguments = new ArrayList<>(List.of(id.value(), age));
      String all = Caller.asText(needed.get(i));
      for (int at = 0; at + HEX_DIGITS <= all.length(); at += HEX_DIGITS) {
        String digest = all.substring(at, at + HEX_DIGITS);
        arguments.add(digest);
        where.add(keys.blob(new Sha512(digest)));
      }
      calls.add(new Caller.Asked(where, arguments));
    }
    return (int) caller.askAll(forget, calls).stream().mapToLong(Caller::asNumber).sum();
  }

  private List<Run> findAll(List<RunId> ids) {
    List<Run> runs = new ArrayList<>();
    for (Object json : Caller.asList(caller.ask(find, runKeys(ids)))) {
      byte[] bytes = Caller.asBytes(json);
      if (bytes.length > 0) {
        runs.add(RunCodec.readRun(bytes));
      }
    }
    return runs;
  }

  /** Reads, and notes what is then known, so that nobody reads again for nothing. */
  private List<StoredEvent> follow(RunId id, long after, int limit) {
    long reading = lookout.willRead(id.value());
    List<StoredEvent> found = read(id, after, limit);
    if (found.size() < limit) {
      long last = found.isEmpty() ? after : found.get(found.size() - 1).cursor();
      lookout.wasRead(id.value(), reading, last);
    }
    return found;
  }

  private List<StoredEvent> read(RunId id, long after, int limit) {
    List<StoredEvent> found = new ArrayList<>();
    long from = Math.max(after, 0);
    boolean more = from < Long.MAX_VALUE;
    while (more) {
      int wanted = Math.min(ENTRIES_AT_ONCE, limit - found.size());
      List<?> answer =
          Caller.asList(caller.ask(events, List.of(keys.meta, keys.log(id)), from + 1, wanted));
      for (int i = 0; i < answer.size(); i += 3) {
        from = Long.parseLong(Caller.asText(answer.get(i)));
        addAll(
            found,
            after,
            from,
            Long.parseLong(Caller.asText(answer.get(i + 1))),
            Caller.asBytes(answer.get(i + 2)));
      }
      more = answer.size() == 3 * wanted && found.size() < limit;
    }
    return List.copyOf(found.subList(0, Math.min(limit, found.size())));
  }

  private static void addAll(
      List<StoredEvent> found, long after, long last, long millis, byte[] lines) {
    List<byte[]> events = lines(lines);
    Instant at = Instant.ofEpochMilli(millis);
    for (int i = 0; i < events.size(); i++) {
      long cursor = last - events.size() + 1 + i;
      if (cursor > after) {
        found.add(new StoredEvent(cursor, at, RunCodec.readEvent(events.get(i))));
      }
    }
  }

  /** Batches of events as scripts take them: how many, and one a line. */
  private static List<Object> batches(List<RunEvent> told) {
    List<Object> batches = new ArrayList<>();
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    int count = 0;
    for (RunEvent event : told) {
      byte[] json = RunCodec.write(event);
      if (count == BATCH_EVENTS || (count > 0 && batch.size() + json.length > BATCH_BYTES)) {
        batches.add(count);
        batches.add(batch.toByteArray());
        batch.reset();
        count = 0;
      }
      if (count > 0) {
        batch.write('\n');
      }
      batch.writeBytes(json);
      count++;
    }
    if (count > 0) {
      batches.add(count);
      batches.add(batch.toByteArray());
    }
    return batches;
  }

  private static List<byte[]> lines(byte[] batch) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= batch.length; i++) {
      if (i == batch.length || batch[i] == '\n') {
        lines.add(Arrays.copyOfRange(batch, from, i));
        from = i + 1;
      }
    }
    return lines;
  }

  private List<String> runKeys(List<RunId> ids) {
    List<String> where = new ArrayList<>();
    where.add(keys.meta);
    ids.forEach(id -> where.add(keys.run(id)));
    return where;
  }

  private List<String> writing(RunId id) {
    List<String> where = new ArrayList<>(keys.jobs);
    where.addAll(List.of(keys.run(id), keys.log(id), keys.news, keys.over, keys.refs, keys.loose));
    return where;
  }

  private List<String> accepting(RunId id) {
    List<String> where = writing(id);
    where.addAll(List.of(keys.runs, keys.requests));
    return where;
  }

  private static List<Object> lease(Lease held) {
    return List.of(held.job().id(), RedisJobs.counter(held), RedisJobs.nonce(held));
  }

  private static List<Object> job(Job job) {
    return List.of(job.id(), job.priority(), job.delay().toString(), RedisJobs.millis(job.delay()));
  }

  private static String state(Run run) {
    RunState state = run.state();
    return state.isFinal() ? "f" : state.waitsForPerson() ? "w" : "n";
  }

  /** In an order, so that the same contents are the same text. */
  private static String contents(Run run) {
    return run.contents().stream().map(Sha512::hex).sorted().collect(Collectors.joining());
  }

  private static List<RunId> ids(List<?> texts) {
    return texts.stream().map(text -> new RunId(Caller.asText(text))).toList();
  }

  private static List<Sha512> digests(List<?> texts) {
    return texts.stream().map(text -> new Sha512(Caller.asText(text))).toList();
  }

  // A decision whose work was silently not enqueued would be a run that nobody ever moves on.
  private static void checkIsFor(Job job, RunId run) {
    if (!job.run().equals(run)) {
      throw new IllegalArgumentException("job " + job.id() + " is not for run " + run);
    }
  }

  private static IllegalArgumentException taken(Job job) {
    return new IllegalArgumentException("there is or was a job " + job.id() + " already");
  }
}
