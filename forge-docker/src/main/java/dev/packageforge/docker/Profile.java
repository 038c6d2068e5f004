package dev.packageforge.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every container of ours may do, which is little: no network, no capability and no way to
 * gain one, few system calls, nothing on the host's disk, and three users that cannot touch each
 * other. All that can be written is in memory, bounded in bytes and in files.
 */
final class Profile {
  /** Runs the first process, by user and group number. */
  static final String HOLDER = "10000:10000";

  /** Runs what we do not know. */
  static final String JOB = "10001:10001";

  /** Runs what is ours beside it. */
  static final String COMPANION = "10002:10002";

  /** {@link #JOB} as a number. */
  static final int JOB_ID = 10001;

  /** The folder in which commands start; a mount of its own, owned by the job. */
  static final String WORK = "/work";

  /** The job's home. */
  static final String HOME = "/home/job";

  /** Room for what is thrown away. */
  static final String TEMP = "/tmp";

  /** Processes that are ours: the holder, its shell, and what asks in between. */
  static final int OURS = 8;

  private static final int OPEN_FILES = 8192;
  private static final long SMALLEST = 64 * 1024;
  private static final long BYTES_A_FILE = 4096;
  private static final long FEWEST_FILES = 256;
  private static final long MOST_FILES = 262_144;
  private static final long NANOS = 1_000_000_000L;
  private static final int FIRST_TO_GO = 500; // if the host itself runs out of memory

  // Waits for the holder and, in passing, for every orphan: without that the ended would count as
  // processes. The holder's input is ours, and ends with us.
  private static final String FIRST =
      "exec 3<&0; \"$@\" <&3 3<&- & exec <&- 3<&-; wait \"$!\"; exit 0";

  private static final String SECCOMP = read("seccomp.json");

  private Profile() {}

  /** The body of the request that creates a container. */
  static ObjectNode container(ContainerPlan plan, EngineFacts facts, @Nullable String runtime) {
    ObjectNode body = Json.object();
    body.put("Image", plan.image().id());
    body.put("Hostname", "sandbox");
    body.put("User", HOLDER);
    body.put("WorkingDir", "/");
    body.put("OpenStdin", true).put("StdinOnce", true).put("Tty", false);
    body.put("AttachStdin", true).put("AttachStdout", true).put("AttachStderr", true);
    body.put("NetworkDisabled", true);
    ArrayNode first = body.putArray("Entrypoint");
    List.of("sh", "-c", FIRST, "sh").forEach(first::add);
    ArrayNode holder = body.putArray("Cmd");
    plan.holder().forEach(holder::add);
    ArrayNode environment = body.putArray("Env");
    environment.add("HOME=" + HOME);
    body.putObject("Healthcheck").putArray("Test").add("NONE");
    ObjectNode labels = body.putObject("Labels");
    plan.labels().forEach(labels::put);
    body.set("HostConfig", host(plan, facts, runtime));
    return body;
  }

  private static ObjectNode host(ContainerPlan plan, EngineFacts facts, @Nullable String runtime) {
    Limits limits = plan.limits();
    ObjectNode host = Json.object();
    host.put("AutoRemove", true);
    host.put("NetworkMode", "none");
    host.put("IpcMode", "private");
    host.put("Privileged", false);
    host.put("ReadonlyRootfs", true);
    host.putArray("CapDrop").add("ALL");
    ArrayNode security = host.putArray("SecurityOpt");
    security.add("no-new-privileges");
    if (!facts.podman()) {
      // Podman looks for a file of that name instead.
      security.add("seccomp=" + SECCOMP);
    }
    host.putObject("LogConfig").put("Type", "none");
    if (runtime != null) {
      host.put("Runtime", runtime);
    }

    // What is written is memory, and the kernel counts it as the writer's.
    long memory = limits.memoryBytes() + limits.diskBytes();
    host.put("Memory", memory).put("MemorySwap", memory);
    host.put("PidsLimit", limits.processes() + OURS);
    host.put("NanoCpus", Math.round(limits.processors() * NANOS));
    host.put("OomScoreAdj", FIRST_TO_GO);
    ArrayNode ulimits = host.putArray("Ulimits");
    ulimit(ulimits, "core", 0);
    ulimit(ulimits, "nofile", OPEN_FILES);
    ulimit(ulimits, "fsize", limits.diskBytes());

    Room room = Room.of(limits.diskBytes());
    host.put("ShmSize", room.shared());
    ObjectNode temporary = host.putObject("Tmpfs");
    temporary.put(TEMP, options(room.temp(), "mode=1777", facts));
    temporary.put(HOME, options(room.home(), owned("0700"), facts));
    ArrayNode mounts = host.putArray("Mounts");
    work(mounts.addObject(), room, plan, facts);
    for (ContainerPlan.VolumeMount mount : plan.mounts()) {
      ObjectNode node = mounts.addObject();
      node.put("Type", "volume").put("Source", mount.volume()).put("Target", mount.path());
      node.put("ReadOnly", !mount.writable());
      node.putObject("VolumeOptions").put("NoCopy", true);
    }
    // An image may ask for room on the engine's disk: it gets an empty place without any.
    for (String path : plan.image().volumes()) {
      if (!temporary.has(path) && !path.equals(WORK)) {
        temporary.put(path, options(SMALLEST, "mode=0555", facts) + ",ro");
      }
    }
    return host;
  }

  // A volume, because an engine packs and unpacks archives in volumes and not in what it mounts
  // for a container alone. It has no name and goes with its container.
  private static void work(ObjectNode mount, Room room, ContainerPlan plan, EngineFacts facts) {
    mount.put("Type", "volume").put("Target", WORK);
    ObjectNode volume = mount.putObject("VolumeOptions").put("NoCopy", true);
    ObjectNode labels = volume.putObject("Labels");
    plan.labels().forEach(labels::put);
    ObjectNode driver = volume.putObject("DriverConfig").put("Name", "local");
    ObjectNode options = driver.putObject("Options");
    options.put("type", "tmpfs").put("device", "tmpfs");
    String size = "size=" + room.work();
    options.put(
        "o",
        facts.podman()
            ? size
            : "nosuid,nodev," + size + ",nr_inodes=" + files(room.work()) + "," + owned("0755"));
  }

  private static String options(long size, String rest, EngineFacts facts) {
    String common = "rw,nosuid,nodev,exec,size=" + size;
    if (facts.podman()) {
      return common + (rest.startsWith("uid") ? ",mode=1777" : "," + rest);
    }
    return common + ",nr_inodes=" + files(size) + "," + rest;
  }

  private static String owned(String mode) {
    return "uid=" + JOB_ID + ",gid=" + JOB_ID + ",mode=" + mode;
  }

  private static long files(long bytes) {
    return Math.max(FEWEST_FILES, Math.min(MOST_FILES, bytes / BYTES_A_FILE));
  }

  private static void ulimit(ArrayNode all, String name, long most) {
    all.addObject().put("Name", name).put("Soft", most).put("Hard", most);
  }

  /** How what may be written is shared out: the sum is the limit. */
  record Room(long work, long home, long temp, long shared) {
    static Room of(long disk) {
      long eighth = Math.max(SMALLEST, disk / 8);
      long sixteenth = Math.max(SMALLEST, disk / 16);
      long work = Math.max(SMALLEST, disk - 2 * eighth - sixteenth);
      return new Room(work, eighth, eighth, sixteenth);
    }
  }

  /** The filter of system calls, as engines read it. */
  static String seccomp() {
    return SECCOMP;
  }

  private static String read(String name) {
    try (InputStream in = Profile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this library lacks its file " + name);
      }
      // Without its line breaks, which no engine needs.
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.text(Json.read(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
