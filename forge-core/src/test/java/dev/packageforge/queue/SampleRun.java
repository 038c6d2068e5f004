package dev.packageforge.queue;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Sha512;
import dev.packageforge.Spending;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.UploadState;
import dev.packageforge.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One run with everything a run can have, and one event of each kind, fixed for good. */
final class SampleRun {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.000000006Z");
  private static final RunId ID = new RunId("r0123456789abcdefghijklmno");
  private static final PackageId PACKAGE = new PackageId("@acme/slug", "1.0.0");
  private static final PackagePlan PLAN =
      new PackagePlan(
          "@acme/slug",
          "Makes slugs \u2028 of \ud83d\ude00",
          List.of(new PackagePlan.PlannedFile("index.js", "all of it")),
          List.of("keeps digits"),
          List.of(new PackagePlan.PlannedDependency("tiny", "^1.2.0", "because")));
  private static final Finding FINDING =
      Finding.warning("no-types", "index.js:1", "It has no types.", "Add some.");
  private static final Draft DRAFT =
      new Draft(1, Draft.Origin.MODEL, 0, digest("files"), List.of(FINDING), "");
  private static final StepReport REPORT =
      new StepReport(Step.TEST, StepReport.State.FAILED, Duration.ofNanos(1_500_000_001), "1 of 9");
  private static final Attempt FAILED =
      new Attempt(
          1,
          1,
          new Verdict.Failed(
              new FailureDigest(Step.TEST, "test failed", "at \u001b[31m\ud800", "s", 2)),
          List.of(REPORT),
          List.of());
  private static final Artifact ARTIFACT =
      new Artifact(
          PACKAGE,
          digest("artifact"),
          8,
          "acme-slug-1.0.0.tgz",
          List.of(new Artifact.Entry("package.json", 120)));
  private static final Approval APPROVAL =
      new Approval(
          Approval.Terms.of(ID, ARTIFACT, PublishOptions.publish()),
          "ann",
          START.plusSeconds(3_600),
          "4e6f6e6365",
          "5369676e");
  private static final Release RELEASE =
      new Release(
          PACKAGE, ARTIFACT.digest(), PublishOptions.Mode.PUBLISH, "there", START.plusSeconds(9));
  private static final Spending SPENDING = new Spending(2, 3_000, 40, Duration.ofMillis(5_250));
  private static final Run.RefusedPlan REFUSED = new Run.RefusedPlan("", List.of(FINDING));

  private static final Ending ENDING = new Ending(Ending.Reason.STUCK, "It stopped.", "Start it.");

  private SampleRun() {}

  /** A published run that has endings too, so that nothing is left out. */
  static Run run() {
    SandboxReport sandbox =
        new SandboxReport(
            "docker", SandboxReport.Level.ISOLATED, List.of("It ends."), List.of("It is slow."));
    Attempt passed =
        new Attempt(2, 2, new Verdict.Passed(ARTIFACT), List.of(REPORT), List.of(FINDING), sandbox);
    Attempt read =
        new Attempt(3, 2, new Verdict.Unverified("Nothing runs here."), List.of(), List.of());
    Draft repaired =
        new Draft(
            2, Draft.Origin.REPAIR, 1, digest("mended files"), List.of(), "off by one", "model-1");
    return new Run(
        ID,
        new RunRequest(
            "a slug maker",
            4,
            new Budget(9, 10, 11, Duration.ofMinutes(12)),
            "key-1",
            new RunRequest.Base(ID, 2, digest("base"), PLAN, "1.2.3"),
            null),
        17,
        RunState.PUBLISHED,
        new Run.Work(
            new Run.Planning(PLAN, List.of(REFUSED), PLAN),
            List.of(DRAFT, repaired),
            List.of(FAILED, passed, read),
            new Run.Publication(APPROVAL, 1, 2, UploadState.VERIFIED, RELEASE, ENDING),
            new Run.Setbacks(3, 4),
            new Run.Unfinished(digest("half"), List.of(FINDING), "cut off", 2)),
        SPENDING,
        ENDING,
        START);
  }

  static List<RunEvent> events() {
    return List.of(
        RunEvent.State.of(run()),
        new RunEvent.State(RunState.QUEUED, 0, 3, null, Spending.NONE, null),
        new RunEvent.Planned(PLAN),
        new RunEvent.PlanRefused(REFUSED),
        new RunEvent.FileText(1, "index.js", 40, "\0\"\\\n", true),
        new RunEvent.Drafted(DRAFT, List.of("index.js", "package.json")),
        new RunEvent.StepBegan(1, Step.INSTALL, START),
        new RunEvent.StepEnded(1, REPORT),
        new RunEvent.Log(1, Step.TEST, 65, List.of("", "\u001b[1mbold\udfff")),
        new RunEvent.Attempted(FAILED),
        new RunEvent.Postponed("no answer", Duration.ofSeconds(30)),
        new RunEvent.Approved(APPROVAL),
        new RunEvent.Uploaded(UploadState.ACCEPTED, "stored"),
        new RunEvent.Released(RELEASE));
  }

  private static Sha512 digest(String text) {
    return Sha512.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
