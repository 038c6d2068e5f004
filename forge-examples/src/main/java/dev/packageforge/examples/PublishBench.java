package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.npm.NpmRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Publishes packages with ours and with the npm client, in turn, to one registry; both get tarballs
 * that are ready. Ours looks the version up before, reads it back after, and downloads and hashes
 * what is served; npm does what {@code npm publish FILE} does.
 */
final class PublishBench {
  /** What is packed: so many files, of so many characters of code that does not repeat. */
  private record Kind(String what, int files, int characters) {}

  private static final String VERSION = "1.0.0";
  private static final List<Kind> KINDS =
      List.of(new Kind("small, 3 files", 1, 100), new Kind("95 kB, 302 files", 300, 400));
  private static final double GOAL = 20;
  private static final int PATIENCE_MINUTES = 2;

  private final Path npm;
  private final Map<String, String> environment;
  private final Path folder;
  private final NpmRegistry registry;
  private final Path settings;
  private final int samples;
  private final int warmUps;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param folder for what is packed; empty
   * @param samples measured publishes of each kind and side
   * @param warmUps publishes of ours before, which are not counted
   */
  PublishBench(
      Path npm,
      Map<String, String> environment,
      Path folder,
      NpmRegistry registry,
      Secret token,
      int samples,
      int warmUps,
      Consumer<String> progress)
      throws IOException {
    this.npm = npm;
    this.environment = environment;
    this.folder = folder;
    this.registry = registry;
    this.samples = samples;
    this.warmUps = warmUps;
    this.progress = progress;
    this.settings = folder.resolve("npmrc");
    String place = registry.description().substring(registry.description().indexOf(':') + 1);
    Files.writeString(
        settings,
        "registry="
            + registry.description()
            + "\n"
            + place
            + ":_authToken="
            + token.reveal()
            + "\naudit=false\nfund=false\nupdate-notifier=false\n");
  }

  List<BenchRow> measure() throws IOException, InterruptedException {
    List<BenchRow> rows = new ArrayList<>();
    for (int i = 0; i < KINDS.size(); i++) {
      rows.add(measure(KINDS.get(i), "bench-" + i));
    }
    return rows;
  }

  private BenchRow measure(Kind kind, String name) throws IOException, InterruptedException {
    progress.accept("packing " + kind.what());
    Path source = write(kind, name);
    List<Path> packed = new ArrayList<>();
    for (int i = 0; i < warmUps + 2 * samples; i++) {
      packed.add(pack(source, name + "-" + i)); // each the first of its name
    }
    progress.accept("publishing " + kind.what());
    int next = 0;
    for (int i = 0; i < warmUps; i++, next++) {
      ours(packed.get(next), new PackageId(name + "-" + next, VERSION));
    }
    double[] ours = new double[samples];
    double[] theirs = new double[samples];
    for (int i = 0; i < samples; i++, next += 2) {
      ours[i] = ours(packed.get(next), new PackageId(name + "-" + next, VERSION));
      theirs[i] = theirs(packed.get(next + 1));
    }
    return new BenchRow(
        "publish " + kind.what(),
        BenchRow.Unit.MILLISECONDS,
        median(ours),
        median(theirs),
        BenchRow.Goal.times(GOAL));
  }

  private Path write(Kind kind, String name) throws IOException {
    Path source = Files.createDirectory(folder.resolve(name));
    Random random = new Random(kind.files());
    Files.writeString(source.resolve("README.md"), "# " + name + "\n\nMade to be measured.\n");
    for (int i = 0; i < kind.files(); i++) {
      StringBuilder code = new StringBuilder("export const text = '");
      for (int each = 0; each < kind.characters(); each++) {
        code.append((char) ('a' + random.nextInt(26)));
      }
      Files.writeString(source.resolve("part-" + i + ".js"), code.append("';\n"));
    }
    return source;
  }

  private Path pack(Path source, String name) throws IOException, InterruptedException {
    Files.writeString(
        source.resolve("package.json"),
        "{\"name\":\"%s\",\"version\":\"%s\",\"type\":\"module\",\"license\":\"MIT\"}"
            .formatted(name, VERSION));
    run(source, "pack", "--ignore-scripts", "--pack-destination", folder.toString());
    return folder.resolve(name + "-" + VERSION + ".tgz");
  }

  /** Milliseconds from the bytes in hand to bytes that were served and are the same. */
  private double ours(Path file, PackageId id) throws IOException, InterruptedException {
    byte[] bytes = Files.readAllBytes(file);
    String fileName = String.valueOf(file.getFileName());
    Artifact artifact = new Artifact(id, Sha512.of(bytes), bytes.length, fileName, List.of());
    PackedArtifact packed = new PackedArtifact(artifact, bytes);
    long start = System.nanoTime();
    boolean absent = registry.find(id).isEmpty();
    PublishOutcome outcome = registry.publish(new PublishRequest(packed, PublishOptions.publish()));
    StoredVersion stored = registry.find(id).orElse(null);
    boolean same =
        stored != null
            && stored.digest().equals(artifact.digest())
            && registry.served(stored).filter(artifact.digest()::equals).isPresent();
    long took = System.nanoTime() - start;
    if (!absent || !same || !(outcome instanceof PublishOutcome.Accepted)) {
      throw failed("ours did not publish " + id + ": " + outcome);
    }
    return took / 1e6;
  }

  private double theirs(Path file) throws IOException, InterruptedException {
    long start = System.nanoTime();
    run(folder, "publish", file.toString());
    return (System.nanoTime() - start) / 1e6;
  }

  private void run(Path where, String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(npm.toString()));
    line.addAll(Arrays.asList(arguments));
    Path log = folder.resolve("npm.log");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("npm_config_userconfig", settings.toString());
    builder.environment().put("npm_config_cache", folder.resolve("cache").toString());
    Process process = builder.start();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        List<String> said = Files.readAllLines(log);
        String last = said.isEmpty() ? "it did not say why" : said.get(said.size() - 1);
        throw failed("npm " + arguments[0] + ": " + last);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CommandException failed(String why) {
    return new CommandException(
        Exit.OUTSIDE, "The bench came to no result: " + why + ".", "Run it again.");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
