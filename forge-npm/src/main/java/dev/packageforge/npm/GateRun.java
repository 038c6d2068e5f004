package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One judgement of a package that somebody wrote by hand. For one thread. */
final class GateRun {
  private final LookUpRules lookUps;
  private final Sessions sessions;
  private final Journal journal;
  private final List<Finding> findings = new ArrayList<>();
  private Optional<Manifest> stated = Optional.empty();
  private Optional<TarballRules.Judged> judged = Optional.empty();

  GateRun(
      NpmToolchain toolchain,
      LookUpRules lookUps,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation) {
    this.lookUps = lookUps;
    this.sessions = new Sessions(toolchain, sandbox, listener, cancellation);
    this.journal = new Journal(listener, cancellation);
  }

  GateReport tarball(byte[] bytes) throws InterruptedException {
    journal.run(Step.INSPECT, () -> inspect(bytes));
    journal.skip("packed already", Step.INSTALL, Step.BUILD, Step.PACK);
    Proof proof = new Proof(House.ANYBODYS, sessions, journal);
    Optional<PackedArtifact> packed = Optional.empty();
    FileSet files = FileSet.empty();
    if (judged.isPresent() && journal.failed().isEmpty()) {
      packed = Optional.of(artifact(judged.get().tarball(), bytes));
      files = documents(judged.get().files());
      findings.add(testsNotRun());
      proof.run(judged.get().tarball().manifest(), packed.get(), files);
    } else {
      proof.skip();
    }
    findings.addAll(proof.warnings());
    return report(packed, files);
  }

  GateReport folder(PackageFolder folder) throws InterruptedException {
    findings.addAll(folder.findings());
    journal.run(Step.INSPECT, () -> inspect(folder));
    Optional<PackedArtifact> packed = Optional.empty();
    FileSet files = FileSet.empty();
    Proof proof = new Proof(House.ANYBODYS, sessions, journal);
    if (stated.isPresent() && journal.failed().isEmpty()) {
      packed = pack(stated.get(), folder);
    } else {
      journal.skip(Proof.NOT_REACHED, Step.INSTALL, Step.BUILD, Step.PACK);
    }
    if (packed.isPresent()) {
      Tarball tarball = judged.orElseThrow().tarball();
      HandTests tests = HandTests.of(tarball.manifest(), folder.files(), tarball.paths());
      files = tests.files();
      findings.addAll(tests.findings());
      proof.run(tarball.manifest(), packed.get(), files);
    } else {
      proof.skip();
    }
    findings.addAll(proof.warnings());
    return report(packed, files);
  }

  private StepOutcome inspect(PackageFolder folder) throws InterruptedException {
    byte[] text = folder.files().get(Manifest.FILE);
    if (text == null) {
      findings.add(Finding.error("manifest-missing", "", "There is no package.json.", "Write it."));
    } else {
      try {
        Manifest manifest = Manifest.parse(new String(text, StandardCharsets.UTF_8));
        stated = Optional.of(manifest);
        List<Finding> all = new ArrayList<>(ManifestRules.anybodys(manifest));
        all.addAll(DependencyRules.anybodys(manifest));
        findings.addAll(House.ANYBODYS.judge(all));
        findings.addAll(lookUps.dependencies(manifest));
      } catch (UnreadableManifestException e) {
        findings.add(Inspection.unreadable(e));
      }
    }
    return inspected(folder.files().size());
  }

  /** Packs as npm does: with what the build makes, and without what its ignore files leave out. */
  private Optional<PackedArtifact> pack(Manifest manifest, PackageFolder folder)
      throws InterruptedException {
    PackageId id = id(manifest);
    boolean builds = manifest.hasBuild();
    Dependencies dependencies =
        builds
            ? sessions.dependencies(manifest, /* withDevelopment= */ true)
            : Dependencies.fetched(/* needed= */ false);
    Set<String> paths = folder.files().keySet();
    try (Bench bench = sessions.open(dependencies.online(), Packing.FOLDER, paths)) {
      Packing packing = new Packing(bench, id, manifest, dependencies, this::judge);
      packing.put(folder.files());
      if (builds) {
        journal.run(Step.INSTALL, packing::install);
        journal.run(Step.BUILD, packing::build);
      } else {
        journal.skip("no build script", Step.INSTALL, Step.BUILD);
      }
      journal.run(Step.PACK, packing::pack);
      return packing.packed();
    }
  }

  private PackedRules.Judged judge(byte[] bytes) throws BadTarballException, InterruptedException {
    try {
      TarballRules.Judged sound = TarballRules.judge(House.ANYBODYS, bytes);
      judged = Optional.of(sound);
      List<Finding> all = new ArrayList<>(sound.findings());
      all.addAll(lookUps.release(sound.tarball(), sound.files(), Sha512.of(bytes)));
      all.stream()
          .filter(each -> !each.isError() && !findings.contains(each))
          .forEach(findings::add);
      return new PackedRules.Judged(
          sound.tarball(), all.stream().filter(Finding::isError).toList());
    } catch (UnreadableManifestException e) {
      throw new BadTarballException("its " + e.getMessage(), e);
    }
  }

  private StepOutcome inspect(byte[] bytes) throws InterruptedException {
    try {
      TarballRules.Judged sound = TarballRules.judge(House.ANYBODYS, bytes);
      judged = Optional.of(sound);
      findings.addAll(sound.findings());
      findings.addAll(lookUps.dependencies(sound.tarball().manifest()));
      findings.addAll(lookUps.release(sound.tarball(), sound.files(), Sha512.of(bytes)));
    } catch (BadTarballException e) {
      findings.add(
          Finding.error("tarball-refused", "", "The tarball is refused: " + e.why() + ".", ""));
    } catch (UnreadableManifestException e) {
      findings.add(Inspection.unreadable(e));
    }
    return inspected(judged.map(each -> each.tarball().entries().size()).orElse(0));
  }

  private StepOutcome inspected(int files) {
    List<Finding> errors = findings.stream().filter(Finding::isError).toList();
    if (errors.isEmpty()) {
      return StepOutcome.passed(files == 1 ? "1 file" : files + " files");
    }
    return StepOutcome.failed(
        errors.size() == 1 ? "1 error" : errors.size() + " errors", Failure.of(errors));
  }

  private static PackedArtifact artifact(Tarball tarball, byte[] bytes) {
    PackageId id = tarball.id();
    return new PackedArtifact(
        new Artifact(
            id,
            Sha512.of(bytes),
            bytes.length,
            PackageName.tarball(id.name(), id.version()),
            tarball.entries()),
        bytes);
  }

  private static boolean isNamed(Manifest manifest) {
    return PackageName.problem(manifest.name()).isEmpty() && SemVer.isStrict(manifest.version());
  }

  private static PackageId id(Manifest manifest) {
    return new PackageId(manifest.name(), manifest.version());
  }

  private static Finding testsNotRun() {
    return Finding.warning(
        "tests-not-run",
        "",
        "No tests were run: the tarball holds none that could be.",
        "Verify the folder it was packed from.");
  }

  /** The README, whose examples are run. */
  private static FileSet documents(PackedFiles files) {
    return FileSet.of(
        files.readable().stream()
            .filter(path -> path.equalsIgnoreCase("readme.md"))
            .flatMap(
                path ->
                    files
                        .text(path)
                        .filter(text -> SourceFile.contentProblem(text).isEmpty())
                        .map(text -> new SourceFile(path, text))
                        .stream())
            .limit(1)
            .toList());
  }

  private GateReport report(Optional<PackedArtifact> packed, FileSet files) {
    Optional<PackageId> id =
        judged
            .map(each -> each.tarball().id())
            .or(() -> stated.filter(GateRun::isNamed).map(GateRun::id));
    if (packed.isPresent() && journal.failed().isEmpty()) {
      return new GateReport(
          id, packed, journal.reports(), Inspection.few(findings), Optional.empty());
    }
    journal.addFailures(findings);
    return new GateReport(
        id,
        Optional.empty(),
        journal.reports(),
        Inspection.few(findings),
        Optional.of(journal.digest(files)));
  }
}
