package dev.packageforge.examples;

import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.SandboxReport;
import dev.packageforge.Spending;
import dev.packageforge.StepReport;
import dev.packageforge.Text;
import dev.packageforge.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A run as it is stored, for people. */
final class RunReport {
  private final Run run;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  private RunReport(Run run, Instant now) {
    this.run = run;
    this.now = now;
  }

  /**
   * The lines.
   *
   * @param place where it would go; empty if it cannot go anywhere any more
   * @param command what a person types to run this command
   */
  static List<String> lines(Run run, String place, Instant now, String command) {
    RunReport report = new RunReport(run, now);
    report.head();
    report.plan();
    report.drafts();
    report.attempts();
    report.artifact();
    if (!place.isEmpty()) {
      report.lines.add("goes to   " + visible(place));
    }
    report.publication();
    report.end();
    List<String> next = next(run, command);
    for (int i = 0; i < next.size(); i++) {
      report.lines.add((i == 0 ? "next      " : "          ") + next.get(i));
    }
    return report.lines;
  }

  /** The commands that can be typed next. */
  static List<String> next(Run run, String command) {
    String id = " " + RunFinder.shortened(run.id());
    if (run.state() == RunState.AWAITING_APPROVAL) {
      return List.of(
          command + " publish" + id,
          command + " approve" + id,
          command + " approve" + id + " --reject");
    }
    if (run.state().needsWorker()) {
      return List.of(
          command + " logs" + id + " -f", command + " resume" + id, command + " cancel" + id);
    }
    if (run.work().drafts().isEmpty()) {
      return List.of();
    }
    String files = command + " show" + id + " --files DIR";
    return run.artifact().isPresent() && run.state() != RunState.REJECTED
        ? List.of(files, command + " refine" + id + " \"what should change\"")
        : List.of(files);
  }

  private void head() {
    lines.add("run       " + run.id());
    lines.add("state     " + run.state().label() + ", begun " + age(run.createdAt()) + " ago");
    List<String> prompt = run.request().prompt().lines().map(RunReport::visible).toList();
    for (int i = 0; i < prompt.size(); i++) {
      lines.add((i == 0 ? "asked     " : "          ") + prompt.get(i));
    }
    RunRequest.Base base = run.request().base();
    if (base != null) {
      lines.add(
          "next of   "
              + NextVersion.base(base)
              + ", draft "
              + base.draft()
              + " of run "
              + RunFinder.shortened(base.run()));
    }
    Spending spending = run.spending();
    lines.add(
        "used      "
            + Words.count(spending.calls(), "model call", "model calls")
            + ", "
            + spending.tokens()
            + " tokens, "
            + Words.cost(spending.microDollars())
            + ", "
            + Words.time(spending.wall())
            + " of work");
  }

  private void plan() {
    for (Run.RefusedPlan refused : run.work().planning().refused()) {
      lines.add(
          "plan      ✗ "
              + (refused.name().isEmpty() ? "without a name" : visible(refused.name()))
              + ", refused");
      findings(refused.findings());
    }
    run.plan().ifPresent(this::plan);
  }

  private void plan(PackagePlan plan) {
    lines.add("plan      ✓ " + visible(plan.name()) + ": " + visible(plan.summary()));
    plan.files().forEach(file -> detail(visible(file.path()) + "  " + visible(file.purpose())));
    plan.behaviours().forEach(behaviour -> detail("proves " + visible(behaviour)));
    detail(visible(Words.dependencies(plan)));
  }

  private void drafts() {
    for (Draft draft : run.work().drafts()) {
      String from =
          switch (draft.origin()) {
            case MODEL ->
                draft.number() == 1
                    ? "written by the model"
                    : "written anew by the model, with what was learned";
            case REPAIR -> "mended by the model from draft " + draft.parent();
            case REFINEMENT ->
                draft.number() == 1
                    ? "written by the model for the next version"
                    : "written anew by the model for the next version, with what was learned";
            case PERSON -> "edited by a person from draft " + draft.parent();
          };
      String cause = draft.cause().isEmpty() ? "" : ": " + visible(draft.cause());
      String author = draft.author().isEmpty() ? "" : " (" + visible(draft.author()) + ")";
      lines.add("draft " + draft.number() + "   " + from + author + cause);
      findings(draft.refusals());
    }
  }

  private void attempts() {
    for (Attempt attempt : run.work().attempts()) {
      String head = String.format("%-10s", "attempt " + attempt.number());
      if (attempt.verdict() instanceof Verdict.Failed failed) {
        lines.add(head + "✗ " + subject(attempt) + ": " + visible(failed.failure().headline()));
      } else if (attempt.verdict() instanceof Verdict.Unverified unverified) {
        lines.add(head + "! " + subject(attempt) + " UNVERIFIED: " + visible(unverified.why()));
      } else {
        lines.add(head + "✓ " + subject(attempt) + " passed");
      }
      for (StepReport step : attempt.steps()) {
        String glyph =
            switch (step.state()) {
              case PASSED -> "✓";
              case FAILED -> "✗";
              case SKIPPED -> "–";
            };
        detail(
            String.format(
                    "%s %-8s %8s  %s",
                    glyph, step.step().label(), Words.time(step.took()), visible(step.summary()))
                .stripTrailing());
      }
      findings(attempt.findings());
      SandboxReport sandbox = attempt.sandbox();
      if (sandbox != null) {
        detail("in " + SandboxWords.name(sandbox));
        SandboxWords.details(sandbox).forEach(line -> detail("  " + line));
      }
    }
  }

  private static String subject(Attempt attempt) {
    return attempt.draft() == 0 ? "what was brought" : "draft " + attempt.draft();
  }

  private void artifact() {
    run.artifact()
        .ifPresent(
            artifact -> {
              lines.add("artifact  " + visible(artifact.id().toString()));
              NextVersion.lines(run).stream().limit(1).forEach(this::detail);
              ApprovalPanel.contents(artifact).forEach(line -> lines.add("        " + line));
            });
  }

  private void publication() {
    Run.Publication publication = run.work().publication();
    if (publication == null) {
      return;
    }
    PublishOptions.Mode mode = publication.approval().terms().options().mode();
    boolean dry = mode == PublishOptions.Mode.DRY_RUN;
    lines.add(
        "approved  by "
            + visible(publication.approval().approver())
            + (dry ? ", for a DRY RUN" : "")
            + "; the word "
            + (now.isBefore(publication.approval().expires()) ? "holds until " : "held until ")
            + publication.approval().expires());
    String place = publication.approval().terms().options().place();
    if (!place.isEmpty()) {
      detail("for " + visible(place));
    }
    if (publication.uploads() > 0) {
      detail(Words.count(publication.uploads(), "upload", "uploads") + " begun");
    }
    Release release = publication.release();
    if (release != null && dry) {
      lines.add("DRY RUN   nothing was published; it would be at " + visible(release.location()));
    } else if (release != null) {
      boolean staged = release.mode() == PublishOptions.Mode.STAGE;
      lines.add((staged ? "staged    " : "published ") + visible(release.location()));
      detail(release.digest().integrity());
    }
  }

  private void end() {
    Ending ending = run.trouble().orElse(null);
    if (ending != null) {
      String what = run.state().isFinal() ? "ended     " : "came back ";
      lines.add(what + visible(ending.sentence()) + " (" + ending.reason().slug() + ")");
      if (!ending.nextStep().isEmpty()) {
        detail("→ " + visible(ending.nextStep()));
      }
    }
  }

  private void findings(List<Finding> findings) {
    for (Finding finding : findings) {
      detail(
          (finding.isError() ? "✗ " : "! ")
              + ApprovalPanel.sentence(finding)
              + " ("
              + visible(finding.code())
              + ")");
    }
  }

  private void detail(String text) {
    lines.add("          " + text);
  }

  private String age(Instant then) {
    return Words.age(Duration.between(then, now));
  }

  private static String visible(String text) {
    return Text.visible(text, 300);
  }
}
