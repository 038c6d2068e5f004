package dev.packageforge.docker;

import static java.util.Comparator.naturalOrder;

import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of this machine as volumes of the engine, which need not be on this machine: each content
 * is sent once, and then only read; workers that begin at the same time each send their own. A
 * volume that was filled to the end has a second one beside it, as a mark.
 */
final class Layers {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);
  private static final String PREFIX = "package-forge-layer-";
  private static final String FILLED = "-filled";
  private static final String AT = "/layer";
  private static final int NAME = 40;
  private static final Duration TO_FILL = Duration.ofMinutes(10);

  private final Engine engine;
  private final Image image;
  private final Labels labels;
  private final Clock clock;
  private final Map<Path, Known> known = new HashMap<>();

  private record Known(String look, String name) {}

  Layers(Engine engine, Image image, Labels labels, Clock clock) {
    this.engine = engine;
    this.image = image;
    this.labels = labels;
    this.clock = clock;
  }

  /**
   * The volume with what a folder holds.
   *
   * @throws SandboxException if the folder is not there, or cannot be sent
   */
  synchronized String volume(SandboxSpec.Layer layer) throws InterruptedException {
    Path folder = layer.folder();
    if (!Files.isDirectory(folder)) {
      throw new SandboxException(
          "The folder " + folder + " cannot be shown in a sandbox: it is not there.",
          "Make it first, or leave it out.",
          false,
          null);
    }
    try {
      List<Path> paths = paths(folder);
      String look = look(folder, paths);
      Known before = known.get(folder);
      String name =
          before != null && before.look().equals(look)
              ? before.name()
              : PREFIX + content(folder, paths).substring(0, NAME);
      Optional<String> full = full(name);
      String volume = full.isPresent() ? full.get() : fill(name, folder, paths);
      known.put(folder, new Known(look, name));
      return volume;
    } catch (IOException | UncheckedIOException e) {
      throw new SandboxException(
          "The folder " + folder + " could not be read: " + e.getMessage(),
          "See that this program's user may read all of it.",
          false,
          e);
    }
  }

  /** Asked each time: who tidies an engine up removes both, and would be given an empty one. */
  private Optional<String> full(String name) {
    Set<String> there = new TreeSet<>();
    engine.volumes(labels.layer(name)).forEach(found -> there.add(found.id()));
    return there.stream().filter(volume -> there.contains(volume + FILLED)).findFirst();
  }

  /** Fills a volume that nobody else fills: others may be at the same content. */
  private String fill(String name, Path folder, List<Path> paths) throws InterruptedException {
    String volume = name + "-" + UUID.randomUUID();
    engine.createVolume(volume, labels.layer(name, clock.instant()));
    boolean filled = false;
    try {
      send(volume, folder, paths);
      engine.createVolume(volume + FILLED, labels.layer(name, clock.instant()));
      filled = true;
      return volume;
    } finally {
      if (!filled) {
        discard(volume);
      }
    }
  }

  private void send(String volume, Path folder, List<Path> paths) throws InterruptedException {
    ContainerPlan plan =
        new ContainerPlan(
            image,
            List.of("true"),
            SandboxSpec.Limits.ofDefaults(),
            labels.cell(clock.instant(), TO_FILL),
            List.of(new ContainerPlan.VolumeMount(volume, AT, /* writable= */ true)));
    String filler = engine.create(plan);
    try {
      engine.putArchive(filler, AT, Archive.ofTree(folder, paths));
    } finally {
      engine.remove(filler);
    }
  }

  private void discard(String volume) {
    try {
      boolean unused = engine.removeVolume(volume);
    } catch (SandboxException e) {
      LOG.debug("The volume {} could not be removed yet", volume, e);
    }
  }

  private static List<Path> paths(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.equals(folder))
          .filter(path -> Files.isSymbolicLink(path) || !isOdd(path))
          .map(folder::relativize)
          .sorted(naturalOrder())
          .toList();
    }
  }

  private static boolean isOdd(Path path) {
    return !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** What changes when a file is written, without reading it. */
  private static String look(Path folder, List<Path> paths) throws IOException {
    MessageDigest digest = sha256();
    for (Path path : paths) {
      Path at = folder.resolve(path);
      add(digest, path.toString());
      add(digest, Files.getLastModifiedTime(at, LinkOption.NOFOLLOW_LINKS).toString());
      add(digest, Long.toString(Files.isSymbolicLink(at) ? 0 : Files.size(at)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String content(Path folder, List<Path> paths) throws IOException {
    MessageDigest digest = sha256();
    for (Path path : paths) {
      Path at = folder.resolve(path);
      add(digest, path.toString());
      if (Files.isSymbolicLink(at)) {
        add(digest, "link " + Files.readSymbolicLink(at));
      } else if (Files.isDirectory(at)) {
        add(digest, "folder");
      } else {
        add(digest, (Files.isExecutable(at) ? "program " : "file ") + Files.size(at));
        digest.update(Files.readAllBytes(at));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
