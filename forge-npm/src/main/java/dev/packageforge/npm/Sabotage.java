package dev.packageforge.npm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.Sha512;
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
  private static final int TESTS_CHANGED = 5;
  private static final String PLAN = NpmSettings.OURS + "/sabotage.json";

  private final Bench bench;
  private final Manifest manifest;
  private final Set<String> installed;
  private final String folder;
  private final String plan;
  private final boolean possible;

  /**
   * In a session where the package is installed and its tests are put.
   *
   * @param installed the paths of the package's files
   * @param folder where they are
   * @param draft with the tests
   * @param tests the files that are run
   */
  Sabotage(
      Bench bench,
      Manifest manifest,
      Set<String> installed,
      String folder,
      FileSet draft,
      List<String> tests) {
    this.bench = bench;
    this.manifest = manifest;
    this.installed = installed;
    this.folder = folder;
    Set<String> bins = bins();
    Set<String> modules = modules(draft, bins);
    this.possible = !modules.isEmpty() || !bins.isEmpty();
    this.plan = plan(draft, tests, bins, modules);
  }

  private String plan(FileSet draft, List<String> tests, Set<String> bins, Set<String> modules) {
    ObjectNode json = JSON.createObjectNode();
    json.put("folder", folder);
    modules.forEach(json.putArray("modules")::add);
    bins.forEach(json.putArray("bins")::add);
    ArrayNode files = json.putArray("tests");
    for (String test : tests) {
      byte[] content = draft.find(test).orElseThrow().bytes();
      files.addObject().put("file", test).put("hash", Sha512.of(content).hex());
    }
    return json.toString();
  }

  /** What came of it. */
  enum Verdict {
    /** A test failed, as it should. */
    NOTICED,
    /** Not one did. */
    UNNOTICED,
    /** The files of the tests were no longer what was put there. */
    TESTS_CHANGED,
    /** There was nothing to spoil, or it could not be done. */
    NOT_TRIED
  }

  /** What the tests must be run with before, so that it is known what there is to spoil. */
  Optional<String> prepare() {
    if (!possible) {
      return Optional.empty();
    }
    bench.put(PLAN, plan);
    return Optional.of(PLAN);
  }

  /**
   * Tries.
   *
   * @param took how long the tests took when they were green
   */
  Verdict verdict(Duration took) throws InterruptedException {
    if (!possible) {
      return Verdict.NOT_TRIED;
    }
    Duration patience = took.multipliedBy(4);
    long timeout = (patience.compareTo(SHORTEST) < 0 ? SHORTEST : patience).toMillis();
    String key = Harness.prepare(bench);
    bench.put(PLAN, plan);
    Ran ran = bench.quietly(List.of("node", Harness.SABOTAGE, PLAN, String.valueOf(timeout)));
    int code = ran.result() instanceof ExecResult.Exited exited ? exited.code() : 1;
    if (code == TESTS_CHANGED) {
      return Verdict.TESTS_CHANGED;
    }
    if (code == NOTHING_TO_SPOIL || code == NOT_KNOWN) {
      return Verdict.NOT_TRIED;
    }
    TestReport report = new TestReport(Harness.report(bench, key), bench.places());
    boolean green = code == 0 && report.isComplete() && report.failed() == 0;
    return green && report.executed() > 0 ? Verdict.UNNOTICED : Verdict.NOTICED;
  }

  /** What to say of tests that are not what was put there. */
  static Failure changed(List<String> tests) {
    Finding finding =
        Finding.error(
            "tests-changed",
            tests.get(0),
            "The files of the tests were changed or removed while the tests ran.",
            "Let nothing write to a test file: neither the package nor a test.");
    return new Failure(finding, "", List.of());
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
