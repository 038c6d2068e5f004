package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One verification: reads the draft, packs it in one session, proves the artifact in another. */
final class VerificationRun {
  private final VerificationRequest request;
  private final Sessions sessions;
  private final Journal journal;
  private Inspection inspection = Inspection.NOTHING;

  VerificationRun(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation,
      NpmToolchain toolchain) {
    this.request = request;
    this.sessions = new Sessions(toolchain, sandbox, listener, cancellation);
    this.journal = new Journal(listener, cancellation);
  }

  Verification run() throws InterruptedException {
    journal.run(Step.INSPECT, this::inspect);
    Optional<PackedArtifact> packed = Optional.empty();
    if (journal.failed().isEmpty() && inspection.manifest().isPresent()) {
      packed = pack(inspection.manifest().get());
    } else {
      journal.skip(Proof.NOT_REACHED, Step.INSTALL, Step.BUILD, Step.PACK);
    }
    Proof proof = new Proof(House.OURS, sessions, journal);
    if (packed.isPresent()) {
      proof.run(inspection.manifest().orElseThrow(), packed.get(), inspection.files());
    } else {
      proof.skip();
    }
    return conclude(packed, proof.warnings());
  }

  private StepOutcome inspect() {
    inspection = Inspection.of(request);
    return inspection.outcome();
  }

  private Optional<PackedArtifact> pack(Manifest manifest) throws InterruptedException {
    Dependencies dependencies = sessions.dependencies(manifest, /* withDevelopment= */ true);
    try (Bench bench = sessions.open(dependencies.online(), Packing.FOLDER, inspection.paths())) {
      PackedRules rules =
          new PackedRules(request.id(), request.plan(), manifest, inspection.files());
      Packing packing = new Packing(bench, request.id(), manifest, dependencies, rules::judge);
      packing.put(inspection.files());
      journal.run(Step.INSTALL, packing::install);
      journal.run(Step.BUILD, packing::build);
      journal.run(Step.PACK, packing::pack);
      return packing.packed();
    }
  }

  private Verification conclude(Optional<PackedArtifact> packed, List<Finding> warnings) {
    List<Finding> findings = new ArrayList<>(inspection.findings());
    findings.addAll(warnings);
    if (journal.failed().isEmpty() && packed.isPresent()) {
      return new Verification.Passed(packed.get(), journal.reports(), findings);
    }
    journal.addFailures(findings);
    return new Verification.Failed(journal.digest(inspection.files()), journal.reports(), findings);
  }
}
