package dev.packageforge.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is written on everything that we make, so that it is found again when whoever made it is
 * gone.
 */
final class Labels {
  private static final String PREFIX = "dev.packageforge.";
  private static final String APP = PREFIX + "app";
  private static final String WORKER = PREFIX + "worker";
  private static final String PROCESS = PREFIX + "process";
  private static final String MADE = PREFIX + "made";
  private static final String EXPIRES = PREFIX + "expires";
  private static final String LAYER = PREFIX + "layer";
  private static final Duration TO_START = Duration.ofMinutes(2);
  private static final Duration LAYER_LIFE = Duration.ofDays(30);

  private final String app;
  private final String worker = UUID.randomUUID().toString();
  private final String here;

  /** Those of this process. */
  Labels(String app) {
    this.app = app;
    this.here = here();
  }

  /** On everything. */
  Map<String, String> common() {
    return Map.of(APP, app);
  }

  /** On everything that this object's owner makes. */
  Map<String, String> own() {
    return Map.of(APP, app, WORKER, worker);
  }

  /** On a container, and the volume that goes with it. */
  Map<String, String> cell(Instant now, Duration life) {
    Map<String, String> labels = new HashMap<>(own());
    labels.put(MADE, Long.toString(now.getEpochSecond()));
    labels.put(EXPIRES, Long.toString(now.plus(life).getEpochSecond()));
    ProcessHandle process = ProcessHandle.current();
    started(process).ifPresent(at -> labels.put(PROCESS, here + process.pid() + "/" + at));
    return labels;
  }

  /** On a volume that many containers share; by these it is found. */
  Map<String, String> layer(String content) {
    return Map.of(APP, app, LAYER, content);
  }

  /** As {@link #layer(String)}, and since when. */
  Map<String, String> layer(String content, Instant now) {
    Map<String, String> labels = new HashMap<>(layer(content));
    labels.put(MADE, Long.toString(now.getEpochSecond()));
    return labels;
  }

  /** Whether it is one that we made, long enough ago that we know it if we still need it. */
  boolean forgotten(Found found, Instant now) {
    return worker.equals(found.labels().get(WORKER))
        && number(found.labels(), MADE) + TO_START.toSeconds() < now.getEpochSecond();
  }

  /** Whether nobody can need what carries these any more. */
  boolean abandoned(Found found, Instant now) {
    Map<String, String> labels = found.labels();
    long seconds = now.getEpochSecond();
    if (labels.containsKey(LAYER)) {
      return number(labels, MADE) + LAYER_LIFE.toSeconds() < seconds;
    }
    boolean neverStarted =
        !found.running() && number(labels, MADE) + TO_START.toSeconds() < seconds;
    return number(labels, EXPIRES) < seconds || neverStarted || makerIsGone(labels);
  }

  private boolean makerIsGone(Map<String, String> labels) {
    String process = labels.getOrDefault(PROCESS, "");
    if (here.isEmpty() || !process.startsWith(here)) {
      return false; // made by a process that cannot be seen from here
    }
    String[] parts = process.substring(here.length()).split("/", -1);
    try {
      Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(parts[0]));
      return handle.flatMap(Labels::started).filter(parts[1]::equals).isEmpty();
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }

  private static Optional<String> started(ProcessHandle process) {
    return process.info().startInstant().map(at -> Long.toString(at.toEpochMilli()));
  }

  private static long number(Map<String, String> labels, String name) {
    try {
      return Long.parseLong(labels.getOrDefault(name, ""));
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE / 2; // not ours to judge
    }
  }

  /** This machine since it was started, and what of its processes can be seen; empty if unknown. */
  private static String here() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      String view = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return boot + "/" + view.replaceAll("[^0-9]", "") + "/";
    } catch (IOException e) {
      return "";
    }
  }
}
