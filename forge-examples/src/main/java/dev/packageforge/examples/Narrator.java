package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.Draft;
import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PublishOptions;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.Text;
import dev.packageforge.UploadState;
import dev.packageforge.Verdict;
import dev.packageforge.queue.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a run's events to people, on a {@link Stage}. What came from a model or a package is made
 * harmless here, before any stage sees it.
 */
final class Narrator implements RunView {
  private static final int LOG_TAIL = 15;
  private static final int WIDEST = 300;
  private static final int TIME_WIDTH = 9;
  private static final int DIGEST_SHOWN = "sha512-".length() + 12;

  /** A line of a stack trace that only says how Node runs tests. */
  private static final Pattern OF_NODE_ITSELF = Pattern.compile("^\\s*at .*\\bnode:[a-z_/]+:\\d+");

  private final Stage stage;
  private final Map<String, Progress> files = new HashMap<>();
  private final Map<Step, Deque<String>> logs = new EnumMap<>(Step.class);
  private String title = "";
  private RunState state = RunState.QUEUED;
  private int draft;
  private boolean dryRun;
  private String packageName = "the package";
  private Instant now = Instant.EPOCH;

  /** How much of a file has been told. */
  private record Progress(int characters, long bytes) {}

  Narrator(Stage stage) {
    this.stage = stage;
  }

  @Override
  public synchronized void show(StoredEvent stored) {
    now = stored.at();
    RunEvent event = stored.event();
    if (event instanceof RunEvent.State told) {
      state(told);
    } else if (event instanceof RunEvent.Planned planned) {
      planned(planned);
    } else if (event instanceof RunEvent.PlanRefused refused) {
      planRefused(refused);
    } else if (event instanceof RunEvent.FileText file) {
      file(file);
    } else if (event instanceof RunEvent.Drafted drafted) {
      drafted(drafted);
    } else if (event instanceof RunEvent.StepBegan began) {
      logs.remove(began.step());
      row(began.step(), Stage.Mark.RUNNING, "", began.at());
    } else if (event instanceof RunEvent.StepEnded ended) {
      stepEnded(ended.report());
    } else if (event instanceof RunEvent.Log log) {
      log(log);
    } else if (event instanceof RunEvent.Attempted attempted) {
      attempted(attempted);
    } else if (event instanceof RunEvent.Postponed postponed) {
      String detail = visible(postponed.why()) + " Again in " + Words.time(postponed.after()) + ".";
      row("postponed " + stored.cursor(), Stage.Mark.WARNING, "resting", dry() + detail);
    } else if (event instanceof RunEvent.Approved approved) {
      dryRun = approved.approval().terms().options().mode() == PublishOptions.Mode.DRY_RUN;
    } else if (event instanceof RunEvent.Uploaded uploaded) {
      uploaded(uploaded);
    } else if (event instanceof RunEvent.Released released) {
      released(released);
    }
  }

  @Override
  public synchronized void note(String line) {
    stage.say(line);
  }

  @Override
  public synchronized void tick() {
    stage.tick();
  }

  @Override
  public synchronized void settle() {
    stage.settle();
    title = "";
  }

  private void state(RunEvent.State told) {
    state = told.state();
    if (told.packageName() != null) {
      packageName = visible(told.packageName());
    }
    String attempt = "Attempt " + told.attempt() + " of " + told.maxAttempts();
    switch (told.state()) {
      case GENERATING -> {
        if (told.packageName() == null) {
          scene("Planning");
        }
      }
      case VERIFYING ->
          scene(draft == 0 ? "Verifying the package" : attempt + ": verifying draft " + draft);
      case REPAIRING -> scene("Repairing draft " + Math.max(draft, 1));
      case PUBLISHING ->
          scene(dryRun ? "DRY RUN of publishing " + packageName : "Publishing " + packageName);
      default -> {}
    }
  }

  private void planned(RunEvent.Planned planned) {
    packageName = visible(planned.plan().name());
    row("plan " + packageName, Stage.Mark.PASSED, packageName, visible(planned.plan().summary()));
    stage.say(
        "  "
            + Words.count(planned.plan().files().size(), "file", "files")
            + ", "
            + Words.count(planned.plan().behaviours().size(), "behaviour", "behaviours")
            + " to prove, "
            + visible(Words.dependencies(planned.plan())));
  }

  private void planRefused(RunEvent.PlanRefused refused) {
    String name = refused.plan().name().isEmpty() ? "the plan" : visible(refused.plan().name());
    row("refused " + name + now, Stage.Mark.FAILED, name, "this plan was refused");
    refused.plan().findings().forEach(this::finding);
  }

  private void file(RunEvent.FileText file) {
    String key = file.draft() + " " + file.path();
    Progress before = files.getOrDefault(key, new Progress(0, 0));
    if (file.offset() == 0) {
      before = new Progress(0, 0);
    } else if (file.offset() < before.characters()) {
      return;
    }
    Progress after =
        new Progress(
            file.offset() + file.text().length(),
            before.bytes() + file.text().getBytes(StandardCharsets.UTF_8).length);
    files.put(key, after);
    if (state == RunState.GENERATING) {
      scene("Writing draft " + file.draft());
    }
    Stage.Mark mark = file.done() ? Stage.Mark.PASSED : Stage.Mark.RUNNING;
    row("file " + key, mark, visible(file.path()), Words.size(after.bytes()));
  }

  private void drafted(RunEvent.Drafted drafted) {
    draft = drafted.draft().number();
    String from =
        switch (drafted.draft().origin()) {
          case MODEL -> draft == 1 ? "" : ", begun anew with what was learned";
          case REPAIR -> ", mended from draft " + drafted.draft().parent();
          case REFINEMENT ->
              draft == 1
                  ? ", for the next version"
                  : ", for the next version, begun anew with what was learned";
          case PERSON -> ", edited by a person";
        };
    String files = Words.count(drafted.paths().size(), "file", "files");
    row("draft " + draft, Stage.Mark.PASSED, "draft " + draft, files + from);
    if (!drafted.draft().cause().isEmpty()) {
      boolean news = drafted.draft().origin() == Draft.Origin.REFINEMENT;
      stage.say((news ? "  new: " : "  mended: ") + visible(drafted.draft().cause()));
    }
    drafted.draft().refusals().forEach(this::finding);
  }

  private void stepEnded(StepReport report) {
    Stage.Mark mark =
        switch (report.state()) {
          case PASSED -> Stage.Mark.PASSED;
          case FAILED -> Stage.Mark.FAILED;
          case SKIPPED -> Stage.Mark.SKIPPED;
        };
    String summary = visible(report.summary());
    String detail =
        report.state() == StepReport.State.SKIPPED
            ? " ".repeat(TIME_WIDTH) + summary
            : String.format("%7s  %s", Words.time(report.took()), summary).stripTrailing();
    row(report.step(), mark, detail, null);
  }

  private void log(RunEvent.Log log) {
    Deque<String> tail = logs.computeIfAbsent(log.step(), step -> new ArrayDeque<>());
    for (String line : log.lines()) {
      if (OF_NODE_ITSELF.matcher(line).find()) {
        continue;
      }
      if (tail.size() == LOG_TAIL) {
        tail.removeFirst();
      }
      tail.addLast(Text.visible(line, WIDEST));
    }
  }

  private void attempted(RunEvent.Attempted attempted) {
    Verdict verdict = attempted.attempt().verdict();
    String key = "attempt " + attempted.attempt().number();
    if (verdict instanceof Verdict.Passed passed) {
      Artifact artifact = passed.artifact();
      int number = attempted.attempt().draft();
      String detail = (number == 0 ? "" : "draft " + number + " ") + "passed: " + artifact.id();
      row(key, Stage.Mark.PASSED, key, visible(detail));
    } else if (verdict instanceof Verdict.Failed failed) {
      failed(key, failed.failure(), attempted.attempt().findings());
    } else if (verdict instanceof Verdict.Unverified unverified) {
      row(key, Stage.Mark.WARNING, key, visible("UNVERIFIED: " + unverified.why()));
    }
  }

  private void failed(String key, FailureDigest failure, List<Finding> findings) {
    row(key, Stage.Mark.FAILED, key, visible(failure.headline()));
    if (failure.step() == Step.INSPECT) {
      findings.stream().filter(Finding::isError).forEach(this::finding);
    }
    Deque<String> tail = logs.getOrDefault(failure.step(), new ArrayDeque<>());
    if (!tail.isEmpty()) {
      stage.say(
          "  the end of the log of " + failure.step().label() + ", without Node's own frames:");
      tail.forEach(line -> stage.say("  │ " + line));
    }
  }

  /** What stands before each line of publishing that publishes nothing. */
  private String dry() {
    return dryRun && state == RunState.PUBLISHING ? "DRY RUN: " : "";
  }

  private void uploaded(RunEvent.Uploaded uploaded) {
    String words = visible(uploaded.detail());
    String detail =
        switch (uploaded.state()) {
          case SENT -> "to " + words;
          case TAKEN -> "the registry says that the version is taken; looking whose it is";
          case ACCEPTED -> words.isEmpty() ? "the registry took it" : "the registry: " + words;
          case VISIBLE -> "the registry shows it, under the approved digest";
          case VERIFIED -> "what it serves was fetched, and is what was approved";
        };
    Stage.Mark mark =
        uploaded.state() == UploadState.TAKEN ? Stage.Mark.WARNING : Stage.Mark.PASSED;
    row("upload " + uploaded.state(), mark, uploaded.state().label(), detail);
  }

  private void released(RunEvent.Released released) {
    PublishOptions.Mode mode = released.release().mode();
    boolean dry = mode == PublishOptions.Mode.DRY_RUN;
    String detail =
        dry
            ? "DRY RUN: nothing was sent"
            : (mode == PublishOptions.Mode.STAGE ? "waits at the registry: " : "")
                + "the registry holds "
                + released.release().digest().integrity().substring(0, DIGEST_SHOWN)
                + "…";
    row("released", dry ? Stage.Mark.SKIPPED : Stage.Mark.PASSED, "read back", detail);
  }

  private void finding(Finding finding) {
    String where = finding.where().isEmpty() ? "" : visible(finding.where()) + ": ";
    stage.say(
        "  "
            + (finding.isError() ? Stage.Mark.FAILED : Stage.Mark.WARNING).glyph()
            + " "
            + where
            + visible(finding.sentence())
            + " ("
            + visible(finding.code())
            + ")");
  }

  private void scene(String next) {
    if (!next.equals(title)) {
      title = next;
      stage.scene(next, now);
    }
  }

  private void row(Step step, Stage.Mark mark, String detail, @Nullable Instant since) {
    stage.row(new Stage.Row("step " + step, mark, step.label(), detail, since));
  }

  private void row(String key, Stage.Mark mark, String name, String detail) {
    stage.row(new Stage.Row(key, mark, name, detail, null));
  }

  private static String visible(String text) {
    return Text.visible(text, WIDEST);
  }
}
