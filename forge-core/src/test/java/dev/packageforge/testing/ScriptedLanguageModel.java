package dev.packageforge.testing;

import dev.packageforge.Cancellation;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A model that does as the test says, one act a call, and remembers what it was asked.
 *
 * <pre>{@code
 * LanguageModel model =
 *     ScriptedLanguageModel.replies(plan, draft)
 *         .thenThrow(new LanguageModelException(Reason.NETWORK, "the line broke", "try again"))
 *         .thenReply(repair);
 * }</pre>
 *
 * <p>In an answer, {@link #MARKER} stands for the request's marker. A call beyond the script is an
 * {@link AssertionError}, so that no code under test takes it for an accident. Safe for use by many
 * threads.
 */
public final class ScriptedLanguageModel implements LanguageModel {
  /** Stands in a scripted answer where the request's marker belongs. */
  public static final String MARKER = Cassette.MARKER;

  private static final ModelInfo INFO = new ModelInfo("scripted", false, null);
  private static final int PIECE = 16;
  private static final int CHARACTERS_PER_TOKEN = 3;

  private final Deque<Act> script = new ArrayDeque<>();
  private final List<ModelRequest> requests = new ArrayList<>();
  private boolean lastForEver;

  private ScriptedLanguageModel() {}

  /** One whose first calls are answered so. */
  public static ScriptedLanguageModel replies(String... texts) {
    ScriptedLanguageModel model = new ScriptedLanguageModel();
    for (String text : texts) {
      model.thenReply(text);
    }
    return model;
  }

  /** The next call is answered so, in pieces of 16 characters. */
  public ScriptedLanguageModel thenReply(String text) {
    return then(new Act(text, false, null));
  }

  /** The next call says this much and then throws. */
  public ScriptedLanguageModel thenThrow(String beginning, RuntimeException accident) {
    return then(new Act(beginning, false, accident));
  }

  /** The next call says nothing and throws. */
  public ScriptedLanguageModel thenThrow(RuntimeException accident) {
    return thenThrow("", accident);
  }

  /** The next call says this much and then nothing until it is cancelled or interrupted. */
  public ScriptedLanguageModel thenStall(String beginning) {
    return then(new Act(beginning, true, null));
  }

  /** The last act of the script is done again for every further call. */
  public ScriptedLanguageModel forEver() {
    synchronized (script) {
      lastForEver = true;
    }
    return this;
  }

  /** What was asked so far, in order; a call that was cancelled before it began is none. */
  public List<ModelRequest> requests() {
    synchronized (script) {
      return List.copyOf(requests);
    }
  }

  @Override
  public ModelInfo info() {
    return INFO;
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    stopIfAsked(cancellation);
    Act act = next(request);
    String text = act.text().replace(MARKER, request.prompt().marker());
    for (int from = 0; from < text.length(); from += PIECE) {
      stopIfAsked(cancellation);
      listener.text(text.substring(from, Math.min(from + PIECE, text.length())));
    }
    if (act.stalls()) {
      awaitStop(cancellation);
    }
    stopIfAsked(cancellation);
    if (act.accident() != null) {
      throw act.accident();
    }
    long output = text.length() / CHARACTERS_PER_TOKEN;
    return new ModelReply(
        text, new TokenUsage(request.estimatedInputTokens(), 0, output, 0), INFO.name());
  }

  private ScriptedLanguageModel then(Act act) {
    synchronized (script) {
      script.add(act);
    }
    return this;
  }

  private Act next(ModelRequest request) {
    synchronized (script) {
      requests.add(request);
      Act act = lastForEver && script.size() == 1 ? script.peek() : script.poll();
      if (act == null) {
        throw new AssertionError("the script has no act for " + request);
      }
      return act;
    }
  }

  private static void stopIfAsked(Cancellation cancellation) throws InterruptedException {
    cancellation.throwIfCancelled();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while the script was played");
    }
  }

  private static void awaitStop(Cancellation cancellation) throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
    try {
      cancelled.await();
    } finally {
      registration.close();
    }
  }

  private record Act(String text, boolean stalls, @Nullable RuntimeException accident) {}
}
