package dev.packageforge.redis;

import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.util.List;
import java.util.regex.Pattern;

/** The names of a queue's keys. The braces put them all into one slot of a cluster. */
final class Keyspace {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  final String meta;
  final String wake;
  final String news;
  final String poison;
  final String runs;
  final String over;
  final String requests;
  final String refs;
  final String loose;
  final String workers;
  final String asks;
  final String takers;
  final String askedKeys;

  /** What a script about a lease needs. */
  final List<String> held;

  /** What a script needs that takes a job. */
  final List<String> taking;

  /** What a script needs that may add, give back or withdraw jobs. */
  final List<String> jobs;

  private final String prefix;

  Keyspace(String queue) {
    if (!NAME.matcher(queue).matches()) {
      throw new IllegalArgumentException(
          "a queue's name is 1 to 64 of A-Z a-z 0-9 . _ -, was \"" + queue + "\"");
    }
    prefix = "pf:{" + queue + "}:";
    meta = prefix + "meta";
    wake = prefix + "wake";
    news = prefix + "ev";
    poison = prefix + "poison";
    runs = prefix + "runs";
    over = prefix + "over";
    requests = prefix + "keys";
    refs = prefix + "refs";
    loose = prefix + "loose";
    workers = prefix + "workers";
    asks = prefix + "ask";
    takers = prefix + "takers";
    askedKeys = prefix + "given:keys";
    jobs =
        List.of(
            meta,
            prefix + "job",
            prefix + "lease",
            prefix + "ready",
            prefix + "due",
            wake,
            prefix + "jobs");
    held = List.copyOf(jobs.subList(0, 3));
    taking = List.copyOf(jobs.subList(0, 6));
  }

  String run(RunId id) {
    return prefix + "run:" + id;
  }

  String log(RunId id) {
    return prefix + "ev:" + id;
  }

  /** What was handed in by who may only ask. */
  String given(Sha512 digest) {
    return prefix + "given:" + digest;
  }

  String blob(Sha512 digest) {
    return prefix + "blob:" + digest;
  }
}
