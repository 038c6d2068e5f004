package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Looks at a Redis server and says whether jobs are safe there. It changes nothing, needs no rights
 * beyond INFO, and says what it was not allowed to see.
 */
public final class RedisProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int PINGS = 3;
  private static final int NEARLY_FULL_PERCENT = 80;
  private static final String UNSEEN = "not told";

  private final RedisAddress address;
  private final List<Fact> facts = new ArrayList<>();

  private RedisProbe(RedisAddress address) {
    this.address = address;
  }

  /** How a thing stands. */
  public enum State {
    /** As it should be. */
    GOOD,
    /** Usable, and worth knowing. */
    WARNING,
    /** Nothing works, or nothing is safe, as long as this is so. */
    BAD
  }

  /**
   * One thing that was found.
   *
   * @param subject what it is about, in one word: {@code connection}, {@code encryption}, {@code
   *     version}, {@code role}, {@code cluster}, {@code eviction}, {@code persistence}, {@code
   *     memory}
   * @param state how it stands
   * @param sentence what was found
   * @param remedy what to do about it; empty if nothing needs doing
   */
  public record Fact(String subject, State state, String sentence, String remedy) {}

  /**
   * Looks at a server, or at one server of a cluster. Takes some seconds at most.
   *
   * @return what was found, the most important first; if the server cannot be reached, that
   */
  public static List<Fact> look(RedisAddress address) {
    RedisProbe probe = new RedisProbe(address);
    try (Watchman watchman = new Watchman()) {
      probe.look(watchman);
    }
    return List.copyOf(probe.facts);
  }

  private void look(Watchman watchman) {
    Route route = new Route(address.places());
    Place place = address.places().get(0);
    long began = System.nanoTime();
    try (Link link = reached(new Dialer(address, watchman, route), route)) {
      place = link.place();
      Duration opened = Duration.ofNanos(System.nanoTime() - began);
      link.until(Deadline.in(PATIENCE));
      watchman.watch(link);
      connection(link, opened);
      encryption();
      Map<String, String> info = info(link);
      version(link, info);
      role(link, info);
      cluster(link, info);
      eviction(info);
      persistence(link, info);
      memory(info);
      watchman.leave(link);
    } catch (QueueException e) {
      add(e);
    } catch (JedisException e) {
      add(Faults.unanswered(place, e, true));
    }
  }

  /** The first server of those named that can be reached. */
  private Link reached(Dialer dialer, Route route) {
    Deadline deadline = Deadline.in(PATIENCE);
    QueueException first = null;
    for (Place place : address.places()) {
      try {
        return dialer.dial(place, deadline);
      } catch (QueueException e) {
        first = first == null ? e : first;
      }
      if (deadline.passed()) {
        break;
      }
    }
    throw first == null ? Faults.notDialled(route.current()) : first;
  }

  private void connection(Link link, Duration opened) {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < PINGS; i++) {
      long began = System.nanoTime();
      try {
        Object pong = link.call(Link.command(Command.PING));
        shortest = pong == null ? shortest : Math.min(shortest, System.nanoTime() - began);
      } catch (JedisDataException e) {
        add(Faults.said(link.place(), e));
        return;
      }
    }
    add(
        "connection",
        State.GOOD,
        String.format(
            Locale.ROOT,
            "%s answers within %.1f ms; a connection opens within %d ms",
            link.place(),
            shortest / 1e6,
            opened.toMillis()));
  }

  private void encryption() {
    if (address.tls()) {
      add("encryption", State.GOOD, "TLS, and the server proved its name");
    } else if (address.loopback()) {
      add("encryption", State.GOOD, "none, and none is needed on this machine");
    } else {
      add(
          "encryption",
          State.WARNING,
          "none: whoever is on the way reads and changes everything, the password too",
          "use rediss://");
    }
  }

  private static Map<String, String> info(Link link) {
    try {
      return Answers.info(link.call(Link.command(Command.INFO)));
    } catch (JedisDataException e) {
      return Map.of();
    }
  }

  private void version(Link link, Map<String, String> info) {
    String version = link.greeting().version();
    String said = version.isEmpty() ? info.getOrDefault("redis_version", "") : version;
    if (said.isEmpty()) {
      unseen("version", "the server does not say which version it is", "it must be 6.2 or newer");
    } else {
      add("version", State.GOOD, said);
    }
  }

  private void role(Link link, Map<String, String> info) {
    String role = info.getOrDefault("role", link.greeting().role());
    if (role.equals("slave") || role.equals("replica")) {
      add(
          "role",
          State.BAD,
          "a replica of "
              + info.getOrDefault("master_host", "another server")
              + ", which only reads",
          "give the address of the primary");
    } else if (role.isEmpty()) {
      unseen("role", "the server does not say whether it is a primary", "it must not be a replica");
    } else {
      String replicas = info.getOrDefault("connected_slaves", "0");
      add("role", State.GOOD, "primary" + (replicas.equals("0") ? "" : ", replicas: " + replicas));
    }
  }

  private void cluster(Link link, Map<String, String> info) {
    if (!link.greeting().cluster() && !"1".equals(info.get("cluster_enabled"))) {
      return;
    }
    Map<String, String> cluster;
    try {
      cluster = Answers.info(link.call(Link.command(Command.CLUSTER, "INFO")));
    } catch (JedisDataException e) {
      cluster = Map.of();
    }
    String state = cluster.getOrDefault("cluster_state", UNSEEN);
    String servers = cluster.getOrDefault("cluster_known_nodes", UNSEEN);
    boolean fails = state.equals("fail");
    add(
        "cluster",
        fails ? State.BAD : State.GOOD,
        "part of a cluster; servers: " + servers + ", state: " + state,
        fails ? "see to the servers of the cluster that are missing" : "");
  }

  private void eviction(Map<String, String> info) {
    String policy = info.getOrDefault("maxmemory_policy", "");
    boolean bounded = number(info, "maxmemory").orElse(0L) > 0;
    long evicted = number(info, "evicted_keys").orElse(0L);
    String remedy = "set maxmemory-policy to noeviction";
    if (policy.isEmpty()) {
      unseen(
          "eviction",
          "the server does not say what it does when its memory is full",
          "see to it that eviction is off; a store that throws keys away loses jobs");
    } else if (policy.equals("noeviction")) {
      add("eviction", State.GOOD, "off: when its memory is full the server refuses to store more");
    } else if (policy.startsWith("allkeys") && (bounded || evicted > 0)) {
      add(
          "eviction",
          State.BAD,
          "when its memory is full the server throws jobs away, silently (" + policy + ")",
          remedy);
    } else {
      add(
          "eviction",
          State.WARNING,
          "the server is set to throw keys away when its memory is full ("
              + policy
              + "); as it stands that takes no job",
          remedy);
    }
  }

  private void persistence(Link link, Map<String, String> info) {
    if (!info.containsKey("aof_enabled")) {
      unseen(
          "persistence",
          "the server does not say whether it writes to disk",
          "see to it that it does (appendonly yes); else a restart forgets all jobs");
      return;
    }
    if ("err".equals(info.get("aof_last_write_status"))) {
      add(
          "persistence",
          State.BAD,
          "the server cannot write to its disk",
          "look at its log and at the free space of its disk");
      return;
    }
    if (!"1".equals(info.get("aof_enabled"))) {
      String save = setting(link, "save").orElse(UNSEEN);
      add(
          "persistence",
          State.WARNING,
          save.isEmpty()
              ? "none: when the server stops, all jobs are gone"
              : "snapshots only: when the server is killed, what came after the last one is gone",
          "set appendonly to yes");
      return;
    }
    String fsync = setting(link, "appendfsync").orElse(UNSEEN);
    switch (fsync) {
      case "always" ->
          add("persistence", State.GOOD, "each change is on disk before it is answered");
      case "everysec" ->
          add(
              "persistence",
              State.WARNING,
              "written to disk each second: if the machine dies, the last second is gone",
              "set appendfsync to always if that matters more than speed");
      case UNSEEN ->
          add(
              "persistence",
              State.GOOD,
              "written to disk; how soon, the server does not let this user see");
      default ->
          add(
              "persistence",
              State.WARNING,
              "written to disk when the system sees fit (appendfsync " + fsync + ")",
              "set appendfsync to everysec or always");
    }
  }

  private void memory(Map<String, String> info) {
    Optional<Long> used = number(info, "used_memory");
    long most = number(info, "maxmemory").orElse(0L);
    if (used.isEmpty()) {
      return;
    }
    if (most == 0) {
      add("memory", State.GOOD, megabytes(used.get()) + " used; the server sets no limit");
      return;
    }
    boolean nearly = used.get() >= most / 100 * NEARLY_FULL_PERCENT;
    add(
        "memory",
        nearly ? State.WARNING : State.GOOD,
        megabytes(used.get()) + " used of " + megabytes(most),
        nearly ? "raise maxmemory, or prune finished runs" : "");
  }

  /** A setting, unless this user may not see it. */
  private static Optional<String> setting(Link link, String name) {
    try {
      return link.call(Link.command(Command.CONFIG, "GET", name)) instanceof List<?> pair
              && pair.size() == 2
          ? Optional.of(Answers.text(pair.get(1)))
          : Optional.empty();
    } catch (JedisDataException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> number(Map<String, String> info, String field) {
    String text = info.getOrDefault(field, "");
    return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private void add(QueueException fault) {
    add("connection", State.BAD, String.valueOf(fault.getMessage()), fault.remedy());
  }

  private void unseen(String subject, String sentence, String remedy) {
    add(subject, State.WARNING, sentence, remedy);
  }

  private void add(String subject, State state, String sentence) {
    add(subject, state, sentence, "");
  }

  private void add(String subject, State state, String sentence, String remedy) {
    facts.add(new Fact(subject, state, sentence, remedy));
  }
}
