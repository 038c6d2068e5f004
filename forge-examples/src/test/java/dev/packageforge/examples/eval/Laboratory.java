package dev.packageforge.examples.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Spoils good packages in every way, and lets the loop mend them. */
final class Laboratory {
  private static final int THREADS = 2;
  private static final int TRIES = 4;

  /** What never ends is to be noticed soon, and nothing else mistaken for it. */
  private static final Duration IMPATIENCE = Duration.ofSeconds(12);

  private final Sandbox sandbox;
  private final RememberingToolchain patient;
  private final RememberingToolchain impatient;

  Laboratory(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.patient = new RememberingToolchain(NpmToolchain.builder().build());
    SandboxSpec.Limits usual = SandboxSpec.Limits.ofDefaults();
    this.impatient =
        patient.with(
            NpmToolchain.builder()
                .limits(
                    new SandboxSpec.Limits(
                        IMPATIENCE, usual.memoryBytes(), usual.diskBytes(), usual.outputBytes()))
                .build());
  }

  /** All of them, in order. What never ends is waited for beside the rest. */
  List<Trial> trials(List<GoodPackage> goods) throws InterruptedException, ExecutionException {
    ExecutorService working = Executors.newFixedThreadPool(THREADS);
    ExecutorService waiting = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> checks = new ArrayList<>();
      for (GoodPackage good : goods) {
        checks.add(
            working.submit(
                () -> {
                  mustBeGood(good);
                  return good;
                }));
      }
      for (Future<?> check : checks) {
        check.get();
      }
      List<Future<List<Trial>>> all = new ArrayList<>();
      for (GoodPackage good : goods) {
        for (Mutation kind : Mutation.values()) {
          Exercise exercise = Exercise.of(all.size());
          ExecutorService threads = kind == Mutation.TIMEOUT ? waiting : working;
          all.add(threads.submit(() -> trials(good, kind, exercise)));
        }
      }
      List<Trial> trials = new ArrayList<>();
      for (Future<List<Trial>> each : all) {
        trials.addAll(each.get());
      }
      return trials;
    } finally {
      working.shutdownNow();
      waiting.shutdownNow();
    }
  }

  /** Tries mutants of one kind until one really fails. */
  private List<Trial> trials(GoodPackage good, Mutation kind, Exercise exercise)
      throws InterruptedException {
    RememberingToolchain toolchain = kind == Mutation.TIMEOUT ? impatient : patient;
    List<Trial> trials = new ArrayList<>();
    List<Mutant> candidates = kind.candidates(good);
    for (Mutant mutant : candidates.subList(0, Math.min(TRIES, candidates.size()))) {
      Trial trial = Trial.of(mutant, exercise, toolchain, sandbox);
      trials.add(trial);
      if (trial.isRed()) {
        break;
      }
    }
    return trials;
  }

  private void mustBeGood(GoodPackage good) throws InterruptedException {
    PackagePlan plan =
        new PackagePlan(good.packageName(), "A package.", List.of(), List.of(), List.of());
    Verification verification =
        patient.verify(
            new VerificationRequest(
                new PackageId(good.packageName(), patient.firstVersion()),
                plan,
                good.files(),
                List.of()),
            sandbox,
            VerificationListener.SILENT,
            new Cancellation());
    assertThat(verification).as(good.name()).isInstanceOf(Verification.Passed.class);
  }
}
