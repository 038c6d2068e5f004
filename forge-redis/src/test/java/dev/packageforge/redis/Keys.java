package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.Tuple;

/** What a queue's keys hold, read past the store, and whether it is as it must be. */
final class Keys implements AutoCloseable {
  private static final int OPEN_FIELDS = 12;
  private static final Set<String> STREAMS = Set.of("ev", "wake", "ask");
  private static final Set<String> HASHES =
      Set.of("meta", "job", "run", "keys", "refs", "poison", "workers", "blob", "takers");

  private final Jedis redis = new Jedis(TestRedis.HOST, TestRedis.shared().port());
  private final String prefix;
  private NewsId lastWake = NewsId.NONE;
  private Set<String> takeable = new HashSet<>();
  private Set<String> leased = new HashSet<>();

  Keys(String queue) {
    prefix = "pf:{" + queue + "}:";
  }

  Jedis redis() {
    return redis;
  }

  String name(String key) {
    return prefix + key;
  }

  /** Every key and what it holds, in words; without the counter of places, which may skip some. */
  Map<String, String> dump() {
    Map<String, Response<?>> asked = new TreeMap<>();
    Pipeline pipeline = redis.pipelined();
    for (String key : all()) {
      String kind = key.substring(prefix.length()).replaceFirst(":.*", "");
      asked.put(
          key,
          HASHES.contains(kind)
              ? pipeline.hgetAll(key)
              : STREAMS.contains(kind)
                  ? pipeline.xrange(key, "-", "+")
                  : pipeline.zrangeWithScores(key, 0, -1));
    }
    pipeline.sync();
    Map<String, String> dump = new TreeMap<>();
    asked.forEach(
        (key, answer) -> {
          Object value = answer.get();
          if (value instanceof Map<?, ?> fields) {
            Map<Object, Object> sorted = new TreeMap<>(fields);
            sorted.remove("seq");
            value = sorted;
          }
          dump.put(key, value.toString());
        });
    return dump;
  }

  private Set<String> all() {
    return redis.keys(prefix.replace("{", "\\{").replace("}", "\\}") + "*");
  }

  /** Nothing is left of the queue. */
  void wipe() {
    Set<String> all = all();
    if (!all.isEmpty()) {
      redis.del(all.toArray(new String[0]));
    }
    lastWake = NewsId.NONE;
    takeable = new HashSet<>();
    leased = new HashSet<>();
  }

  /**
   * What must hold of jobs after each step.
   *
   * @param told whether there must be news since the last step
   */
  void checkJobs(boolean told) {
    Pipeline pipeline = redis.pipelined();
    Response<Map<String, String>> jobs = pipeline.hgetAll(name("job"));
    Response<List<Tuple>> ready = pipeline.zrangeWithScores(name("ready"), 0, -1);
    Response<List<Tuple>> due = pipeline.zrangeWithScores(name("due"), 0, -1);
    Response<List<Tuple>> lease = pipeline.zrangeWithScores(name("lease"), 0, -1);
    Response<List<String>> index = pipeline.zrange(name("jobs"), 0, -1);
    Response<List<StreamEntry>> wake = pipeline.xrevrange(name("wake"), "+", "-", 1);
    pipeline.sync();

    Map<String, Double> leases = scores(lease.get());
    Set<String> readyIds = scores(ready.get()).keySet();
    Set<String> dueIds = scores(due.get()).keySet();
    Set<String> members = new TreeSet<>();
    Set<String> open = new HashSet<>();
    jobs.get()
        .forEach(
            (id, line) -> {
              String[] parts = line.split("\n", OPEN_FIELDS);
              if (parts[0].equals("x")) {
                members.add(parts[1] + id);
                return;
              }
              assertThat(parts).as("job %s", id).hasSize(OPEN_FIELDS);
              members.add(parts[0] + id);
              open.add(id);
              List<String> where = new ArrayList<>();
              if (readyIds.contains(id)) {
                where.add("ready");
              }
              if (dueIds.contains(id)) {
                where.add("due");
              }
              if (leases.containsKey(id)) {
                where.add("lease");
              }
              assertThat(where).as("where job %s is", id).hasSize(1);
              boolean held = !parts[8].equals("0");
              assertThat(leases.containsKey(id)).as("job %s is leased", id).isEqualTo(held);
              if (held) {
                assertThat(parts[11]).as("who has job %s", id).isNotEmpty();
                assertThat(leases.getOrDefault(id, 0.0))
                    .as("when the lease on %s lapses", id)
                    .isEqualTo(Double.parseDouble(parts[8]));
              }
            });
    Set<String> inSets = new HashSet<>(readyIds);
    inSets.addAll(dueIds);
    inSets.addAll(leases.keySet());
    assertThat(open).as("open jobs").containsAll(inSets);
    assertThat(new TreeSet<>(index.get())).as("the runs' jobs").isEqualTo(members);

    NewsId newest =
        wake.get().isEmpty() ? NewsId.NONE : NewsId.of(wake.get().get(0).getID().toString());
    Set<String> now = new HashSet<>(readyIds);
    now.addAll(dueIds);
    Set<String> fresh = new HashSet<>(now);
    fresh.removeAll(takeable);
    // Who waits knows by itself when a lease lapses.
    fresh.removeAll(leased);
    if (told || !fresh.isEmpty()) {
      assertThat(newest).as("news of %s", fresh).isGreaterThan(lastWake);
    }
    lastWake = newest;
    takeable = now;
    leased = leases.keySet();
  }

  /** What must hold of everything. */
  void checkAll() {
    checkJobs(false);
    Map<String, Integer> needed = new HashMap<>();
    Set<String> over = new TreeSet<>();
    Set<String> known = new TreeSet<>();
    Pipeline pipeline = redis.pipelined();
    Map<String, Response<Long>> lives = new TreeMap<>();
    all().forEach(key -> lives.put(key, pipeline.pttl(key)));
    pipeline.sync();
    for (String key : lives.keySet()) {
      assertThat(Optional.ofNullable(lives.get(key)).map(Response::get))
          .as("how long %s lives", key)
          .hasValue(-1L);
      String name = key.substring(prefix.length());
      if (name.startsWith("run:")) {
        Map<String, String> run = redis.hgetAll(key);
        String id = name.substring("run:".length());
        known.add(id);
        if ("f".equals(run.get("state"))) {
          over.add(id);
        }
        String contents = run.getOrDefault("contents", "");
        for (int i = 0; i < contents.length(); i += 128) {
          needed.merge(contents.substring(i, i + 128), 1, Integer::sum);
        }
        checkEvents(id, run.getOrDefault("log", "0 0 0").replaceFirst(" .*", ""));
        String request = run.getOrDefault("key", "");
        if (!request.isEmpty()) {
          assertThat(redis.hget(name("keys"), request)).as("request %s", request).isNotNull();
        }
      }
    }
    Map<String, String> refs = redis.hgetAll(name("refs"));
    Map<String, Integer> counted = new HashMap<>();
    refs.forEach((digest, count) -> counted.put(digest, Integer.parseInt(count)));
    assertThat(counted).as("how many runs need what").isEqualTo(needed);
    Set<String> loose = new HashSet<>(redis.zrange(name("loose"), 0, -1));
    loose.retainAll(refs.keySet());
    assertThat(loose).as("what is needed and loose").isEmpty();
    assertThat(new TreeSet<>(redis.zrange(name("over"), 0, -1))).isEqualTo(over);
    assertThat(new TreeSet<>(redis.zrange(name("runs"), 0, -1))).isEqualTo(known);
    assertThat(known).as("runs that requests name").containsAll(redis.hvals(name("keys")));
  }

  private void checkEvents(String run, String last) {
    long cursor = 0;
    for (StreamEntry entry : redis.xrange(name("ev:" + run), "-", "+")) {
      long at = entry.getID().getTime();
      assertThat(at - Long.parseLong(entry.getFields().getOrDefault("n", "0")))
          .as("the cursors of %s", run)
          .isEqualTo(cursor);
      cursor = at;
    }
    assertThat(cursor).as("the last cursor of %s", run).isEqualTo(Long.parseLong(last));
  }

  private static Map<String, Double> scores(List<Tuple> tuples) {
    Map<String, Double> scores = new HashMap<>();
    tuples.forEach(tuple -> scores.put(tuple.getElement(), tuple.getScore()));
    return scores;
  }

  @Override
  public void close() {
    redis.close();
  }
}
