package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.SandboxReport;
import dev.packageforge.SandboxReport.Level;
import dev.packageforge.docker.EngineFacts.Missing;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Says what really holds in containers of one engine. What the engine says of itself is not
 * believed alone: the first time that the image is there, a container is started as every other and
 * looked at from inside, as the user that runs what we do not know.
 */
final class Probe {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int LONGEST = 64 * 1024;
  private static final Set<String> OWN_KERNEL = Set.of("runsc", "kata");

  // The shell's own words alone: an image needs to hold no more than that.
  private static final String LOOK =
      """
      while read -r name value rest; do
        case $name in NoNewPrivs:|Seccomp:|CapEff:|CapBnd:) echo "$name$value";; esac
      done </proc/self/status
      for file in memory.max memory/memory.limit_in_bytes pids.max pids/pids.max; do
        [ ! -r /sys/fs/cgroup/$file ] || { read -r value </sys/fs/cgroup/$file; echo "$file:$value"; }
      done
      while IFS=': ' read -r name rest; do
        case $name in *'|'*|face|lo|'') ;; *) echo "device:$name";; esac
      done </proc/net/dev
      { echo x >/usr/forge-probe; } 2>/dev/null && echo root:writable
      echo done:yes
      """;

  private final Engine engine;
  private final String image;
  private final Map<String, String> labels;
  private @Nullable Seen seen;
  private @Nullable SandboxReport latest;
  private long latestAt;

  /**
   * For one engine; nothing is looked at yet.
   *
   * @param image the name of what containers are made from; never fetched here
   * @param labels of the container that is looked at
   */
  Probe(Engine engine, String image, Map<String, String> labels) {
    this.engine = engine;
    this.image = image;
    this.labels = Map.copyOf(labels);
  }

  /**
   * Refuses an engine whose containers, looked at from inside, hold too little. Only the first time
   * that takes long.
   *
   * @throws SandboxException if they do, or the engine does not answer
   */
  void requireContained() {
    requireContained(report());
  }

  static void requireContained(SandboxReport report) {
    if (report.level().compareTo(Level.CONTAINED) < 0) {
      throw new SandboxException(
          "No session is opened, because containers here do not hold what they must: "
              + String.join(" ", report.degradations()),
          "Change what is named in the engine's settings, or use another engine or runtime.",
          false,
          null);
    }
  }

  /**
   * What holds now; not older than some seconds.
   *
   * @throws SandboxException if the engine does not answer, or starts no container
   */
  synchronized SandboxReport report() {
    SandboxReport known = latest;
    if (known != null && System.nanoTime() - latestAt < FRESH.toNanos()) {
      return known;
    }
    engine.ping();
    Optional<Image> here = engine.images().find(image);
    Seen inside = seen;
    if (inside == null && here.isPresent()) {
      inside = look(here.get());
      seen = inside.whole() ? inside : null;
    }
    SandboxReport report = judge(engine.facts(), engine.runtime(), image, here, inside);
    latest = inside == null ? null : report; // the image may be there at any moment
    latestAt = System.nanoTime();
    return report;
  }

  /**
   * What a command found out.
   *
   * @param values by name
   * @param devices of the network, the loopback aside
   * @param limits that its container was given
   */
  record Seen(Map<String, String> values, Set<String> devices, Limits limits) {
    Seen {
      values = Map.copyOf(values);
      devices = Set.copyOf(devices);
    }

    static Seen of(String output, Limits limits) {
      Map<String, String> values = new HashMap<>();
      Set<String> devices = new HashSet<>();
      for (String line : output.split("\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.startsWith("device:")) {
          devices.add(line.substring(colon + 1));
        } else if (colon > 0) {
          values.put(line.substring(0, colon), line.substring(colon + 1));
        }
      }
      return new Seen(values, devices, limits);
    }

    private boolean is(String name, String expected) {
      return values.getOrDefault(name, "").equals(expected);
    }

    private boolean whole() {
      return is("done", "yes");
    }

    private boolean none(String capabilities) {
      return values.getOrDefault(capabilities, "?").matches("0+");
    }

    /** Whether a ceiling is there, where it can be seen. */
    private Optional<Boolean> held(long most, String... names) {
      for (String name : names) {
        String value = values.get(name);
        if (value != null) {
          return Optional.of(value.matches("\\d{1,18}") && Long.parseLong(value) <= most);
        }
      }
      return Optional.empty();
    }
  }

  private Seen look(Image from) {
    Limits limits = Limits.ofDefaults();
    String container = "";
    try {
      container = engine.create(new ContainerPlan(from, List.of("cat"), limits, labels, List.of()));
      Holder holder = engine.attachAndStart(container);
      try {
        Output output = new Output();
        ExecPlan plan =
            new ExecPlan(List.of("sh", "-c", LOOK), Map.of(), Profile.JOB, Profile.WORK);
        Exec exec = engine.exec(container, plan, output);
        try {
          return Seen.of(output.text(), limits);
        } finally {
          exec.close();
        }
      } finally {
        holder.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(
          "Looking at a container was interrupted.", "Ask again.", /* retryable= */ true, e);
    } finally {
      if (!container.isEmpty()) {
        engine.remove(container);
      }
    }
  }

  static SandboxReport judge(
      EngineFacts facts,
      @Nullable String runtime,
      String name,
      Optional<Image> image,
      @Nullable Seen seen) {
    List<String> enforced = new ArrayList<>();
    List<String> degradations = new ArrayList<>();
    Level level = Level.ISOLATED;

    String by = runtime == null ? facts.defaultRuntime() : runtime;
    boolean ownKernel =
        OWN_KERNEL.stream().anyMatch(by.toLowerCase(Locale.ROOT)::contains) && !facts.podman();
    enforced.add(
        facts.product()
            + " "
            + facts.version()
            + " at "
            + facts.address()
            + (by.isEmpty() ? "" : ", containers run by " + by)
            + ".");
    image.ifPresent(found -> enforced.add(origin(found)));
    enforced.add("No network from beginning to end but the loopback.");
    enforced.add(
        "No capability and no way to gain one; commands are a user of their own, other than what"
            + " holds their container.");
    if (ownKernel) {
      enforced.add("Commands meet a kernel of their own, not this machine's.");
    } else if (facts.podman()) {
      degradations.add("System calls are filtered as Podman does by default, not as we would.");
      level = Level.CONTAINED;
    } else if (seen == null || seen.is("Seccomp", "2")) {
      enforced.add("System calls that programs do not need are refused.");
    }
    enforced.add(
        "The image is read-only; what is written stays in memory, bounded in bytes"
            + (facts.podman() ? "." : " and in files."));
    if (facts.podman()) {
      degradations.add("The number of files is not bounded.");
    }

    Limits limits = seen == null ? Limits.ofDefaults() : seen.limits();
    boolean memory =
        held(
            facts,
            Missing.MEMORY,
            seen,
            limits.memoryBytes() + limits.diskBytes(),
            "memory.max",
            "memory/memory.limit_in_bytes");
    boolean processes =
        held(
            facts,
            Missing.PROCESSES,
            seen,
            limits.processes() + Profile.OURS,
            "pids.max",
            "pids/pids.max");
    boolean processors = !facts.missing().contains(Missing.PROCESSORS);
    level = bounded(memory, "Memory", level, enforced, degradations);
    level = bounded(processes, "The number of processes", level, enforced, degradations);
    level = bounded(processors, "Processor time", level, enforced, degradations);
    enforced.add("Wall-clock time and output are bounded.");
    enforced.add("Everything ends with this program, however that ends.");
    if (memory && facts.missing().contains(Missing.SWAP)) {
      degradations.add("Swap is not bounded: memory beyond the limit may be written to disk.");
    }
    if (facts.has("rootless")) {
      enforced.add("The engine itself is not root.");
    } else if (facts.has("userns")) {
      enforced.add("The users of containers are nobody outside of them.");
    }
    if (!facts.address().local()) {
      degradations.add(
          facts.address().certificates() == null
              ? "The engine is reached over a network, in the clear."
              : "The engine is reached over a network.");
    }

    if (image.isEmpty()) {
      degradations.add("The image " + name + " is not here yet: the first session fetches it.");
    } else if (seen != null) {
      List<String> holes = holes(seen, ownKernel);
      degradations.addAll(holes);
      if (!holes.isEmpty()) {
        level = Level.NONE;
      } else if (!ownKernel && !facts.podman() && !seen.is("Seccomp", "2")) {
        degradations.add("The kernel does not filter system calls.");
        level = Level.CONTAINED;
      }
    }
    if (ownKernel && level == Level.ISOLATED) {
      level = Level.DOUBLY_ISOLATED;
    }
    return new SandboxReport("docker", level, enforced, degradations);
  }

  private static String origin(Image image) {
    String digest =
        image.digests().isEmpty()
            ? image.id() + ", made on this engine"
            : image.digests().get(0).replaceFirst("^.*@", "");
    return "The image is " + image.name() + " (" + digest + ").";
  }

  private static boolean held(
      EngineFacts facts, Missing what, @Nullable Seen seen, long most, String... names) {
    boolean said = !facts.missing().contains(what);
    return seen == null ? said : seen.held(most, names).orElse(said);
  }

  private static Level bounded(
      boolean held, String what, Level level, List<String> enforced, List<String> degradations) {
    if (held) {
      enforced.add(what + " is bounded.");
      return level;
    }
    degradations.add(what + " is not bounded.");
    return level == Level.NONE ? level : Level.CONTAINED;
  }

  /** What must never be: none of it depends on the kernel's age or on settings. */
  private static List<String> holes(Seen seen, boolean ownKernel) {
    List<String> holes = new ArrayList<>();
    if (!seen.whole()) {
      holes.add("A container of this engine could not be looked at.");
      return holes;
    }
    if (!seen.devices().isEmpty()) {
      holes.add("A container has a network: " + String.join(", ", seen.devices()) + ".");
    }
    if (seen.is("root", "writable")) {
      holes.add("A container can change its image.");
    }
    if (!seen.none("CapEff") || !seen.none("CapBnd")) {
      holes.add("A command has capabilities.");
    }
    if (!ownKernel && !seen.is("NoNewPrivs", "1")) {
      holes.add("A command can gain privileges.");
    }
    return holes;
  }

  /** Keeps a little. */
  private static final class Output implements FrameListener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void frame(boolean error, byte[] more) {
      if (!error && bytes.size() + more.length <= LONGEST) {
        bytes.writeBytes(more);
      }
    }

    @Override
    public void ended(@Nullable Throwable why) {
      end.complete(bytes.toString(UTF_8));
    }

    String text() throws InterruptedException {
      try {
        return end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new SandboxException(
            "A container that was started to be looked at did not answer.",
            "See whether the engine is overloaded.",
            true,
            e);
      }
    }
  }
}
