package dev.packageforge.npm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.sandbox.ExecResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs tests that were green once more, against a package that does nothing: its functions and
 * classes are empty, its commands end at once. Tests that stay green prove nothing.
 *
 * <p>Spoilt are the modules that users load and those that the tests name, as they stand on disk:
 * it does not matter how a test comes to them. Values that are neither stay as they are.
 */
final class Sabotage {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final int NOTHING_TO_SPOIL = 3;
  private static final int NOT_KNOWN = 4;

  private final Bench bench;
  private final Manifest manifest;
  private final Set<String> installed;
  private final String folder;

  /**
   * In a session where the package is installed and its tests are put.
   *
   * @param installed the paths of the package's files
   * @param folder where they are
   */
  Sabotage(Bench bench, Manifest manifest, Set<String> installed, String folder) {
    this.bench = bench;
    this.manifest = manifest;
    this.installed = installed;
    this.folder = folder;
  }

  /** What came of it. */
  enum Verdict {
    /** A test failed, as it should. */
    NOTICED,
    /** Not one did. */
    UNNOTICED,
    /** There was nothing to spoil, or it could not be done. */
    NOT_TRIED
  }

  /**
   * Tries.
   *
   * @param draft with the tests
   * @param tests the files that were run
   * @param took how long they took when they were green
   */
  Verdict of(FileSet draft, List<String> tests, Duration took) throws InterruptedException {
    Set<String> bins = bins();
    Set<String> modules = modules(draft, bins);
    if (modules.isEmpty() && bins.isEmpty()) {
      return Verdict.NOT_TRIED;
    }
    Duration patience = took.multipliedBy(4);
    ObjectNode plan = JSON.createObjectNode();
    plan.put("folder", folder);
    plan.put("timeout", (patience.compareTo(SHORTEST) < 0 ? SHORTEST : patience).toMillis());
    modules.forEach(plan.putArray("modules")::add);
    bins.forEach(plan.putArray("bins")::add);
    tests.forEach(plan.putArray("tests")::add);
    String file = NpmSettings.OURS + "/sabotage.json";
    bench.put(file, plan.toString());
    String key = Harness.prepare(bench);
    Ran ran = bench.quietly(List.of("node", Harness.SABOTAGE, file));
    int code = ran.result() instanceof ExecResult.Exited exited ? exited.code() : 1;
    if (code == NOTHING_TO_SPOIL || code == NOT_KNOWN) {
      return Verdict.NOT_TRIED;
    }
    TestReport report = new TestReport(Harness.report(bench, key), bench.places());
    boolean green = code == 0 && report.isComplete() && report.failed() == 0;
    return green && report.executed() > 0 ? Verdict.UNNOTICED : Verdict.NOTICED;
  }

  /** What to say of tests that did not notice. */
  static Failure failure(List<String> tests) {
    Finding finding =
        Finding.error(
            "tests-prove-nothing",
            tests.get(0),
            "All tests still pass when every function, class and command of the package does"
                + " nothing.",
            "Let each test call the package and compare what comes of it with a value that is"
                + " written out in the test.");
    return new Failure(finding, "", List.of("still green: " + String.join(", ", tests)));
  }

  private Set<String> bins() {
    Set<String> bins = new TreeSet<>();
    EntryPoints.bins(manifest)
        .values()
        .forEach(target -> bins.add(new EntryPoint("bin", target, EntryPoint.Kind.BIN).target()));
    bins.retainAll(installed);
    return bins;
  }

  /** The files that users load, and those that tests import or name in any other way. */
  private Set<String> modules(FileSet draft, Set<String> bins) {
    Set<String> modules = new TreeSet<>();
    EntryPoints.loads(manifest, installed).forEach(load -> add(load.target(), modules));
    for (SourceFile test : TestFiles.all(draft)) {
      for (JsToken token : JsLexer.tokens(test.content())) {
        boolean isText =
            token.kind() == JsToken.Kind.STRING || token.kind() == JsToken.Kind.TEMPLATE;
        if (isText && !token.text().isBlank()) {
          named(test.path(), token.text()).forEach(modules::add);
        }
      }
    }
    modules.removeAll(bins);
    modules.removeIf(path -> TestFiles.isOfTests(path) || !isCode(path));
    return modules;
  }

  private void add(String target, Set<String> modules) {
    ImportPaths.find(
            Manifest.FILE,
            target.startsWith("./") ? target : "./" + target,
            /* byRequire= */ true,
            installed)
        .ifPresent(modules::add);
  }

  private List<String> named(String test, String text) {
    if (ImportPaths.isRelative(text)) {
      Optional<String> found = ImportPaths.find(test, text, /* byRequire= */ true, installed);
      return found.stream().toList();
    }
    // A path that is put together at run time still ends with the name of its file.
    return installed.stream()
        .filter(path -> isCode(text) && (path.equals(text) || path.endsWith("/" + text)))
        .toList();
  }

  private static boolean isCode(String path) {
    return path.endsWith(".js") || path.endsWith(".mjs") || path.endsWith(".cjs");
  }
}
