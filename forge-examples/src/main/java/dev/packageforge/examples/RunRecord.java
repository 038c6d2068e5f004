package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Draft;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.Spending;
import dev.packageforge.StepReport;
import dev.packageforge.Verdict;
import dev.packageforge.examples.JsonLines.Fields;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.queue.WorkerReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run as it is stored, for programs: the words of the page's {@code run} event, and more. */
final class RunRecord {
  private RunRecord() {}

  /** What a list tells of it. */
  static Fields summary(Run run) {
    Spending spending = run.spending();
    return JsonLines.type("run")
        .with("id", run.id().value())
        .with("state", JsonView.slug(run.state()))
        .with("prompt", run.request().prompt())
        .with("createdAt", run.createdAt().toString())
        .with("attempt", run.work().attempts().size())
        .with("maxAttempts", run.request().maxAttempts())
        .with("draft", run.work().drafts().size())
        .with(
            "name",
            run.plan()
                .map(plan -> plan.name())
                .or(() -> run.artifact().map(artifact -> artifact.id().name()))
                .orElse(null))
        .with("version", run.artifact().map(artifact -> artifact.id().version()).orElse(null))
        .with("base", base(run.request().base()))
        .with(
            "brought",
            Optional.ofNullable(run.request().brought())
                .map(brought -> brought.fileName())
                .orElse(null))
        .with("usage", usage(spending))
        .with("elapsedMs", spending.wall().toMillis())
        .with("reason", JsonView.reason(run.trouble().orElse(null)));
  }

  /**
   * All of it.
   *
   * @param place where it would go; empty if it cannot go anywhere any more
   * @param next the commands that can be typed next
   */
  static Fields whole(Run run, String place, List<String> next) {
    return summary(run)
        .with("revision", run.revision())
        .with("plan", run.plan().map(plan -> JsonView.plan(plan).map()).orElse(null))
        .with(
            "refusedPlans",
            run.work().planning().refused().stream()
                .map(
                    plan ->
                        new Fields()
                            .with("name", plan.name())
                            .with("findings", JsonView.findings(plan.findings()))
                            .map())
                .toList())
        .with("drafts", run.work().drafts().stream().map(RunRecord::draft).toList())
        .with("attempts", run.work().attempts().stream().map(RunRecord::attempt).toList())
        .with("artifact", run.artifact().map(JsonView::artifact).orElse(null))
        .with("registry", place.isEmpty() ? null : place)
        .with("publication", publication(run))
        .with("next", next);
  }

  /** A worker, as the page's {@code worker} event has it. */
  static Fields worker(WorkerPresence worker) {
    WorkerReport report = worker.report();
    return JsonLines.type("worker")
        .with("id", report.id())
        .with("name", report.name())
        .with("state", JsonView.slug(worker.state()))
        .with("lastBeatMs", worker.age().toMillis())
        .with("busy", report.busy())
        .with("capacity", report.capacity())
        .with("version", report.version());
  }

  private static @Nullable Fields base(RunRequest.@Nullable Base base) {
    return base == null
        ? null
        : new Fields()
            .with("run", base.run().value())
            .with("draft", base.draft())
            .with("name", base.plan().name())
            .with("version", base.version());
  }

  private static Fields usage(Spending spending) {
    return new Fields()
        .with("calls", spending.calls())
        .with("tokens", spending.tokens())
        .with("microDollars", spending.microDollars());
  }

  private static Object draft(Draft draft) {
    return new Fields()
        .with("number", draft.number())
        .with("origin", JsonView.slug(draft.origin()))
        .with("author", draft.author().isEmpty() ? null : draft.author())
        .with("parent", draft.parent())
        .with("digest", draft.files().integrity())
        .with("cause", draft.cause().isEmpty() ? null : draft.cause())
        .with("refusals", JsonView.findings(draft.refusals()))
        .map();
  }

  private static Object attempt(Attempt attempt) {
    Fields fields =
        new Fields()
            .with("number", attempt.number())
            .with("draft", attempt.draft())
            .with("state", JsonView.state(attempt.verdict()));
    if (attempt.verdict() instanceof Verdict.Failed failed) {
      fields
          .with("step", failed.failure().step().label())
          .with("headline", failed.failure().headline());
    }
    return fields
        .with("steps", attempt.steps().stream().map(RunRecord::step).toList())
        .with("findings", JsonView.findings(attempt.findings()))
        .with("sandbox", SandboxWords.fields(attempt.sandbox()))
        .map();
  }

  private static Object step(StepReport report) {
    return new Fields()
        .with("id", report.step().label())
        .with("state", JsonView.slug(report.state()))
        .with("tookMs", report.took().toMillis())
        .with("summary", report.summary())
        .map();
  }

  private static @Nullable Fields publication(Run run) {
    Run.Publication publication = run.work().publication();
    if (publication == null) {
      return null;
    }
    PublishOptions options = publication.approval().terms().options();
    Artifact artifact = run.artifact().orElse(null);
    Release release = publication.release();
    return new Fields()
        .with("approver", publication.approval().approver())
        .with("mode", JsonView.slug(options.mode()))
        .with("tag", options.tag())
        .with("expires", publication.approval().expires().toString())
        .with("digest", artifact == null ? null : artifact.digest().integrity())
        .with("uploads", publication.uploads())
        .with("released", release == null ? null : JsonView.release(release));
  }
}
