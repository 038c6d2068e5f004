package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One verification: reads the draft, packs it in one session, proves the artifact in another. */
final class VerificationRun {
  private final VerificationRequest request;
  private final Sandbox sandbox;
  private final VerificationListener listener;
  private final Cancellation cancellation;
  private final NpmSettings settings;
  private final SandboxSpec.Limits limits;
  private final Toolbox toolbox;
  private final Journal journal;
  private Inspection inspection = Inspection.NOTHING;

  VerificationRun(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation,
      NpmToolchain toolchain) {
    this.request = request;
    this.sandbox = sandbox;
    this.listener = listener;
    this.cancellation = cancellation;
    this.settings = toolchain.settings();
    this.limits = toolchain.limits();
    this.toolbox = toolchain.toolbox();
    this.journal = new Journal(listener, cancellation);
  }

  Verification run() throws InterruptedException {
    journal.run(Step.INSPECT, this::inspect);
    Optional<PackedArtifact> packed = Optional.empty();
    if (journal.failed().isEmpty() && inspection.manifest().isPresent()) {
      packed = pack(inspection.manifest().get());
    } else {
      skip(Step.INSTALL, Step.BUILD, Step.PACK);
    }
    if (packed.isPresent()) {
      prove(inspection.manifest().orElseThrow(), packed.get());
    } else {
      skip(Step.TEST, Step.SMOKE, Step.EXAMPLES);
    }
    return conclude(packed);
  }

  private StepOutcome inspect() {
    inspection = Inspection.of(request);
    List<Finding> errors = inspection.errors();
    if (errors.isEmpty()) {
      return StepOutcome.passed(inspection.files().count() + " files");
    }
    String summary = errors.size() == 1 ? "1 error" : errors.size() + " errors";
    return StepOutcome.failed(summary, Failure.of(errors));
  }

  private Optional<PackedArtifact> pack(Manifest manifest) throws InterruptedException {
    boolean online = manifest.needsOthers(/* withDevelopment= */ true);
    try (Bench bench = open(online, Packing.FOLDER, List.of())) {
      bench.use(settings.variables(toolbox.in(sandbox, bench), !online));
      PackedRules rules =
          new PackedRules(request.id(), request.plan(), manifest, inspection.files());
      Packing packing = new Packing(bench, request.id(), manifest, rules);
      packing.put(inspection.files());
      journal.run(Step.INSTALL, packing::install);
      journal.run(Step.BUILD, packing::build);
      journal.run(Step.PACK, packing::pack);
      return packing.packed();
    }
  }

  private void prove(Manifest manifest, PackedArtifact packed) throws InterruptedException {
    boolean online = manifest.needsOthers(/* withDevelopment= */ false);
    List<Artifact.Entry> entries = packed.artifact().entries();
    try (Bench bench = open(online, "node_modules/" + manifest.name(), entries)) {
      bench.use(settings.variables(toolbox.in(sandbox, bench), !online));
      Proving proving = new Proving(bench, manifest, packed, limits.command());
      journal.run(Step.TEST, () -> proving.test(inspection.files()));
      journal.run(Step.SMOKE, proving::smoke);
      journal.run(Step.EXAMPLES, () -> proving.examples(inspection.files()));
    }
  }

  /**
   * Opens a session.
   *
   * @param built files that a build may have added to those of the draft
   */
  private Bench open(boolean online, String folder, List<Artifact.Entry> built)
      throws InterruptedException {
    cancellation.throwIfCancelled();
    SandboxSpec.Network network =
        online ? SandboxSpec.Network.REGISTRY_ONLY : SandboxSpec.Network.NONE;
    Set<String> paths =
        Stream.concat(
                inspection.files().files().stream().map(SourceFile::path),
                built.stream().map(Artifact.Entry::path))
            .collect(Collectors.toSet());
    SandboxSession session = sandbox.open(new SandboxSpec(network, limits));
    return new Bench(session, new Places(Set.of(folder), paths), listener, cancellation);
  }

  private void skip(Step... steps) throws InterruptedException {
    for (Step step : steps) {
      journal.run(step, () -> StepOutcome.skipped("not reached"));
    }
  }

  private Verification conclude(Optional<PackedArtifact> packed) {
    if (journal.failed().isEmpty() && packed.isPresent()) {
      return new Verification.Passed(packed.get(), journal.reports(), inspection.findings());
    }
    List<Finding> findings = new ArrayList<>(inspection.findings());
    journal.failures().stream()
        .map(Failure::finding)
        .filter(finding -> !findings.contains(finding))
        .limit(DigestWriter.MAX_FAILURES)
        .forEach(findings::add);
    return new Verification.Failed(
        new DigestWriter(inspection.files())
            .write(journal.failed().orElse(Step.INSPECT), journal.failures()),
        journal.reports(),
        findings);
  }
}
