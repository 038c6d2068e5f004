package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.Text;
import dev.packageforge.queue.RunStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the run that a person means: by its id, by the beginning of it, or the newest. */
final class RunFinder {
  /** What the argument is, for each command's help. */
  static final String MEANING =
      "a run, or the beginning of its name; - or nothing is the newest one";

  private static final Pattern BEGINNING = Pattern.compile("r[0-9a-z]{0,25}");
  private static final int WHOLE = "r".length() + 25;
  private static final int SHORT = 8;
  private static final int MOST = 1_000;
  private static final int TOLD = 5;

  private final RunStore runs;
  private final String command;

  /**
   * A finder.
   *
   * @param command what a person types to run this command
   */
  RunFinder(RunStore runs, String command) {
    this.runs = runs;
    this.command = command;
  }

  /** As much of a run's id as people are shown. */
  static String shortened(RunId id) {
    return id.value().substring(0, SHORT);
  }

  /**
   * The run.
   *
   * @param word what the person typed, if anything
   * @throws CommandException if there is no such run, or several
   */
  Run find(@Nullable String word) {
    if (word == null || word.equals("-")) {
      return newest();
    }
    if (word.length() == WHOLE && BEGINNING.matcher(word).matches()) {
      Optional<Run> run = runs.find(new RunId(word));
      if (run.isPresent()) {
        return run.get();
      }
      throw unknown(word);
    }
    List<Run> found =
        BEGINNING.matcher(word).matches()
            ? runs.newest(MOST).stream().filter(run -> run.id().value().startsWith(word)).toList()
            : List.of();
    if (found.isEmpty()) {
      throw unknown(word);
    }
    if (found.size() > 1) {
      throw new CommandException(
          Exit.USAGE,
          found.size() + " runs begin with " + word + ": " + candidates(found, WHOLE) + ".",
          "Type more of the name.");
    }
    return found.get(0);
  }

  private Run newest() {
    List<Run> newest = runs.newest(1);
    if (newest.isEmpty()) {
      throw none();
    }
    return newest.get(0);
  }

  private CommandException unknown(String word) {
    List<Run> newest = runs.newest(TOLD);
    if (newest.isEmpty()) {
      return none();
    }
    return new CommandException(
        Exit.USAGE,
        "No run is called \"" + Text.visible(word, 60) + "\", and no run's name begins so.",
        "The newest are "
            + candidates(newest, SHORT)
            + "; "
            + command
            + " runs lists more of them.");
  }

  /** There is nothing to choose from. */
  CommandException none() {
    return new CommandException(
        Exit.USAGE, "There are no runs yet.", "Begin one: " + command + " new \"a slug maker\"");
  }

  private static String candidates(List<Run> runs, int length) {
    String told =
        runs.stream()
            .limit(TOLD)
            .map(run -> run.id().value().substring(0, length) + " (" + describe(run) + ")")
            .collect(Collectors.joining(", "));
    return runs.size() > TOLD ? told + " and more" : told;
  }

  private static String describe(Run run) {
    return run.state().label() + run.plan().map(plan -> ", " + plan.name()).orElse("");
  }
}
