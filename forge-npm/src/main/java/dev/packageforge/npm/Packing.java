package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.sandbox.ExecResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first session: fetches what a build needs, builds, and packs. What npm prints is shown but
 * never believed; the tarball itself is read.
 */
final class Packing {
  /** The folder in the session that holds the draft. */
  static final String FOLDER = "package";

  private final Bench bench;
  private final PackageId id;
  private final Manifest manifest;
  private final Dependencies dependencies;
  private final Rules rules;
  private Optional<PackedArtifact> packed = Optional.empty();

  /**
   * In a fresh session.
   *
   * @param dependencies what a build needs
   */
  Packing(Bench bench, PackageId id, Manifest manifest, Dependencies dependencies, Rules rules) {
    this.bench = bench;
    this.id = id;
    this.manifest = manifest;
    this.dependencies = dependencies;
    this.rules = rules;
  }

  /** What judges the tarball. */
  @FunctionalInterface
  interface Rules {
    PackedRules.Judged judge(byte[] bytes) throws BadTarballException, InterruptedException;
  }

  /** Puts files, text or not, into the folder. */
  void put(Map<String, byte[]> files) {
    files.forEach((path, content) -> bench.put(FOLDER + "/" + path, content));
  }

  void put(FileSet files) {
    for (SourceFile file : files) {
      bench.put(FOLDER + "/" + file.path(), file.bytes());
    }
  }

  StepOutcome install() throws InterruptedException {
    if (!dependencies.needed()) {
      return StepOutcome.skipped("no dependencies");
    }
    if (dependencies.atHand()) {
      if (manifest.hasBuild()) {
        dependencies.unpack(bench, FOLDER);
      }
      return StepOutcome.passed("dependencies at hand");
    }
    Ran ran =
        bench.run(
            Step.INSTALL,
            List.of("npm", "install", "--prefix", FOLDER, "--ignore-scripts", "--no-save"));
    Optional<StepOutcome> trouble = fetchTrouble(ran, "npm install");
    bench.cutNetwork();
    if (trouble.isPresent()) {
      return trouble.get();
    }
    dependencies.keep(bench, FOLDER);
    return StepOutcome.passed("dependencies fetched");
  }

  /** What went wrong while npm fetched; a registry that is silent is not the draft's fault. */
  static Optional<StepOutcome> fetchTrouble(Ran ran, String what) {
    if (ran.succeeded()) {
      return Optional.empty();
    }
    NpmErrors errors = NpmErrors.in(ran.lines());
    errors.throwIfRegistry(what);
    if (ran.result() instanceof ExecResult.TimedOut) {
      throw new RegistryException(
          what + " did not come to an end in time.",
          "Check the network and \"npm config get registry\", then try again.",
          /* retryable= */ true,
          /* cause= */ null);
    }
    Failure failure = ran.ceiling(what).orElseGet(() -> errors.failure(what));
    return Optional.of(StepOutcome.failed(failure.finding().code(), failure));
  }

  StepOutcome build() throws InterruptedException {
    if (!manifest.hasBuild()) {
      return StepOutcome.skipped("no build script");
    }
    Ran ran = bench.run(Step.BUILD, List.of("npm", "run", "build", "--prefix", FOLDER));
    if (ran.succeeded()) {
      return StepOutcome.passed("built");
    }
    Optional<Failure> ceiling = ran.ceiling("The build");
    if (ceiling.isPresent()) {
      return StepOutcome.failed(ceiling.get().finding().code(), ceiling.get());
    }
    List<Failure> errors = CompilerErrors.in(ran.lines());
    if (!errors.isEmpty()) {
      return StepOutcome.failed(errors.size() == 1 ? "1 error" : errors.size() + " errors", errors);
    }
    Failure failure = new CrashReader(bench.places()).read("The build", "", ran.lines());
    return StepOutcome.failed(failure.finding().code(), failure);
  }

  StepOutcome pack() throws InterruptedException {
    Ran ran =
        bench.run(
            Step.PACK,
            List.of(
                "npm",
                "pack",
                "./" + FOLDER,
                "--prefix",
                FOLDER,
                "--ignore-scripts",
                "--pack-destination",
                NpmSettings.OURS));
    if (!ran.succeeded()) {
      Failure failure =
          ran.ceiling("npm pack").orElseGet(() -> NpmErrors.in(ran.lines()).failure("npm pack"));
      return StepOutcome.failed(failure.finding().code(), failure);
    }
    String fileName = PackageName.tarball(id.name(), id.version());
    Optional<byte[]> left =
        bench.left(NpmSettings.OURS + "/" + fileName, TarballInspector.MAX_TOTAL);
    if (left.isEmpty()) {
      return refused("npm left no file of that name");
    }
    byte[] bytes = left.get();
    try {
      PackedRules.Judged judged = rules.judge(bytes);
      if (!judged.errors().isEmpty()) {
        return StepOutcome.failed(judged.errors().get(0).code(), Failure.of(judged.errors()));
      }
      Tarball tarball = judged.tarball();
      Artifact artifact =
          new Artifact(id, Sha512.of(bytes), bytes.length, fileName, tarball.entries());
      packed = Optional.of(new PackedArtifact(artifact, bytes));
      return StepOutcome.passed(tarball.entries().size() + " files");
    } catch (BadTarballException e) {
      return refused(e.why());
    }
  }

  private StepOutcome refused(String why) {
    return StepOutcome.failed(
        "tarball refused",
        Failure.of(
            Finding.error("tarball-refused", "", "The tarball is refused: " + why + ".", ""),
            List.of()));
  }

  /** The artifact, once packed. */
  Optional<PackedArtifact> packed() {
    return packed;
  }
}
