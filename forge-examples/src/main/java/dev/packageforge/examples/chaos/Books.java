package dev.packageforge.examples.chaos;

import dev.packageforge.PackageId;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the outside world saw: what was asked, approved, called off, sent and answered. Nothing here
 * is a worker's own word. Safe for use by many threads.
 */
final class Books {
  private final Map<String, RunId> accepted = new HashMap<>();
  private final Map<String, Set<Sha512>> approved = new HashMap<>();
  private final Map<String, String> calledOff = new HashMap<>();
  private final Map<RunId, Set<RunState>> asked = new HashMap<>();
  private final Map<PackageId, Sha512> stored = new HashMap<>();
  private final Map<RunId, List<ModelCall>> calls = new HashMap<>();
  private final List<Put> puts = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int dropped;

  /** The model was asked. */
  record ModelCall(String step, String worker, long at, boolean answered) {}

  /** Bytes came to the registry. */
  record Put(PackageId id, Sha512 digest, long at, boolean approved, boolean over) {}

  /** Something went wrong; {@code whom} is a worker's name, or empty for everybody. */
  record Fault(String whom, long at) {}

  // The person

  /** A request was accepted; the same key must always be the same run. */
  synchronized void accepted(String key, RunId id) {
    RunId before = accepted.putIfAbsent(key, id);
    if (before != null && !before.equals(id)) {
      violation("lost: the key " + key + " is the run " + before + " and the run " + id);
    }
  }

  synchronized Map<String, RunId> accepted() {
    return Map.copyOf(accepted);
  }

  /** A person is about to say yes to these bytes. */
  synchronized void approves(String name, Sha512 digest) {
    approved.computeIfAbsent(name, n -> new HashSet<>()).add(digest);
  }

  /** The yes was surely not heard. */
  synchronized void notApproved(String name, Sha512 digest) {
    approved.getOrDefault(name, new HashSet<>()).remove(digest);
  }

  /** The person was told that the run is over: nothing of it may be sent from now on. */
  synchronized void calledOff(String name, String how) {
    calledOff.put(name, how);
  }

  /** The person is about to ask for this end. */
  synchronized void mayEnd(RunId run, RunState end) {
    asked.computeIfAbsent(run, r -> EnumSet.noneOf(RunState.class)).add(end);
  }

  synchronized boolean wasAskedToEnd(RunId run, RunState end) {
    return asked.getOrDefault(run, Set.of()).contains(end);
  }

  // The registry

  /**
   * Bytes arrived.
   *
   * @return whether there is room for them
   */
  synchronized boolean arrives(PackageId id, Sha512 digest, long at) {
    boolean yes = approved.getOrDefault(id.name(), Set.of()).contains(digest);
    boolean over = stored.containsKey(id);
    puts.add(new Put(id, digest, at, yes, over));
    if (!yes) {
      violation("unapproved: " + id + " was sent, and nobody said yes to these bytes");
    }
    if (over) {
      violation("twice: " + id + " was sent although the registry holds it");
    }
    String off = calledOff.get(id.name());
    if (off != null) {
      violation("unapproved: " + id + " was sent after the person was told: " + off);
    }
    return !over;
  }

  synchronized void store(PackageId id, Sha512 digest) {
    stored.putIfAbsent(id, digest);
  }

  synchronized Optional<Sha512> stored(PackageId id) {
    return Optional.ofNullable(stored.get(id));
  }

  synchronized Set<PackageId> stored() {
    return Set.copyOf(stored.keySet());
  }

  synchronized List<Put> puts() {
    return List.copyOf(puts);
  }

  synchronized void droppedAnswer() {
    dropped++;
  }

  synchronized int droppedAnswers() {
    return dropped;
  }

  // The model

  synchronized void called(RunId run, ModelCall call) {
    calls.computeIfAbsent(run, r -> new ArrayList<>()).add(call);
  }

  synchronized List<ModelCall> calls(RunId run) {
    return List.copyOf(calls.getOrDefault(run, List.of()));
  }

  synchronized Set<RunId> runsThatAsked() {
    return Set.copyOf(calls.keySet());
  }

  // What went wrong

  synchronized void fault(String whom, long at) {
    faults.add(new Fault(whom, at));
  }

  /** Whether anything went wrong in this time that could make this worker do a thing again. */
  synchronized boolean troubled(String whom, long from, long until) {
    return faults.stream()
        .anyMatch(
            fault ->
                fault.at() >= from
                    && fault.at() <= until
                    && (fault.whom().isEmpty() || fault.whom().equals(whom)));
  }

  synchronized void violation(String sentence) {
    violations.add(sentence);
  }

  synchronized boolean isViolated() {
    return !violations.isEmpty();
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }
}
