package dev.packageforge.examples;

import static dev.packageforge.examples.JsonLines.type;

import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.SourceFile;
import dev.packageforge.Spending;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.Verdict;
import dev.packageforge.examples.JsonLines.Fields;
import dev.packageforge.queue.StoredEvent;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells a run's events to programs, one JSON object a line. What a {@code run}, {@code step},
 * {@code log}, {@code file}, {@code draft} and {@code check} hold is what the page's event stream
 * sends; {@code plan}, {@code attempt}, {@code postponed}, {@code approved} and {@code released}
 * are told here as well.
 */
final class JsonView implements RunView {
  private final JsonLines lines;
  private final PrintStream notes;
  private final RunId run;
  private final IntFunction<FileSet> files;
  private final Map<Step, Instant> began = new EnumMap<>(Step.class);
  private int draft;
  private boolean dryRun;
  private @Nullable String version;

  /**
   * A view.
   *
   * @param notes where the command's own words go, out of the way of the events
   * @param files the files of a draft of the run; of draft 0, those of the version before
   */
  JsonView(JsonLines lines, PrintStream notes, RunId run, IntFunction<FileSet> files) {
    this.lines = lines;
    this.notes = notes;
    this.run = run;
    this.files = files;
  }

  /** From now on every line says that this is a dry run. */
  JsonView dry() {
    dryRun = true;
    return this;
  }

  @Override
  public synchronized void show(StoredEvent stored) {
    RunEvent event = stored.event();
    if (event instanceof RunEvent.State told) {
      send(stored, state(told));
    } else if (event instanceof RunEvent.Planned planned) {
      send(stored, plan(planned.plan()).with("state", "settled"));
    } else if (event instanceof RunEvent.PlanRefused refused) {
      send(
          stored,
          type("plan")
              .with("name", refused.plan().name())
              .with("state", "refused")
              .with("findings", findings(refused.plan().findings())));
    } else if (event instanceof RunEvent.FileText file) {
      file(stored, file);
    } else if (event instanceof RunEvent.Drafted drafted) {
      send(stored, draft(drafted));
    } else if (event instanceof RunEvent.StepBegan step) {
      began.put(step.step(), step.at());
      send(
          stored,
          step(step.attempt(), step.step())
              .with("state", "running")
              .with("startedAt", step.at() + ""));
    } else if (event instanceof RunEvent.StepEnded step) {
      send(stored, stepEnded(step.attempt(), step.report()));
    } else if (event instanceof RunEvent.Log log) {
      send(stored, log(stored, log));
    } else if (event instanceof RunEvent.Attempted attempted) {
      attempted(stored, attempted.attempt());
    } else if (event instanceof RunEvent.Postponed postponed) {
      send(
          stored,
          type("postponed")
              .with("why", postponed.why())
              .with("afterMs", postponed.after().toMillis()));
    } else if (event instanceof RunEvent.Approved approved) {
      PublishOptions.Mode mode = approved.approval().terms().options().mode();
      String place = approved.approval().terms().options().place();
      dryRun = mode == PublishOptions.Mode.DRY_RUN;
      send(
          stored,
          type("approved")
              .with("approver", approved.approval().approver())
              .with("mode", slug(mode))
              .with("place", place.isEmpty() ? null : place)
              .with("digest", approved.approval().terms().digest().integrity()));
    } else if (event instanceof RunEvent.Uploaded uploaded) {
      send(
          stored,
          type("upload").with("state", slug(uploaded.state())).with("detail", uploaded.detail()));
    } else if (event instanceof RunEvent.Released released) {
      send(stored, release(released.release()));
    }
  }

  @Override
  public void note(String line) {
    notes.println(line);
  }

  @Override
  public void tick() {}

  @Override
  public void settle() {}

  private void send(StoredEvent stored, Fields fields) {
    lines.line(
        fields
            .with("cursor", stored.cursor())
            .with("at", stored.at().toString())
            .with("dryRun", dryRun ? true : null));
  }

  private Fields state(RunEvent.State told) {
    Spending spending = told.spending();
    return type("run")
        .with("id", run.value())
        .with(
            "state", dryRun && told.state() == RunState.PUBLISHING ? "dry-run" : slug(told.state()))
        .with("attempt", told.attempt())
        .with("maxAttempts", told.maxAttempts())
        .with("draft", draft)
        .with("name", told.packageName())
        .with("version", version)
        .with(
            "usage",
            new Fields()
                .with("calls", spending.calls())
                .with("tokens", spending.tokens())
                .with("microDollars", spending.microDollars()))
        .with("reason", reason(told.ending()))
        .with("elapsedMs", spending.wall().toMillis());
  }

  /** As a problem of RFC 9457 names itself. */
  static @Nullable Fields reason(@Nullable Ending ending) {
    return ending == null
        ? null
        : new Fields()
            .with("type", "/help/problems/" + ending.reason().slug())
            .with("reason", ending.reason().slug())
            .with("detail", ending.sentence())
            .with("nextStep", ending.nextStep());
  }

  static Fields plan(PackagePlan plan) {
    return type("plan")
        .with("name", plan.name())
        .with("summary", plan.summary())
        .with("files", plan.files().stream().map(PackagePlan.PlannedFile::path).toList())
        .with("behaviours", plan.behaviours())
        .with(
            "dependencies",
            plan.dependencies().stream()
                .map(
                    d ->
                        new Fields()
                            .with("name", d.name())
                            .with("range", d.range())
                            .with("reason", d.reason())
                            .map())
                .toList());
  }

  private void file(StoredEvent stored, RunEvent.FileText file) {
    boolean opens = file.offset() == 0;
    if (opens || !file.text().isEmpty()) {
      send(
          stored,
          type("file")
              .with("draft", file.draft())
              .with("path", file.path())
              .with("op", opens ? "open" : "append")
              .with("offset", file.offset())
              .with("text", file.text()));
    }
    if (file.done()) {
      send(
          stored,
          type("file")
              .with("draft", file.draft())
              .with("path", file.path())
              .with("op", "close")
              .with("offset", file.offset() + file.text().length()));
    }
  }

  private Fields draft(RunEvent.Drafted drafted) {
    draft = drafted.draft().number();
    int parent = drafted.draft().parent();
    boolean refined = drafted.draft().origin() == Draft.Origin.REFINEMENT;
    FileSet before = parent == 0 && !refined ? FileSet.empty() : files.apply(parent);
    FileSet after = files.apply(draft);
    List<Object> list = new ArrayList<>();
    for (SourceFile file : after) {
      String mark =
          before.find(file.path()).map(old -> old.equals(file) ? "" : "modified").orElse("added");
      list.add(
          new Fields()
              .with("path", file.path())
              .with("size", file.size())
              .with("mark", mark.isEmpty() ? null : mark)
              .map());
    }
    for (SourceFile file : before) {
      if (after.find(file.path()).isEmpty()) {
        list.add(
            new Fields().with("path", file.path()).with("size", 0).with("mark", "deleted").map());
      }
    }
    return type("draft")
        .with("number", draft)
        .with("origin", slug(drafted.draft().origin()))
        .with("parent", parent)
        .with("digest", drafted.draft().files().integrity())
        .with("cause", drafted.draft().cause().isEmpty() ? null : drafted.draft().cause())
        .with("files", list)
        .with("refusals", findings(drafted.draft().refusals()));
  }

  private static Fields step(int attempt, Step step) {
    return type("step").with("attempt", attempt).with("id", step.label());
  }

  private Fields stepEnded(int attempt, StepReport report) {
    Instant start = began.get(report.step());
    return step(attempt, report.step())
        .with("state", slug(report.state()))
        .with("startedAt", start == null ? null : start.toString())
        .with("tookMs", report.took().toMillis())
        .with("summary", report.summary());
  }

  private static Fields log(StoredEvent stored, RunEvent.Log log) {
    List<Object> told = new ArrayList<>();
    long number = log.first();
    for (String line : log.lines()) {
      told.add(
          new Fields()
              .with("n", number++)
              .with("at", stored.at().toString())
              .with("s", "out")
              .with("text", line)
              .map());
    }
    return type("log")
        .with("attempt", log.attempt())
        .with("step", log.step().label())
        .with("lines", told);
  }

  private void attempted(StoredEvent stored, Attempt attempt) {
    attempt.artifact().ifPresent(artifact -> version = artifact.id().version());
    for (Finding finding : attempt.findings()) {
      send(
          stored,
          type("check")
              .with("draft", attempt.draft())
              .with("id", finding.code())
              .with("state", finding.isError() ? "failed" : "warning")
              .with("sentence", finding.sentence())
              .with("where", finding.where()));
    }
    Fields fields =
        type("attempt")
            .with("number", attempt.number())
            .with("draft", attempt.draft())
            .with("state", state(attempt.verdict()));
    if (attempt.verdict() instanceof Verdict.Failed failed) {
      FailureDigest failure = failed.failure();
      fields.with("step", failure.step().label()).with("headline", failure.headline());
    }
    if (attempt.verdict() instanceof Verdict.Unverified unverified) {
      fields.with("why", unverified.why());
    }
    send(
        stored,
        fields
            .with("sandbox", SandboxWords.fields(attempt.sandbox()))
            .with("artifact", attempt.artifact().map(JsonView::artifact).orElse(null)));
  }

  static String state(Verdict verdict) {
    return verdict.passed()
        ? "passed"
        : verdict instanceof Verdict.Unverified ? "unverified" : "failed";
  }

  static Fields artifact(Artifact artifact) {
    return new Fields()
        .with("name", artifact.id().name())
        .with("version", artifact.id().version())
        .with("digest", artifact.digest().integrity())
        .with("size", artifact.size())
        .with(
            "files",
            artifact.entries().stream()
                .map(e -> new Fields().with("path", e.path()).with("size", e.size()).map())
                .toList());
  }

  static Fields release(Release release) {
    return type("released")
        .with("name", release.id().name())
        .with("version", release.id().version())
        .with("digest", release.digest().integrity())
        .with("mode", slug(release.mode()))
        .with(
            "location", release.mode() == PublishOptions.Mode.DRY_RUN ? null : release.location());
  }

  static List<Object> findings(List<Finding> findings) {
    List<Object> list = new ArrayList<>();
    for (Finding finding : findings) {
      list.add(
          new Fields()
              .with("severity", slug(finding.severity()))
              .with("id", finding.code())
              .with("where", finding.where())
              .with("sentence", finding.sentence())
              .with("remedy", finding.remedy())
              .map());
    }
    return list;
  }

  static String slug(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
