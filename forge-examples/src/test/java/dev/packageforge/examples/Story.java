package dev.packageforge.examples;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Spending;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.Verdict;
import dev.packageforge.queue.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Events as a run makes them, written by hand. */
final class Story {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");
  static final RunId RUN = new RunId("r" + "0".repeat(25));
  static final FileSet FIRST =
      FileSet.of(List.of(new SourceFile("src/index.js", "first draft."), new SourceFile("a", "")));
  static final FileSet SECOND =
      FileSet.of(List.of(new SourceFile("src/index.js", "second draft."), new SourceFile("a", "")));
  static final Artifact ARTIFACT =
      new Artifact(
          new PackageId("slug-maker", "1.0.0"),
          Sha512.of("tarball".getBytes(StandardCharsets.UTF_8)),
          7,
          "slug-maker-1.0.0.tgz",
          List.of(new Artifact.Entry("package.json", 5)));

  private Story() {}

  static FileSet files(int draft) {
    return draft == 1 ? FIRST : SECOND;
  }

  static StoredEvent stored(RunEvent event) {
    return new StoredEvent(1, START, event);
  }

  static List<StoredEvent> whole() {
    List<RunEvent> events = new ArrayList<>(beginning());
    events.addAll(
        List.of(
            new RunEvent.Log(
                1,
                Step.TEST,
                1,
                List.of(
                    "not ok 1 - keeps digits",
                    "    at Test.run (node:internal/test_runner/test:796:25)",
                    "\u001b[31mexpected\u202e a-1")),
            ended(1, Step.TEST, StepReport.State.FAILED, 1200, "1 of 2 tests failed"),
            new RunEvent.Attempted(failed(1, 1)),
            state(RunState.REPAIRING, 2),
            new RunEvent.FileText(2, "src/index.js", 0, "second draft.", true),
            new RunEvent.Drafted(
                new Draft(
                    2,
                    Draft.Origin.REPAIR,
                    1,
                    Sha512.of(SECOND.toBytes()),
                    List.of(),
                    "The wrong letter."),
                List.of("a", "src/index.js")),
            state(RunState.VERIFYING, 2),
            new RunEvent.Postponed("The sandbox was busy.", Duration.ofSeconds(5)),
            state(RunState.VERIFYING, 2),
            new RunEvent.StepBegan(2, Step.TEST, START),
            ended(2, Step.TEST, StepReport.State.PASSED, 900, "2 tests"),
            new RunEvent.Attempted(
                new Attempt(2, 2, new Verdict.Passed(ARTIFACT), List.of(), List.of())),
            state(RunState.AWAITING_APPROVAL, 2),
            approved(PublishOptions.publish()),
            state(RunState.PUBLISHING, 2),
            released(PublishOptions.Mode.PUBLISH),
            state(RunState.PUBLISHED, 2)));
    return stored(events);
  }

  static List<StoredEvent> untilTheFirstTestRuns() {
    return stored(beginning());
  }

  static List<StoredEvent> dryRun() {
    return stored(
        List.of(
            approved(PublishOptions.dryRun()),
            state(RunState.PUBLISHING, 2),
            released(PublishOptions.Mode.DRY_RUN),
            state(RunState.AWAITING_APPROVAL, 2)));
  }

  static List<StoredEvent> longLog(int lines) {
    return stored(
        List.of(
            new RunEvent.Log(
                1,
                Step.TEST,
                1,
                IntStream.rangeClosed(1, lines).mapToObj(n -> "line " + n).toList()),
            new RunEvent.Attempted(failed(1, 1))));
  }

  static List<StoredEvent> manyFiles(int count) {
    List<RunEvent> events = new ArrayList<>();
    events.add(state(RunState.GENERATING, 0));
    for (int n = 1; n <= count; n++) {
      events.add(new RunEvent.FileText(1, "file-" + n + ".js", 0, "x", true));
    }
    return stored(events);
  }

  private static List<RunEvent> beginning() {
    PackagePlan plan =
        new PackagePlan(
            "slug-maker",
            "Makes slugs.",
            List.of(
                new PackagePlan.PlannedFile("src/index.js", "it"),
                new PackagePlan.PlannedFile("a", "another")),
            List.of("keeps digits"),
            List.of(new PackagePlan.PlannedDependency("is-odd", "^3.0.0", "why not")));
    return List.of(
        state(RunState.QUEUED, 0, null),
        state(RunState.GENERATING, 0, null),
        new RunEvent.PlanRefused(
            new Run.RefusedPlan(
                "left-padder",
                List.of(
                    Finding.error(
                        "dependency-does-not-exist",
                        "left-pad-pro",
                        "There is no package called left-pad-pro.",
                        "Do without it.")))),
        new RunEvent.Planned(plan),
        state(RunState.GENERATING, 0),
        new RunEvent.FileText(1, "src/index.js", 0, "first ", false),
        new RunEvent.FileText(1, "src/index.js", 6, "draft.", true),
        new RunEvent.Drafted(
            new Draft(
                1,
                Draft.Origin.MODEL,
                0,
                Sha512.of(FIRST.toBytes()),
                List.of(
                    Finding.error(
                        "path-outside-package", "../../x", "the path leaves the package", "")),
                ""),
            List.of("a", "src/index.js")),
        state(RunState.VERIFYING, 1),
        new RunEvent.StepBegan(1, Step.INSPECT, START),
        ended(1, Step.INSPECT, StepReport.State.PASSED, 3, "2 files"),
        ended(1, Step.BUILD, StepReport.State.SKIPPED, 0, "no build script"),
        new RunEvent.StepBegan(1, Step.TEST, START));
  }

  private static Attempt failed(int number, int draft) {
    return new Attempt(
        number,
        draft,
        new Verdict.Failed(
            new FailureDigest(
                Step.TEST, "Test \"keeps digits\" failed", "evidence", "signature", 1)),
        List.of(),
        List.of(Finding.warning("no-types", "", "There are no types.", "Add some.")));
  }

  private static RunEvent ended(
      int attempt, Step step, StepReport.State state, int millis, String summary) {
    return new RunEvent.StepEnded(
        attempt, new StepReport(step, state, Duration.ofMillis(millis), summary));
  }

  private static RunEvent state(RunState state, int attempt) {
    return state(state, attempt, "slug-maker");
  }

  private static RunEvent state(RunState state, int attempt, @Nullable String name) {
    return new RunEvent.State(state, attempt, 3, name, Spending.NONE, null);
  }

  private static RunEvent approved(PublishOptions options) {
    return new RunEvent.Approved(
        new Approval(Approval.Terms.of(RUN, ARTIFACT, options), "ada", START, "nonce", "word"));
  }

  private static RunEvent released(PublishOptions.Mode mode) {
    return new RunEvent.Released(
        new Release(ARTIFACT.id(), ARTIFACT.digest(), mode, "/registry/x.tgz", START));
  }

  private static List<StoredEvent> stored(List<RunEvent> events) {
    return IntStream.range(0, events.size())
        .mapToObj(i -> new StoredEvent(i + 1, START, events.get(i)))
        .toList();
  }
}
