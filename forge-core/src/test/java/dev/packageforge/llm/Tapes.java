package dev.packageforge.llm;

import dev.packageforge.Cancellation;
import dev.packageforge.RunId;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Limits;
import dev.packageforge.llm.ModelRequest.Prompt;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests and recordings for these tests. */
final class Tapes {
  static final TokenUsage USAGE = new TokenUsage(100, 40, 20, 5);

  private Tapes() {}

  static ModelRequest request(String subject, Purpose purpose, int round, String marker) {
    CallId id = new CallId(new RunId("r" + "1".repeat(25)), purpose, round);
    Prompt prompt = new Prompt(subject, "rules", "fence: " + marker, marker);
    return new ModelRequest(id, prompt, Limits.ofDefaults());
  }

  static ModelRequest request(String subject) {
    return request(subject, Purpose.PLAN, 1, "mark");
  }

  /** A recorded answer, a piece every ten milliseconds. */
  static Call call(String step, String subject, String... pieces) {
    List<Piece> timed = new ArrayList<>();
    for (String piece : pieces) {
      timed.add(new Piece(10L * (timed.size() + 1), piece));
    }
    return new Call(step, subject, Optional.empty(), timed, new Answered(USAGE, "canned"));
  }

  static String ask(LanguageModel model, ModelRequest request) throws InterruptedException {
    return model.generate(request, ModelListener.SILENT, Cancellation.never()).text();
  }
}
