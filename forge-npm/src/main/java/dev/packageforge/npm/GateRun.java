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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One judgement of a package that somebody wrote by hand. For one thread. */
final class GateRun {
  private final LookUpRules lookUps;
  private final Sessions sessions;
  private final Journal journal;
  private final List<Finding> findings = new ArrayList<>();
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
    List<Finding> errors = findings.stream().filter(Finding::isError).toList();
    if (errors.isEmpty()) {
      int count = judged.map(each -> each.tarball().entries().size()).orElse(0);
      return StepOutcome.passed(count + " files");
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
    Optional<PackageId> id = judged.map(each -> each.tarball().id());
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
