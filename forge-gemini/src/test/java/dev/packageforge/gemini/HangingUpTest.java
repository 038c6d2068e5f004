package dev.packageforge.gemini;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.packageforge.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that nobody wants any more leaves nothing behind. */
@Timeout(120)
class HangingUpTest {
  private static final String BEGINNING = Wire.sse(Wire.text("It begins"));
  private static final int STREAMS = 1_000;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @Test
  void theSocketIsClosedWithinFiftyMilliseconds() throws Exception {
    List<Duration> taken = new ArrayList<>();
    try (RawServer server = RawServer.stalling(BEGINNING);
        GeminiLanguageModel model = asking(server)) {
      for (int i = 1; i <= 21; i++) {
        Cancellation cancellation = new Cancellation();
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Throwable> call =
            start(() -> model.generate(Ask.request(), delta -> begun.countDown(), cancellation));
        assertThat(begun.await(30, SECONDS)).isTrue();
        long asked = System.nanoTime();
        cancellation.cancel();
        assertThat(call.get(30, SECONDS)).isInstanceOf(CancellationException.class);
        server.awaitHungUp(i);
        taken.add(Duration.ofNanos(server.lastHungUpNanos() - asked));
      }
    }
    taken.sort(null);
    assertThat(taken.get(taken.size() / 2)).isLessThan(Duration.ofMillis(50));
  }

  @Test
  void aThousandCancelledStreamsLeaveNoThreadAndNoSocket() throws Exception {
    try (RawServer server = RawServer.stalling(BEGINNING);
        GeminiLanguageModel model = asking(server)) {
      cancelOne(model);
      server.awaitHungUp(1);
      endOfCalls();
      Set<String> threads = threads();
      long sockets = sockets();
      for (int i = 0; i < STREAMS; i++) {
        cancelOne(model);
      }
      server.awaitHungUp(1 + STREAMS);
      endOfCalls();
      server.awaitNoConnection();
      assertThat(server.requests()).isEqualTo(1 + STREAMS);
      assertThat(threads()).isSubsetOf(threads);
      assertThat(sockets()).isLessThanOrEqualTo(sockets);
    }
  }

  @Test
  void aCallThatEndsWellLeavesNothingEither() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("Fine.", 2));
        GeminiLanguageModel model = gemini.model().build()) {
      Ask.hear(model);
      endOfCalls();
      assertThat(threads()).noneMatch(name -> name.startsWith("gemini"));
    }
  }

  @Test
  void closingTheModelEndsItsCalls() throws Exception {
    try (RawServer server = RawServer.stalling(BEGINNING)) {
      GeminiLanguageModel model = asking(server);
      CountDownLatch begun = new CountDownLatch(1);
      FutureTask<Throwable> call =
          start(
              () ->
                  model.generate(Ask.request(), delta -> begun.countDown(), Cancellation.never()));
      assertThat(begun.await(30, SECONDS)).isTrue();
      model.close();
      model.close();
      assertThat(call.get(30, SECONDS))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("closed");
      server.awaitHungUp(1);
    }
  }

  @Test
  void aClosedModelIsNotAsked() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("Fine.", 2))) {
      GeminiLanguageModel model = gemini.model().build();
      model.close();
      assertThatThrownBy(() -> Ask.hear(model)).isInstanceOf(IllegalStateException.class);
      assertThat(gemini.requests()).isZero();
    }
  }

  @Test
  void aCallThatIsCancelledAtAnyMomentOfItsBeginningLeavesNothing() throws Exception {
    try (RawServer server = RawServer.mute();
        GeminiLanguageModel model =
            GeminiLanguageModel.builder(FakeGemini.KEY)
                .baseAddress(server.address("https"))
                .build()) {
      for (int i = 0; i < 200; i++) {
        Cancellation cancellation = new Cancellation();
        FutureTask<Throwable> call =
            start(() -> model.generate(Ask.request(), delta -> {}, cancellation));
        if (i % 2 == 0) {
          server.awaitConnection();
        }
        cancellation.cancel();
        assertThat(call.get(30, SECONDS)).isInstanceOf(CancellationException.class);
        server.awaitNoConnection();
      }
      endOfCalls();
      server.awaitNoConnection();
    }
  }

  private static GeminiLanguageModel asking(RawServer server) {
    return GeminiLanguageModel.builder(FakeGemini.KEY).baseAddress(server.address("http")).build();
  }

  private static void cancelOne(GeminiLanguageModel model) {
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(
            () -> model.generate(Ask.request(), delta -> cancellation.cancel(), cancellation))
        .isInstanceOf(CancellationException.class);
  }

  /** Something that may throw anything. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static FutureTask<Throwable> start(Action action) {
    FutureTask<Throwable> task = new FutureTask<>(() -> catchThrowable(action::run));
    Thread thread = new Thread(task, "caller");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static void endOfCalls() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("gemini")) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as("%s is still there", thread.getName()).isFalse();
      }
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.startsWith("raw-"))
        .collect(Collectors.toSet());
  }

  /** How many sockets this process has open; 0 where the system does not tell. */
  private static long sockets() throws IOException {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      return descriptors.filter(HangingUpTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException gone) {
      return false;
    }
  }
}
