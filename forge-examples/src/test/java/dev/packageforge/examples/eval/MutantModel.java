package dev.packageforge.examples.eval;

import dev.packageforge.Cancellation;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that writes a mutant and then mends it, and keeps its own account of what that took. For
 * one run.
 */
final class MutantModel implements LanguageModel {
  private static final ModelInfo INFO =
      new ModelInfo("mutant", false, new ModelInfo.Price(300_000, 2_500_000));
  private static final int PIECE = 97;
  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final int THINKING = 137;

  private final Mutant mutant;
  private final Exercise exercise;
  private final Deque<Act> repairs = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private int calls;
  private long tokens;
  private long microDollars;

  /** What an answer says, and the accident it ends with, if it does. */
  private record Act(String text, @Nullable Reason accident, boolean accounted) {}

  MutantModel(Mutant mutant, Exercise exercise) {
    this.mutant = mutant;
    this.exercise = exercise;
    String whole = GoodPackage.answer(mutant.sound());
    switch (exercise) {
      case STRAIGHT -> {}
      case WRONG_FIRST -> repairs.add(new Act(mutant.wrongRepair(), null, true));
      case MISSED_EDIT -> repairs.add(new Act(mutant.missedRepair(), null, true));
      case CUT_OFF ->
          repairs.add(
              new Act(
                  Mutant.cause() + whole.substring(0, whole.length() * 2 / 3),
                  Reason.TRUNCATED,
                  true));
      case STORM -> {
        repairs.add(new Act("", Reason.RATE_LIMITED, false));
        repairs.add(new Act("", Reason.SERVER, true));
        repairs.add(new Act("", Reason.TIMEOUT, true));
      }
      case OVERLOADED -> repairs.add(new Act("", Reason.OVERLOADED, false));
    }
  }

  /** The steps it was asked for, in order. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  int calls() {
    return calls;
  }

  long tokens() {
    return tokens;
  }

  long microDollars() {
    return microDollars;
  }

  @Override
  public ModelInfo info() {
    return INFO;
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation) {
    calls++;
    asked.add(request.id().step());
    Act act = act(request);
    String text = act.text().replace(Cassette.MARKER, request.prompt().marker());
    for (int from = 0; from < text.length(); from += PIECE) {
      listener.text(text.substring(from, Math.min(from + PIECE, text.length())));
    }
    TokenUsage usage =
        new TokenUsage(
            request.estimatedInputTokens() / 2,
            0,
            text.length() / CHARACTERS_PER_TOKEN,
            (long) THINKING * calls);
    if (act.accident() == null) {
      count(usage);
      return new ModelReply(text, usage, INFO.name());
    }
    LanguageModelException accident =
        new LanguageModelException(
            act.accident(), "The service stumbled.", "Try again.", Duration.ofSeconds(20), null);
    if (act.accounted()) {
      count(usage);
      throw accident.after(usage);
    }
    if (act.accident() == Reason.OVERLOADED) {
      // Nobody says what it took, so all that was reserved counts.
      count(
          new TokenUsage(request.estimatedInputTokens(), 0, request.limits().maxOutputTokens(), 0));
    }
    throw accident;
  }

  private void count(TokenUsage usage) {
    tokens += usage.total();
    microDollars += INFO.cost(usage);
  }

  private Act act(ModelRequest request) {
    return switch (request.id().purpose()) {
      case PLAN -> answer(mutant.good().plan());
      case WRITE ->
          answer(
              GoodPackage.answer(
                  request.id().round() == 1 ? mutant.files() : mutant.good().files()));
      case COMPLETE -> answer(GoodPackage.answer(mutant.sound()));
      case REPAIR, DOCUMENT, REFINE -> {
        Act before = repairs.poll();
        yield before == null ? answer(repair()) : before;
      }
    };
  }

  private String repair() {
    String repair = Mutant.cause() + mutant.repair();
    return exercise == Exercise.WRONG_FIRST ? repair + mutant.undoingWrongRepair() : repair;
  }

  private static Act answer(String text) {
    return new Act(text, null, true);
  }
}
