package dev.packageforge.examples.hostile;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.Text;
import dev.packageforge.npm.GateReport;
import dev.packageforge.npm.NpmGate;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** One case that gives a package to those who judge packages. For one thread. */
final class PackageTrial {
  private static final String RECIPE = "tarball";

  /** What no artifact may hold: cases write it where they have no business. */
  private static final String TAMPERED = "TAMPERED";

  private static final PackageId ID = new PackageId("tiny-tally", "1.0.0");

  private final Attack.Judged attack;
  private final Map<String, String> files;
  private final String recipe;
  private final HostWatch watch;
  private final NpmToolchain toolchain;
  private final List<String> complaints = new ArrayList<>();

  PackageTrial(
      Attack.Judged attack,
      Map<String, String> changes,
      Map<String, String> sound,
      HostWatch watch,
      NpmToolchain toolchain) {
    Map<String, String> baited = new TreeMap<>();
    changes.forEach((path, text) -> baited.put(path, watch.bait(text)));
    String tarball = baited.remove(RECIPE);
    this.recipe = tarball == null ? "" : tarball;
    this.attack = attack;
    this.files = SoundPackage.with(sound, baited);
    this.watch = watch;
    this.toolchain = toolchain;
  }

  List<String> complaints(Sandbox sandbox, Path folder) throws InterruptedException, IOException {
    switch (attack.form()) {
      case DRAFT -> draft(sandbox);
      case FOLDER -> folder(sandbox, folder);
      default -> conclude(gate().check(tarball(), sandbox, listener(), new Cancellation()));
    }
    return complaints;
  }

  private void draft(Sandbox sandbox) throws InterruptedException {
    FileSet draft;
    try {
      draft =
          FileSet.of(
              files.entrySet().stream()
                  .map(each -> new SourceFile(each.getKey(), each.getValue()))
                  .toList());
    } catch (IllegalArgumentException e) {
      conclude(false, Set.of(), String.valueOf(e.getMessage()));
      return;
    }
    VerificationRequest request = new VerificationRequest(ID, plan(), draft, List.of());
    conclude(toolchain.verify(request, sandbox, listener(), new Cancellation()));
  }

  /** A plan that names whatever the draft depends on, so that nothing is refused for that alone. */
  private PackagePlan plan() {
    List<PlannedDependency> planned = new ArrayList<>();
    SoundPackage.object(files.getOrDefault(SoundPackage.MANIFEST, "{}"))
        .path("dependencies")
        .properties()
        .forEach(
            each ->
                planned.add(
                    new PlannedDependency(each.getKey(), each.getValue().asText(), "needed")));
    return new PackagePlan(ID.name(), "Counts words.", List.of(), List.of(), planned);
  }

  private void folder(Sandbox sandbox, Path folder) throws InterruptedException, IOException {
    Path written = Files.createTempDirectory(folder, "p");
    try {
      Folders.write(written, files);
      conclude(gate().check(written, sandbox, listener(), new Cancellation()));
    } finally {
      Folders.remove(written);
    }
  }

  private NpmGate gate() {
    return NpmGate.builder(toolchain).build();
  }

  private byte[] tarball() {
    return TarRecipe.make(recipe, files);
  }

  private void conclude(GateReport report) {
    conclude(report.verification());
  }

  private void conclude(Verification verification) {
    String evidence =
        verification.findings().stream().map(Finding::sentence).collect(Collectors.joining("\n"));
    if (verification instanceof Verification.Failed failed) {
      FailureDigest failure = failed.failure();
      evidence += "\n" + failure.headline() + "\n" + failure.text();
    }
    Set<String> codes =
        verification.findings().stream().map(Finding::code).collect(Collectors.toSet());
    if (verification instanceof Verification.Passed passed) {
      handedOn(passed.packed());
    }
    conclude(verification instanceof Verification.Passed, codes, evidence);
  }

  private void conclude(boolean passed, Set<String> codes, String evidence) {
    Attack.Verdict verdict = attack.verdict();
    if (passed != verdict.passes()) {
      complaints.add(
          "It was " + (passed ? "passed" : "refused") + ". " + Text.visible(evidence.strip(), 600));
    }
    Stream.concat(
            verdict.findings().stream()
                .filter(code -> !codes.contains(code))
                .map(code -> "the finding " + code),
            verdict.says().stream()
                .filter(words -> !evidence.contains(words))
                .map(words -> "the words \"" + words + "\""))
        .forEach(
            missing ->
                complaints.add(
                    "There is not " + missing + ", but " + codes + " " + shown(evidence)));
    if (evidence.lines().anyMatch(PackageTrial::isOdd)) {
      complaints.add("What is shown of it holds characters that change a terminal.");
    }
    if (watch.isToldIn(evidence)) {
      complaints.add("It tells a secret of this machine.");
    }
  }

  private static String shown(String evidence) {
    return "\"" + Text.visible(evidence.strip(), 400) + "\".";
  }

  /** What is handed on are the bytes that were tested, and nobody changed them. */
  private void handedOn(PackedArtifact packed) {
    try (GZIPInputStream tar = new GZIPInputStream(new ByteArrayInputStream(packed.bytes()))) {
      String text = new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1);
      if (text.contains(TAMPERED)) {
        complaints.add("What is handed on was changed after it was read.");
      }
    } catch (IOException e) {
      complaints.add("What is handed on is no tarball: " + e.getMessage() + ".");
    }
  }

  private VerificationListener listener() {
    return new VerificationListener() {
      @Override
      public void began(Step step) {}

      @Override
      public void line(Step step, String line) {
        if (watch.isToldIn(line)) {
          complaints.add("A line of " + step + " tells a secret of this machine.");
        }
      }

      @Override
      public void ended(StepReport report) {}
    };
  }

  /** Whether a terminal or a reader would take a line for something else than it says. */
  private static boolean isOdd(String line) {
    return line.codePoints().anyMatch(point -> point != '\t' && Text.isHidden(point));
  }
}
