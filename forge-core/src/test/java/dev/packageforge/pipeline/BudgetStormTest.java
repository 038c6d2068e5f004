package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Budget;
import dev.packageforge.Cancellation;
import dev.packageforge.Ending;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.Spending;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run spends, when the model fails in every way it can. */
@Timeout(120)
class BudgetStormTest {
  private static final int STORMS = 1_000;
  private static final List<Reason> UNBILLED =
      List.of(Reason.RATE_LIMITED, Reason.INVALID_REQUEST, Reason.TOO_LARGE);
  private static final ModelInfo INFO =
      new ModelInfo("stormy", false, new ModelInfo.Price(300_000, 2_500_000));

  @Test
  void noStormMakesARunSpendMoreThanItMay() throws Exception {
    int exhausted = 0;
    int finished = 0;
    for (int seed = 0; seed < STORMS; seed++) {
      Random random = new Random(seed);
      Budget budget =
          new Budget(
              1 + random.nextInt(9),
              random.nextInt(200_000),
              random.nextInt(400_000),
              Duration.ofMinutes(1 + random.nextInt(30)));
      Storm storm = new Storm(random, budget);

      Run run = storm.run();

      assertThat(storm.violation).as("seed %s", seed).isNull();
      assertThat(run.spending().excess(budget)).as("seed %s", seed).isEmpty();
      assertThat(run.spending().tokens()).as("seed %s", seed).isEqualTo(storm.counted.tokens());
      assertThat(run.spending().microDollars())
          .as("seed %s", seed)
          .isEqualTo(storm.counted.microDollars());
      assertThat(run.spending().calls()).as("seed %s", seed).isEqualTo(storm.counted.calls());
      assertThat(storm.billed.excess(budget)).as("seed %s: what was billed", seed).isEmpty();
      Ending ending = run.ending();
      exhausted += ending != null && ending.reason() == Ending.Reason.BUDGET_EXHAUSTED ? 1 : 0;
      finished += ending == null ? 1 : 0;
    }
    assertThat(exhausted).as("runs that the budget ended").isGreaterThan(STORMS / 20);
    assertThat(finished).as("runs that came through").isGreaterThan(STORMS / 50);
  }

  /** A model that fails in every way, and keeps its own account of what it was asked and billed. */
  private static final class Storm implements LanguageModel {
    private final Random random;
    private final Budget budget;
    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
    private final InMemoryStore store = new InMemoryStore(clock);
    private Spending billed = Spending.NONE;

    /** What the run should say: what is known to be billed, and what may have been. */
    private Spending counted = Spending.NONE;

    private @Nullable String violation;

    Storm(Random random, Budget budget) {
      this.random = random;
      this.budget = budget;
    }

    Run run() throws InterruptedException {
      Forge forge =
          Forge.builder()
              .model(this)
              .sandbox(new NoSandbox())
              .toolchain(new StagedToolchain())
              .registry(new FakeRegistry())
              .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
              .store(store)
              .clock(clock)
              .random(random)
              .build();
      Run run = forge.submit(new RunRequest("a thing", 6, budget, ""));
      while (run.state().needsWorker()) {
        run = forge.work().orElse(run);
        clock.advance(Duration.ofMinutes(20)); // whatever rests has rested
      }
      return run;
    }

    @Override
    public ModelInfo info() {
      return INFO;
    }

    @Override
    public ModelReply generate(
        ModelRequest request, ModelListener listener, Cancellation cancellation) {
      long longest = request.limits().maxOutputTokens();
      TokenUsage most = new TokenUsage(request.estimatedInputTokens(), 0, longest, 0);
      Run stored = store.find(request.id().run()).orElseThrow();
      if (stored.spending().tokens() < counted.tokens() + most.total()) {
        violation = request.id().step() + " was asked before it was reserved";
      }
      clock.advance(Duration.ofSeconds(random.nextInt(9))); // well within a lease
      long output = random.nextInt(4) == 0 ? longest : random.nextInt(4_000);
      long thinking = output == 0 ? 0 : random.nextLong(output);
      TokenUsage used =
          new TokenUsage(
              request.estimatedInputTokens() / (1 + random.nextInt(3)),
              0,
              output - thinking,
              thinking);
      switch (random.nextInt(10)) {
        case 0 -> {
          count(TokenUsage.NONE, TokenUsage.NONE);
          throw failure(UNBILLED.get(random.nextInt(UNBILLED.size())));
        }
        case 1 -> {
          // Nobody can know whether it was billed: then it counts as if it were.
          count(random.nextBoolean() ? most : TokenUsage.NONE, most);
          throw failure(random.nextBoolean() ? Reason.SERVER : Reason.TIMEOUT);
        }
        case 2 -> {
          count(used, used);
          listener.text(answer(request).substring(0, 8));
          throw failure(Reason.TRUNCATED).after(used);
        }
        default -> {
          count(used, used);
          String answer = answer(request);
          listener.text(answer);
          return new ModelReply(answer, used, "stormy-1");
        }
      }
    }

    private void count(TokenUsage truly, TokenUsage atMost) {
      billed = billed.reserve(truly.total(), INFO.cost(truly));
      counted = counted.reserve(atMost.total(), INFO.cost(atMost));
    }

    private LanguageModelException failure(Reason reason) {
      return new LanguageModelException(
          reason, "it storms", "wait", Duration.ofSeconds(random.nextInt(60)), null);
    }

    private String answer(ModelRequest request) {
      String marker = "@@@ " + request.prompt().marker();
      return switch (request.id().purpose()) {
        case PLAN -> "{\"name\": \"a\", \"summary\": \"s\"}";
        default -> {
          String code = random.nextInt(3) == 0 ? "good" : "TEST 1 " + random.nextInt(1_000);
          yield marker + " file code\n" + code + "\n" + marker + " end\n";
        }
      };
    }
  }
}
