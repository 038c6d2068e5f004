package dev.packageforge.examples.eval;

import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.Finding;
import dev.packageforge.ForgeException;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Spending;
import dev.packageforge.Text;
import dev.packageforge.npm.AcceptanceReport;
import dev.packageforge.pipeline.Forge;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One case, sat by one model: a run that is never approved, and then the hidden tests. */
public final class Sitting implements Consumer<Run> {
  private static final Set<String> MISSED = Set.of("edit-missed", "edit-ambiguous");
  private static final String INVENTED = "dependency-does-not-exist";
  private static final int MAX_SENTENCE = 300;

  private final EvalCase question;
  private final ModelWatch watch;
  private final Set<Integer> malformed = new TreeSet<>();
  private final Set<String> missed = new TreeSet<>();

  /** Runs the hidden tests. */
  @FunctionalInterface
  public interface Examiner {
    /**
     * Runs them against a package that passed its own.
     *
     * @throws ForgeException if nothing was learned of the package
     * @throws InterruptedException if this thread is interrupted
     */
    AcceptanceReport examine(PackedArtifact packed, String tests) throws InterruptedException;
  }

  /**
   * A sitting that has not begun.
   *
   * @param watch around the model that the run will ask
   */
  public Sitting(EvalCase question, ModelWatch watch) {
    this.question = question;
    this.watch = watch;
  }

  /** To be told of each revision of the run: what an answer lacked is not in the last one. */
  @Override
  public synchronized void accept(Run revision) {
    Run.Unfinished half = revision.work().unfinished();
    if (half != null) {
      lacked(revision.work().drafts().size() + 1, half.refusals());
    }
  }

  /** A draft that was completed is not well-formed, though nothing of it is refused any more. */
  private void lacked(int draft, List<Finding> refusals) {
    malformed.add(draft);
    refusals.stream()
        .filter(finding -> MISSED.contains(finding.code()))
        .forEach(finding -> missed.add(draft + " " + finding.where()));
  }

  /**
   * Lets the model answer, and examines what came of it.
   *
   * @param forge has the watched model, and a store whose revisions this sitting is told of
   * @throws InterruptedException if this thread is interrupted; there is no result then
   */
  public CaseResult sit(Forge forge, RunRequest request, Examiner examiner)
      throws InterruptedException {
    long began = System.nanoTime();
    Run run = forge.drive(forge.submit(request).id());
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    boolean green = run.state() == RunState.AWAITING_APPROVAL;
    CaseResult.Hidden hidden =
        green
            ? examine(forge.artifact(run.id()), examiner)
            : new CaseResult.Hidden(0, question.tests(), List.of());
    Spending used = run.spending();
    return new CaseResult(
        question.name(),
        new CaseResult.Way(
            run.work().attempts().size(),
            green,
            run.trouble().map(ending -> ending.reason().slug()).orElse("ready"),
            run.trouble().map(Ending::sentence).map(Sitting::visible).orElse("")),
        hidden,
        answered(run),
        new Spending(used.calls(), used.tokens(), used.microDollars(), took));
  }

  private CaseResult.Hidden examine(PackedArtifact packed, Examiner examiner)
      throws InterruptedException {
    try {
      AcceptanceReport report = examiner.examine(packed, question.acceptance());
      return new CaseResult.Hidden(
          report.passed(),
          report.total(),
          report.failures().stream().map(Sitting::visible).toList());
    } catch (ForgeException e) {
      String why = "The hidden tests could not be run: " + e.getMessage();
      return new CaseResult.Hidden(0, question.tests(), List.of(visible(why)));
    }
  }

  private synchronized CaseResult.Answers answered(Run run) {
    for (Draft draft : run.work().drafts()) {
      if (draft.refusals().stream().anyMatch(Finding::isError)) {
        lacked(draft.number(), draft.refusals());
      }
    }
    Set<String> invented = new TreeSet<>();
    run.work().planning().refused().stream()
        .flatMap(plan -> plan.findings().stream())
        .filter(finding -> finding.code().equals(INVENTED))
        .forEach(finding -> invented.add(Text.visible(finding.where(), MAX_SENTENCE)));
    int drafts = run.work().drafts().size();
    return new CaseResult.Answers(
        drafts,
        drafts - (int) malformed.stream().filter(number -> number <= drafts).count(),
        watch.editedFiles(),
        Math.min(watch.editedFiles(), missed.size()),
        List.copyOf(invented));
  }

  private static String visible(String sentence) {
    return Text.visible(sentence, MAX_SENTENCE);
  }
}
