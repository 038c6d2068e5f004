package dev.packageforge.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
  private static final int STARTED = 19; // of what follows a process's name in its stat
  private static final Duration TO_START = Duration.ofMinutes(2);
  private static final Duration LAYER_LIFE = Duration.ofDays(30);

  private final String app;
  private final String worker = UUID.randomUUID().toString();
  private final String here;
  private final Optional<String> process;

  /** Those of this process. */
  Labels(String app) {
    this.app = app;
    this.here = here();
    this.process = process(here);
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
    process.ifPresent(known -> labels.put(PROCESS, known));
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
    String maker = labels.getOrDefault(PROCESS, "");
    if (here.isEmpty() || !maker.startsWith(here)) {
      return false; // made by a process that cannot be seen from here
    }
    String[] parts = maker.substring(here.length()).split("/", -1);
    try {
      return started(Long.parseLong(parts[0])).filter(parts[1]::equals).isEmpty();
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static Optional<String> process(String here) {
    long pid = ProcessHandle.current().pid();
    try {
      return started(pid).map(at -> here + pid + "/" + at);
    } catch (IOException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** When a process was started, in ticks since the machine was: no clock moves them. */
  private static Optional<String> started(long pid) throws IOException {
    try {
      Path path = Path.of("/proc/" + pid + "/stat");
      String stat = Files.readString(path, StandardCharsets.ISO_8859_1);
      String afterName = stat.substring(stat.lastIndexOf(')') + 2); // a name may hold anything
      return Optional.of(afterName.split(" ", -1)[STARTED]);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
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
