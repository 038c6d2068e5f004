package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.VerificationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Runs tests that a package's author never saw: installs the packed bytes into an empty project, as
 * a user would, cuts the network, and runs the tests there.
 */
final class AcceptanceRun {
  private static final String FOLDER = "acceptance";
  private static final String TESTS = "acceptance.mjs";
  private static final String SUPPORT = "support.mjs";

  /** What stands in the tests where the package's name belongs, alone or before a path in it. */
  private static final Pattern NAME = Pattern.compile("(['\"])PACKAGE(?=(?:/[^'\"]*)?\\1)");

  private static final Pattern STATED = Pattern.compile("(?m)^\\s*(?:await\\s+)?(?:test|it)\\(");

  private final NpmToolchain toolchain;
  private final Sandbox sandbox;
  private final Cancellation cancellation;

  AcceptanceRun(NpmToolchain toolchain, Sandbox sandbox, Cancellation cancellation) {
    this.toolchain = toolchain;
    this.sandbox = sandbox;
    this.cancellation = cancellation;
  }

  AcceptanceReport run(PackedArtifact packed, String tests) throws InterruptedException {
    cancellation.throwIfCancelled();
    Manifest manifest;
    try {
      manifest =
          TarballInspector.inspect(packed.bytes(), packed.artifact().id(), (path, content) -> {})
              .manifest();
    } catch (BadTarballException e) {
      throw new IllegalArgumentException("not an artifact that was verified: " + e.why(), e);
    }
    Sessions sessions = new Sessions(toolchain, sandbox, VerificationListener.SILENT, cancellation);
    Dependencies dependencies = sessions.dependencies(manifest, /* withDevelopment= */ false);
    Set<String> folders = Set.of(FOLDER, "node_modules/" + manifest.name());
    try (Bench bench = sessions.open(dependencies.online(), folders, paths(packed), List.of())) {
      Proving proving =
          new Proving(bench, manifest, packed, dependencies, toolchain.limits().command());
      Optional<StepOutcome> trouble = proving.install(Step.TEST);
      if (trouble.isPresent()) {
        return report(0, stated(tests), sentences(trouble.get().failures()));
      }
      return test(bench, NAME.matcher(tests).replaceAll("$1" + manifest.name()));
    }
  }

  private static Set<String> paths(PackedArtifact packed) {
    Set<String> known = new TreeSet<>(Set.of(TESTS));
    packed.artifact().entries().stream().map(Artifact.Entry::path).forEach(known::add);
    return known;
  }

  private AcceptanceReport test(Bench bench, String tests) throws InterruptedException {
    bench.put(FOLDER + "/" + TESTS, tests);
    bench.put(FOLDER + "/" + SUPPORT, Harness.resource("acceptance-support.mjs"));
    String key = Harness.prepare(bench);
    String longest = String.valueOf(toolchain.limits().command().toMillis() / 2);
    Ran ran = bench.run(Step.TEST, List.of("node", Harness.RUN_TESTS, FOLDER, longest, "-", TESTS));
    TestReport said = new TestReport(Harness.report(bench, key), bench.places());
    List<Failure> failures = new ArrayList<>();
    ran.ceiling("The acceptance run").ifPresent(failures::add);
    failures.addAll(said.failures());
    List<String> sentences = new ArrayList<>(sentences(failures));
    if (sentences.isEmpty() && (!said.isComplete() || !ran.succeeded())) {
      sentences.add("The acceptance run ended without a report of its own.");
    }
    int executed = (int) said.executed();
    int total = Math.max(executed, stated(tests));
    if (sentences.isEmpty() && executed < total) {
      sentences.add("Only " + executed + " of " + total + " tests were run.");
    }
    return report((int) Math.max(0, executed - said.failed()), total, sentences);
  }

  /** What never ran did not pass: a package that cannot even be loaded passes none of them. */
  private static int stated(String tests) {
    return (int) STATED.matcher(tests).results().count();
  }

  private static AcceptanceReport report(int passed, int total, List<String> failures) {
    if (total == 0) {
      return new AcceptanceReport(0, 0, List.of("There is not one test to be passed."));
    }
    // A test file that fails after its last test was told leaves all of them green.
    int counted = failures.isEmpty() || passed < total ? passed : total - 1;
    return new AcceptanceReport(counted, total, failures);
  }

  private static List<String> sentences(List<Failure> failures) {
    return failures.stream().map(failure -> failure.finding().sentence()).toList();
  }
}
