package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.Run;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.CallId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model that keeps the books. No two answers are alike, so that mixed-up ones would show in the
 * bytes.
 */
final class SimulatedModel implements LanguageModel {
  private static final ModelInfo INFO =
      new ModelInfo("simulated", false, new ModelInfo.Price(100_000, 400_000));
  private static final TokenUsage USAGE = new TokenUsage(400, 0, 200, 0);

  private static final String PLAN =
      """
      {"name": "slug-maker", "summary": "Makes slugs, answer NUMBER.",
       "files": [{"path": "index.js", "purpose": "code"}], "behaviours": ["keeps digits"],
       "dependencies": [{"name": "left-hand", "range": "^1.0.0", "reason": "hands"}]}
      """;

  /** Characters that an answer that is cut off lacks: its last end line and a little more. */
  private static final int CUT = 30;

  private final SimulatedWorld world;
  private final Map<CallId, Integer> faultsAtCall = new HashMap<>();
  private int calls;

  SimulatedModel(SimulatedWorld world) {
    this.world = world;
  }

  @Override
  public ModelInfo info() {
    return INFO;
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation) {
    cancellation.throwIfCancelled();
    calls++;
    judge(request.id());
    world.clock().advance(Duration.ofSeconds(2));
    String text = answer(request);
    if (answersSoFar(request.id()) <= world.scenario().cutOff()) {
      listener.text(text.substring(0, text.length() - CUT));
      throw new LanguageModelException(Reason.TRUNCATED, "it is cut off", "ask for the rest")
          .after(USAGE);
    }
    int half = text.length() / 2;
    listener.text(text.substring(0, half));
    listener.text(text.substring(half));
    return new ModelReply(text, USAGE, "simulated");
  }

  /** How many answers the first draft has with this one; many for anything else. */
  private static int answersSoFar(CallId id) {
    return switch (id.purpose()) {
      case WRITE -> 1;
      case COMPLETE -> 1 + id.round();
      default -> Integer.MAX_VALUE;
    };
  }

  private void judge(CallId id) {
    Integer faultsBefore = faultsAtCall.put(id, world.faultsBeforeCall());
    boolean again = faultsBefore != null && faultsBefore == world.faultsFired();
    if (again && !world.callWasFrozen()) {
      world.books().violation("I4: " + id.step() + " was asked twice though nothing went wrong");
    }
    Optional<Run> stored = world.truth(id.run());
    if (stored.isEmpty()) {
      world.books().violation("I4: the model was asked for a run that nobody accepted");
      return;
    }
    Run run = stored.get();
    boolean late = world.books().isAnswered(id) || run.state().isFinal();
    if (late && !world.callWasFrozen()) {
      world.books().violation("I4: " + id.step() + " was asked after its answer was stored");
    }
    if (calls > run.spending().calls() || calls > run.request().budget().calls()) {
      world.books().violation("budget: call " + calls + " of the model was not reserved");
    }
  }

  private String answer(ModelRequest request) {
    String marker = request.prompt().marker();
    return switch (request.id().purpose()) {
      case PLAN -> PLAN.replace("NUMBER", Integer.toString(calls));
      case WRITE ->
          file(marker, "README.md", "# slug-maker")
              + file(marker, "index.js", quality(1) + " " + calls);
      case COMPLETE ->
          file(marker, "LICENSE", "as you like " + request.id().round())
              + file(marker, "index.js", quality(1) + " " + calls);
      case REPAIR, REFINE, DOCUMENT ->
          "@@@ "
              + marker
              + " cause a typo\n"
              + file(marker, "index.js", quality(request.id().round() + 1) + " " + calls);
    };
  }

  private String quality(int draft) {
    return draft >= world.scenario().goodDraft() ? SimulatedToolchain.GOOD : "bad";
  }

  private static String file(String marker, String path, String content) {
    return "@@@ " + marker + " file " + path + "\n" + content + "\n@@@ " + marker + " end\n";
  }
}
