package dev.packageforge.examples.eval;

import dev.packageforge.Attempt;
import dev.packageforge.Budget;
import dev.packageforge.FailureDigest;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Spending;
import dev.packageforge.Step;
import dev.packageforge.Verdict;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.toolchain.Toolchain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a mutant fared in the loop.
 *
 * @param mutant the mutant
 * @param exercise what was in the way
 * @param digest what its first verification said; empty if that passed, so that nothing was spoilt
 * @param took how long the steps of all its verifications took, by kind
 * @param problems what should not have been so, a sentence each
 * @param asked the steps the model was asked for
 */
record Trial(
    Mutant mutant,
    Exercise exercise,
    Optional<FailureDigest> digest,
    Map<Step, Duration> took,
    List<String> problems,
    List<String> asked) {
  private static final int FIRST_LINES = 10;
  private static final int EVENTS = 100_000;
  private static final int MAX_SHIFTS = 40;
  private static final double CHARACTERS_PER_TOKEN = 3.5;

  Trial {
    took = Map.copyOf(took);
    problems = List.copyOf(problems);
    asked = List.copyOf(asked);
  }

  /** Drives a run in which the mutant is the first draft. */
  static Trial of(Mutant mutant, Exercise exercise, Toolchain toolchain, Sandbox sandbox)
      throws InterruptedException {
    ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
    InMemoryStore store = new InMemoryStore(clock);
    MutantModel model = new MutantModel(mutant, exercise);
    Forge forge =
        Forge.builder()
            .store(store)
            .clock(clock)
            .model(model)
            .toolchain(toolchain)
            .sandbox(sandbox)
            .registry(new FakeRegistry())
            .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
            .build();
    Run run = forge.submit(RunRequest.of("mend " + mutant.good().packageName()));
    for (int shift = 0; run.state().needsWorker() && shift < MAX_SHIFTS; shift++) {
      run = forge.work().orElse(run);
      clock.advance(Duration.ofMinutes(2));
    }
    Optional<FailureDigest> digest =
        run.work().attempts().stream().findFirst().flatMap(Trial::failure);
    List<String> problems = new ArrayList<>();
    ending(run, forge, mutant).ifPresent(problems::add);
    account(run, model).ifPresent(problems::add);
    excess(run, forge).ifPresent(problems::add);
    unverified(run, forge).ifPresent(problems::add);
    return new Trial(mutant, exercise, digest, took(run), problems, model.asked());
  }

  private static Map<Step, Duration> took(Run run) {
    Map<Step, Duration> took = new EnumMap<>(Step.class);
    run.work().attempts().stream()
        .filter(attempt -> !attempt.verdict().passed())
        .flatMap(attempt -> attempt.steps().stream())
        .forEach(report -> took.merge(report.step(), report.took(), Duration::plus));
    return took;
  }

  private static Optional<FailureDigest> failure(Attempt first) {
    return first.verdict() instanceof Verdict.Failed failed
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  private static Optional<String> ending(Run run, Forge forge, Mutant mutant) {
    if (run.state() != RunState.AWAITING_APPROVAL) {
      return Optional.of(
          "it ended "
              + run.state().label()
              + run.trouble().map(t -> ": " + t.sentence()).orElse(""));
    }
    if (forge.files(run.id(), run.work().drafts().size()).equals(mutant.good().files())) {
      return Optional.empty();
    }
    return Optional.of("what passed is not the good package");
  }

  private static Optional<String> account(Run run, MutantModel model) {
    Spending told = run.spending();
    boolean exact =
        told.calls() == model.calls()
            && told.tokens() == model.tokens()
            && told.microDollars() == model.microDollars();
    return exact
        ? Optional.empty()
        : Optional.of(
            "the account says "
                + told
                + ", the model "
                + List.of(model.calls(), model.tokens(), model.microDollars()));
  }

  /** A run that never came to a verification says nothing of its mutant. */
  private static Optional<String> unverified(Run run, Forge forge) throws InterruptedException {
    if (!run.work().attempts().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "it was never verified: "
            + forge.events(run.id(), 0, EVENTS, Duration.ZERO).stream()
                .map(StoredEvent::event)
                .filter(RunEvent.Postponed.class::isInstance)
                .map(String::valueOf)
                .toList());
  }

  /** At no revision more may be spent, reservations included, than there is. */
  private static Optional<String> excess(Run run, Forge forge) throws InterruptedException {
    Budget budget = run.request().budget();
    for (StoredEvent stored : forge.events(run.id(), 0, EVENTS, Duration.ZERO)) {
      if (stored.event() instanceof RunEvent.State state) {
        Optional<String> excess = state.spending().excess(budget);
        if (excess.isPresent()) {
          return excess;
        }
      }
    }
    return Optional.empty();
  }

  boolean isRed() {
    return digest.isPresent();
  }

  /** Whether the first lines say what is wrong. */
  boolean rootCauseFirst() {
    String first = firstLines();
    return mutant.clues().stream().allMatch(clue -> clue.matcher(first).find());
  }

  String firstLines() {
    return digest
        .map(d -> d.text().lines().limit(FIRST_LINES).collect(Collectors.joining("\n")))
        .orElse("");
  }

  long digestTokens() {
    return tokens(digest.map(FailureDigest::text).orElse(""));
  }

  /** What the edit takes, in parts of what all files take, each given whole. */
  double shareOfPackage() {
    return (double) mutant.repair().length() / GoodPackage.answer(mutant.good().files()).length();
  }

  /** What the edit takes, in parts of what the one file takes, given whole. */
  double shareOfFile() {
    return (double) mutant.repair().length() / GoodPackage.answer(mutant.sound()).length();
  }

  private static long tokens(String text) {
    return Math.round(Math.ceil(text.length() / CHARACTERS_PER_TOKEN));
  }

  String title() {
    return mutant.good().name() + " " + mutant.kind() + " " + mutant.spoilt().path();
  }
}
