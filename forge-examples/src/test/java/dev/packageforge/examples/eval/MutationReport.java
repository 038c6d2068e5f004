package dev.packageforge.examples.eval;

import dev.packageforge.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What all trials came to. */
final class MutationReport {
  private final List<Trial> all;
  private final List<Trial> red;
  private final Duration took;

  MutationReport(List<Trial> all, Duration took) {
    this.all = all;
    this.red = all.stream().filter(Trial::isRed).toList();
    this.took = took;
  }

  int red() {
    return red.size();
  }

  double rootCauseFirst() {
    return red.isEmpty() ? 0 : (double) count(red, Trial::rootCauseFirst) / red.size();
  }

  long longestDigest() {
    return red.stream().mapToLong(Trial::digestTokens).max().orElse(0);
  }

  double medianShareOfPackage() {
    return median(Trial::shareOfPackage);
  }

  /** What should not have been so, whichever mutant it was. */
  List<String> problems() {
    return red.stream()
        .filter(trial -> !trial.problems().isEmpty())
        .map(
            trial ->
                trial.title()
                    + " "
                    + trial.exercise()
                    + " "
                    + trial.asked()
                    + ": "
                    + trial.problems())
        .toList();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-20s %5s %6s %10s %8s %9s",
            "kind", "red", "green", "root cause", "mended", "longest"));
    for (Mutation kind : Mutation.values()) {
      lines.add(row(kind.name(), all.stream().filter(t -> t.mutant().kind() == kind).toList()));
    }
    lines.add(row("all", all));
    lines.add("");
    for (Exercise exercise : Exercise.values()) {
      lines.add(row(exercise.name(), all.stream().filter(t -> t.exercise() == exercise).toList()));
    }
    lines.add("");
    lines.add(
        line("good packages", all.stream().map(t -> t.mutant().good().name()).distinct().count()));
    lines.add(line("mutants that fail", red.size()));
    lines.add(line("mutants that pass", all.size() - red.size()));
    lines.add(line("root cause in ten lines, percent", percent(rootCauseFirst())));
    lines.add(line("longest digest, tokens", longestDigest()));
    lines.add(line("edit, percent of the package, median", percent(medianShareOfPackage())));
    lines.add(line("edit, percent of its file, median", percent(median(Trial::shareOfFile))));
    lines.add(line("seconds", took.toSeconds()));
    for (Step step : Step.values()) {
      Duration all =
          red.stream()
              .map(trial -> trial.took().getOrDefault(step, Duration.ZERO))
              .reduce(Duration.ZERO, Duration::plus);
      lines.add(line("seconds of " + step.label() + ", all mutants", all.toSeconds()));
    }
    lines.add("");
    problems().forEach(problem -> lines.add("PROBLEM " + problem));
    all.stream()
        .filter(trial -> !trial.isRed())
        .forEach(t -> lines.add("PASSES " + t.title() + " " + t.problems()));
    for (Trial trial : red) {
      if (!trial.rootCauseFirst()) {
        lines.add("");
        lines.add("NOT TOLD " + trial.title() + " " + trial.mutant().clues());
        trial.firstLines().lines().forEach(line -> lines.add("    " + line));
      }
    }
    return lines;
  }

  private static String row(String title, List<Trial> trials) {
    List<Trial> red = trials.stream().filter(Trial::isRed).toList();
    return String.format(
        "%-20s %5d %6d %10d %8d %9d",
        title,
        red.size(),
        trials.size() - red.size(),
        count(red, Trial::rootCauseFirst),
        count(red, trial -> trial.problems().isEmpty()),
        red.stream().mapToLong(Trial::digestTokens).max().orElse(0));
  }

  private static String line(String what, Object value) {
    return String.format("%-38s %10s", what, value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", share * 100);
  }

  private double median(ToDoubleFunction<Trial> what) {
    double[] sorted = red.stream().mapToDouble(what).sorted().toArray();
    return sorted.length == 0 ? 1 : sorted[sorted.length / 2];
  }

  private static int count(List<Trial> trials, Predicate<Trial> which) {
    return (int) trials.stream().filter(which).count();
  }
}
