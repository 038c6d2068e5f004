package dev.packageforge.npm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Sha512;
import dev.packageforge.sandbox.SandboxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one install fetches, and what of that is at hand because an earlier one fetched the same.
 *
 * <p>A layer is the folder {@code node_modules} with npm's own record of it, as npm left it, packed
 * before any script ran in that session. npm takes what it finds there for its own work, so that an
 * artifact installed on top of it needs no registry.
 */
final class Dependencies {
  /** A larger layer is not kept: it passes through this program's memory. */
  static final int MAX_LAYER = 96 * 1024 * 1024;

  private static final String PACKED = NpmSettings.OURS + "/layer.tgz";
  private static final String TAR = NpmSettings.OURS + "/layer.tar";
  private static final JsonMapper JSON = new JsonMapper();

  private final boolean needed;
  private final Optional<Place> place;
  private final Optional<byte[]> layer;

  private Dependencies(boolean needed, Optional<Place> place) {
    this.needed = needed;
    this.place = place;
    this.layer = place.flatMap(at -> at.store().find(at.key()));
  }

  /** Where a layer is kept. */
  private record Place(LayerStore store, String key) {}

  /** Those that are fetched each time, if there are any. */
  static Dependencies fetched(boolean needed) {
    return new Dependencies(needed, Optional.empty());
  }

  /** Those that are fetched once for each key. */
  static Dependencies kept(LayerStore store, String key) {
    return new Dependencies(true, Optional.of(new Place(store, key)));
  }

  /** Whether the package names every dependency so that the same is meant elsewhere. */
  static boolean mayBeKept(Manifest manifest) {
    boolean bundles =
        List.of("bundleDependencies", "bundledDependencies", "workspaces").stream()
            .anyMatch(manifest::has);
    return !bundles
        && Manifest.DEPENDENCY_SECTIONS.stream()
            .flatMap(section -> manifest.dependencies(section).values().stream())
            .allMatch(range -> range.startsWith("npm:") || !range.matches(".*[:/\\\\].*"));
  }

  /**
   * What must be the same for the same to be installed.
   *
   * @param withDevelopment whether the package is installed as its authors do
   * @param surroundings the tools, the registry, the day: what npm's choice depends on
   */
  static String key(Manifest manifest, boolean withDevelopment, List<String> surroundings) {
    ObjectNode set = JSON.createObjectNode();
    surroundings.forEach(set.putArray("surroundings")::add);
    for (String section : Manifest.DEPENDENCY_SECTIONS) {
      Map<String, String> sorted = new TreeMap<>(manifest.dependencies(section));
      if (!sorted.isEmpty() && (withDevelopment || !section.equals("devDependencies"))) {
        ObjectNode ranges = set.putObject(section);
        sorted.forEach(ranges::put);
      }
    }
    if (manifest.has("peerDependenciesMeta")) {
      set.set("peerDependenciesMeta", manifest.field("peerDependenciesMeta"));
    }
    // Of what is installed into another project, npm passes these by.
    if (withDevelopment && manifest.has("overrides")) {
      set.set("overrides", manifest.field("overrides"));
    }
    return Sha512.of(set.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 64);
  }

  /** Whether there are any. */
  boolean needed() {
    return needed;
  }

  /** Whether nothing needs to be fetched for them. */
  boolean atHand() {
    return layer.isPresent();
  }

  /** Whether they must be fetched. */
  boolean online() {
    return needed && layer.isEmpty();
  }

  /**
   * Puts what is at hand where npm would install it.
   *
   * @param folder the project's
   */
  void unpack(Bench bench, String folder) throws InterruptedException {
    bench.put(PACKED, layer.orElseThrow());
    Ran ran = bench.quietly(List.of("tar", "-xzof", PACKED, "-C", folder));
    if (!ran.succeeded()) {
      throw unfit("could not be unpacked", ran);
    }
    bench.put(PACKED, new byte[0]);
  }

  /** That what was kept does not serve after all: from now on it is fetched each time. */
  SandboxException unfit(String what, Ran ran) {
    place.ifPresent(at -> at.store().refuse(at.key()));
    return new SandboxException(
        "Dependencies that were installed before " + what + ": " + String.join(" ", ran.tail()),
        "Nothing needs to be done: they are fetched anew.",
        /* retryable= */ true,
        /* cause= */ null);
  }

  /**
   * Keeps what npm just installed as the dependencies of a project. No script may have run.
   *
   * @param folder the project's
   */
  void keep(Bench bench, String folder) throws InterruptedException {
    if (place.isPresent()) {
      take(bench, bench.quietly(List.of("tar", "-cf", TAR, "-C", folder, "node_modules")));
    }
  }

  /**
   * Keeps what npm just installed along with a package. No script may have run.
   *
   * @param name the package's; it is not kept itself
   */
  void keepBeside(Bench bench, String name) throws InterruptedException {
    if (place.isPresent()) {
      bench.put(Harness.LAYER, Harness.resource("layer.mjs"));
      take(bench, bench.quietly(List.of("node", Harness.LAYER, name, TAR)));
    }
  }

  private void take(Bench bench, Ran packed) throws InterruptedException {
    if (packed.succeeded()) {
      Place at = place.orElseThrow();
      bench.left(TAR, MAX_LAYER).ifPresent(tar -> at.store().keep(at.key(), tar));
    }
    bench.put(TAR, new byte[0]);
  }
}
