package dev.packageforge.pipeline;

import dev.packageforge.Budget;
import dev.packageforge.Cancellation;
import dev.packageforge.Spending;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.util.Optional;

/**
 * Asks the model and keeps the account. A call is reserved at its highest possible price, and the
 * reservation is stored, before the call is made: a worker that dies in the call leaves the
 * reservation behind, so that no crash can make a run cheaper than it was.
 */
final class ModelCalls {
  private final LanguageModel model;

  ModelCalls(LanguageModel model) {
    this.model = model;
  }

  /** What a call would use at most. */
  record Reservation(long tokens, long microDollars) {}

  /** An answer and the account after it. */
  record Answer(ModelReply reply, Spending spending) {}

  /** The highest price of a call. */
  Reservation price(ModelRequest request) {
    long input = request.estimatedInputTokens();
    long output = request.limits().maxOutputTokens();
    ModelInfo info = model.info();
    return new Reservation(input + output, info.cost(new TokenUsage(input, 0, output, 0)));
  }

  /**
   * The account with the call reserved.
   *
   * @throws BudgetException if it does not fit
   */
  Spending reserve(Spending spending, Budget budget, Reservation price) {
    Spending reserved = spending.reserve(price.tokens(), price.microDollars());
    reserved
        .excess(budget)
        .ifPresent(
            excess -> {
              throw new BudgetException(excess);
            });
    return reserved;
  }

  /** Makes a call that was reserved, and puts the true price in the reservation's place. */
  Answer ask(
      ModelRequest request,
      Spending reserved,
      Reservation price,
      ModelListener listener,
      Cancellation cancellation)
      throws InterruptedException {
    ModelReply reply = model.generate(request, listener, cancellation);
    return new Answer(
        reply,
        reserved.settle(
            price.tokens(),
            price.microDollars(),
            reply.usage().total(),
            model.info().cost(reply.usage())));
  }

  /** The account after a call that failed: what surely was not used is given back. */
  Spending afterFailure(Spending reserved, Reservation price, LanguageModelException failure) {
    Optional<TokenUsage> used = failure.usage();
    if (used.isPresent()) {
      return reserved.settle(
          price.tokens(), price.microDollars(), used.get().total(), model.info().cost(used.get()));
    }
    return switch (failure.reason()) {
      case AUTH, MODEL_UNAVAILABLE, INVALID_REQUEST, TOO_LARGE, RATE_LIMITED, QUOTA_EXHAUSTED ->
          reserved.settle(price.tokens(), price.microDollars(), 0, 0);
      default -> reserved;
    };
  }
}
