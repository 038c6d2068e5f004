package dev.packageforge.gemini;

import dev.packageforge.Cancellation;
import dev.packageforge.RunId;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Effort;
import dev.packageforge.llm.ModelRequest.Form;
import dev.packageforge.llm.ModelRequest.Limits;
import dev.packageforge.llm.ModelRequest.Prompt;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests whose every text is a canary, and what is heard of their answers. */
final class Ask {
  static final String SUBJECT = "canary-in-the-subject, a parser of dates";
  static final String SYSTEM = "canary-in-the-system, you write packages";
  static final String TEXT = "canary-in-the-text, write one";
  static final String SCHEMA = "{\"type\":\"object\",\"title\":\"canary-in-the-schema\"}";
  private static final RunId RUN = new RunId("r" + "0".repeat(25));
  private static final Prompt PROMPT = new Prompt(SUBJECT, SYSTEM, TEXT, "canary-m4rk3r");

  private Ask() {}

  static ModelRequest request() {
    return request(Limits.ofDefaults(), Form.TEXT);
  }

  static ModelRequest within(Duration timeout) {
    return request(new Limits(1000, timeout), Form.TEXT);
  }

  static ModelRequest with(Effort effort) {
    return request(Limits.ofDefaults(), new Form(effort, ""));
  }

  static ModelRequest request(Limits limits, Form form) {
    return new ModelRequest(new CallId(RUN, Purpose.WRITE, 1), PROMPT, limits, form);
  }

  /** Asks and hears everything. */
  static Heard hear(LanguageModel model) throws InterruptedException {
    Heard heard = new Heard();
    heard.reply = model.generate(request(), heard, Cancellation.never());
    return heard;
  }

  /** What a listener was told. */
  static final class Heard implements ModelListener {
    final List<String> texts = new ArrayList<>();
    final List<String> thoughts = new ArrayList<>();
    final List<TokenUsage> usages = new ArrayList<>();
    ModelReply reply = new ModelReply("", TokenUsage.NONE, "");

    @Override
    public void text(String delta) {
      texts.add(delta);
    }

    @Override
    public void thought(String delta) {
      thoughts.add(delta);
    }

    @Override
    public void usage(TokenUsage soFar) {
      usages.add(soFar);
    }
  }
}
