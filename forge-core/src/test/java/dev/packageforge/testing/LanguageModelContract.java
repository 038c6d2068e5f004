package dev.packageforge.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.packageforge.Cancellation;
import dev.packageforge.RunId;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Limits;
import dev.packageforge.llm.ModelRequest.Prompt;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link LanguageModel} promises. Extend it, say how to make your model answer, stall
 * and fail, and inherit the tests. Each test makes one model at most.
 */
@Timeout(60)
public abstract class LanguageModelContract {
  /** What each request of this kit is about, and what no message may repeat. */
  protected static final String SUBJECT = "a canary that sings in subject";

  /** What each answer of this kit holds, and what no message may repeat. */
  protected static final String ANSWER =
      "A canary that sings in answer, with ümlaut and \uD83D\uDC26, over\r\nmore than one line.\n"
          .repeat(8);

  private static final RunId RUN = new RunId("r" + "0".repeat(25));
  private static final int THREADS = 8;
  private static final int CALLS = 20;

  /** A model that answers every request so, in more than one piece. */
  protected abstract LanguageModel answering(String answer);

  /**
   * A model that answers a request with this beginning, in one piece or more, and then says nothing
   * for longer than a minute.
   */
  protected abstract LanguageModel stalling(String beginning);

  /** A model that answers no request, but with a {@link LanguageModelException}. */
  protected abstract LanguageModel failing();

  /**
   * How many requests have reached whatever is behind the model of this test; empty if there is
   * nothing behind it.
   */
  protected abstract OptionalLong requestsSeen();

  /** A request as all tests of this kit ask it. */
  protected static ModelRequest request() {
    Prompt prompt =
        new Prompt(
            SUBJECT, "a canary that sings in rules", "a canary that sings in question", "m4rk3r");
    return new ModelRequest(new CallId(RUN, Purpose.PLAN, 1), prompt, Limits.ofDefaults());
  }

  @Test
  void theAnswerIsAllPiecesInOrder() throws Exception {
    List<String> pieces = new ArrayList<>();
    ModelReply reply =
        answering(ANSWER).generate(request(), synchronizedTo(pieces), Cancellation.never());
    assertThat(reply.text()).isEqualTo(ANSWER);
    assertThat(pieces).hasSizeGreaterThan(1);
    assertThat(String.join("", pieces)).isEqualTo(ANSWER);
  }

  @Test
  void theAnswerSaysWhatItTookAndWhoGaveIt() throws Exception {
    ModelReply reply = ask(answering(ANSWER));
    assertThat(reply.usage().input()).isNotNegative();
    assertThat(reply.usage().cached()).isBetween(0L, reply.usage().input());
    assertThat(reply.usage().output()).isPositive();
    assertThat(reply.usage().thinking()).isNotNegative();
    assertThat(reply.model()).isNotBlank();
  }

  @Test
  void theModelIsTheSameBeforeAndAfterACall() throws Exception {
    LanguageModel model = answering(ANSWER);
    var before = model.info();
    ask(model);
    assertThat(model.info()).isEqualTo(before);
    assertThat(before.name()).isNotBlank();
  }

  @Test
  void asksNothingWhenCancelledBefore() {
    LanguageModel model = answering(ANSWER);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    List<String> pieces = new ArrayList<>();
    assertThatThrownBy(() -> model.generate(request(), synchronizedTo(pieces), cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(pieces).isEmpty();
    assertThat(requestsSeen().orElse(0)).isZero();
  }

  @Test
  void asksOnceACall() throws Exception {
    LanguageModel model = answering(ANSWER);
    ask(model);
    assertThat(requestsSeen().orElse(1)).isEqualTo(1);
  }

  @Test
  void stopsWhenCancelledByItsListener() {
    LanguageModel model = answering(ANSWER);
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(
            () -> model.generate(request(), delta -> cancellation.cancel(), cancellation))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void stopsPromptlyWhenCancelledWhileTheModelIsSilent() throws Exception {
    Stalled stalled = new Stalled(stalling("It begins"));
    stalled.cancellation.cancel();
    assertThat(stalled.outcome()).isInstanceOf(CancellationException.class);
  }

  @Test
  void stopsPromptlyWhenInterruptedWhileTheModelIsSilent() throws Exception {
    Stalled stalled = new Stalled(stalling("It begins"));
    stalled.thread.interrupt();
    assertThat(stalled.outcome()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void anInterruptedThreadGetsNoAnswer() {
    LanguageModel model = answering(ANSWER);
    Thread.currentThread().interrupt();
    Throwable thrown = catchThrowable(() -> ask(model));
    assertThat(Thread.interrupted()).as("still interrupted").isFalse();
    assertThat(thrown).isInstanceOf(InterruptedException.class);
  }

  @Test
  void whatTheListenerThrowsEndsTheCallAndReachesTheCaller() {
    LanguageModel model = answering(ANSWER);
    IllegalStateException full = new IllegalStateException("the listener is full");
    List<String> pieces = new ArrayList<>();
    ModelListener listener =
        delta -> {
          pieces.add(delta);
          throw full;
        };
    assertThatThrownBy(() -> model.generate(request(), listener, Cancellation.never()))
        .isSameAs(full);
    assertThat(pieces).hasSize(1);
  }

  @Test
  void anAccidentSaysWhatHappenedAndWhatToDo() {
    assertThatThrownBy(() -> ask(failing()))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> {
              assertThat(e.getMessage()).isNotBlank();
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void nothingPrintedRepeatsThePromptOrTheAnswer() throws Exception {
    assertThat(request().toString()).doesNotContain("canary");
    assertThat(ask(answering(ANSWER)).toString()).doesNotContain("canary");
  }

  @Test
  void noAccidentRepeatsThePrompt() {
    StringWriter trace = new StringWriter();
    Throwable accident = catchThrowable(() -> ask(failing()));
    accident.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain("canary");
  }

  @Test
  void manyThreadsMayAskAtOnce() throws Exception {
    LanguageModel model = answering(ANSWER);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        answers.add(threads.submit(() -> askOften(model, start)));
      }
      start.countDown();
      for (Future<List<String>> answer : answers) {
        assertThat(answer.get(30, SECONDS)).hasSize(CALLS).containsOnly(ANSWER);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> askOften(LanguageModel model, CountDownLatch start)
      throws InterruptedException {
    start.await();
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      List<String> pieces = new ArrayList<>();
      model.generate(request(), synchronizedTo(pieces), Cancellation.never());
      heard.add(String.join("", pieces));
    }
    return heard;
  }

  private static ModelReply ask(LanguageModel model) throws InterruptedException {
    return model.generate(request(), ModelListener.SILENT, Cancellation.never());
  }

  private static ModelListener synchronizedTo(List<String> pieces) {
    return delta -> {
      synchronized (pieces) {
        pieces.add(delta);
      }
    };
  }

  /** A call whose first piece has come, and no more will. */
  private static final class Stalled {
    private final Cancellation cancellation = new Cancellation();
    private final Thread thread;
    private final FutureTask<Throwable> call;

    Stalled(LanguageModel model) throws InterruptedException {
      CountDownLatch began = new CountDownLatch(1);
      call =
          new FutureTask<>(
              () ->
                  catchThrowable(
                      () -> model.generate(request(), delta -> began.countDown(), cancellation)));
      thread = new Thread(call, "stalled call");
      thread.setDaemon(true);
      thread.start();
      assertThat(began.await(30, SECONDS)).as("first piece heard").isTrue();
    }

    Throwable outcome() throws Exception {
      return call.get(5, SECONDS);
    }
  }
}
