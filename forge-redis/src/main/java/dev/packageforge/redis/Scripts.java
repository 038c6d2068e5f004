package dev.packageforge.redis;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The scripts by name. Safe for use by many threads. */
final class Scripts {
  private static final List<String> JOBS = List.of("jobs");
  private static final List<String> LOOKS = List.of("looks");
  private static final List<String> RUNS = List.of("jobs", "runs");

  /** What a script needs besides {@code common}; those that are not named here need nothing. */
  private static final Map<String, List<String>> PARTS =
      Map.ofEntries(
          Map.entry("enqueue", JOBS),
          Map.entry("enqueue_all", JOBS),
          Map.entry("complete", LOOKS),
          Map.entry("lease", List.of("jobs", "looks")),
          Map.entry("lease_run", JOBS),
          Map.entry("retry", JOBS),
          Map.entry("rejoin", JOBS),
          Map.entry("pause", JOBS),
          Map.entry("peek", LOOKS),
          Map.entry("beat", List.of("jobs", "looks", "sweeping")),
          Map.entry("sweep", List.of("jobs", "sweeping")),
          Map.entry("workers", JOBS),
          Map.entry("create", RUNS),
          Map.entry("save", List.of("runs")),
          Map.entry("append", List.of("runs")),
          Map.entry("decide", RUNS),
          Map.entry("cancel", RUNS),
          Map.entry("restore", RUNS),
          Map.entry("forget", RUNS));

  /** Those that write nothing, which who may only ask can run. */
  private static final Set<String> READS =
      Set.of("greet", "find", "newest", "events", "fetch", "seen", "asks");

  private final UnaryOperator<Script> change;
  private final Map<String, Script> loaded = new ConcurrentHashMap<>();

  private Scripts(UnaryOperator<Script> change) {
    this.change = change;
  }

  /** As they are. */
  static Scripts ofThisVersion() {
    return new Scripts(UnaryOperator.identity());
  }

  /** With something changed in them, for tests. */
  static Scripts changed(UnaryOperator<Script> change) {
    return new Scripts(change);
  }

  Script get(String name) {
    return loaded.computeIfAbsent(name, key -> change.apply(load(key)));
  }

  private static Script load(String name) {
    Script script = Script.load(name, PARTS.getOrDefault(name, List.of()));
    return READS.contains(name) ? script.reading() : script;
  }
}
