package dev.packageforge.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.TokenUsage;
import dev.packageforge.gemini.Ask.Heard;
import dev.packageforge.llm.ModelListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a whole answer may come. */
@Timeout(30)
class AnswersTest {
  private static final String SAID = "It is – really – done \uD83D\uDC26.";
  private static final String WHOLE = Wire.answer(SAID, 4);

  /**
   * A case.
   *
   * @param name what is odd about it
   * @param response how Gemini answers
   */
  record Case(String name, MockResponse response) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> answers() {
    String end = Wire.sse(Wire.finish("STOP"));
    return Stream.of(
        of("an answer as Google frames it", WHOLE),
        of("lines that end with LF", WHOLE.replace("\r\n", "\n")),
        of("lines that end with CR", WHOLE.replace("\r\n", "\r")),
        of("no blank line at the end", WHOLE.substring(0, WHOLE.length() - 4)),
        of("no space after the colon", WHOLE.replace("data: ", "data:")),
        of("a mark of the end", WHOLE + "data: [DONE]\n\n"),
        of("half a mark of the end", WHOLE + "data: [DON"),
        of("comments", ": hello\n\n" + WHOLE.replace("data:", ": ping\r\ndata:")),
        of("fields that nobody needs", WHOLE.replace("data:", "event: x\nid: 1\nretry: 5\ndata:")),
        of("a byte order mark", "\uFEFF" + WHOLE),
        of("events of other kinds", "data: {\"news\": [1]}\n\ndata: 3\n\n" + WHOLE),
        of("data in several lines", WHOLE.replace(",\"index\"", ",\r\ndata: \"index\"")),
        of("events in an array", "data: [" + Wire.text(SAID) + "," + Wire.finish("STOP") + "]\n\n"),
        of("rubbish after the end", WHOLE + "data: {]\n\nnothing\n"),
        of("an error after the end", WHOLE + Wire.frame(Wire.error(500, "INTERNAL", "Oops."))),
        of("text with the reason", Wire.sse(Wire.text(SAID)) + end + end),
        new Case(
            "no content type",
            FakeGemini.stream().removeHeader("Content-Type").body(WHOLE).build()),
        new Case("JSON by its header", FakeGemini.json(200).body(WHOLE).build()),
        new Case("chunks of three bytes", FakeGemini.stream().chunkedBody(WHOLE, 3).build()),
        new Case("a zipped stream", zipped()),
        new Case("bytes that come one by one", ending(oneByOne())));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void isHeardWhole(Case answer) throws Exception {
    try (FakeGemini gemini = new FakeGemini(answer.response());
        GeminiLanguageModel model = gemini.model().build()) {
      Heard heard = Ask.hear(model);
      assertThat(heard.reply.text()).isEqualTo(SAID);
      assertThat(String.join("", heard.texts)).isEqualTo(SAID);
      assertThat(gemini.requests()).isEqualTo(1);
    }
  }

  @Test
  void thoughtsAndUsageAreToldBesideTheText() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(WHOLE);
        GeminiLanguageModel model = gemini.model().build()) {
      Heard heard = Ask.hear(model);
      assertThat(heard.thoughts).containsExactly("**Thinking**\n\n");
      assertThat(heard.usages)
          .containsExactly(new TokenUsage(12, 0, 0, 5), new TokenUsage(12, 4, 34, 5));
      assertThat(heard.reply.usage()).isEqualTo(new TokenUsage(12, 4, 34, 5));
      assertThat(heard.reply.model()).isEqualTo(Wire.VERSION);
    }
  }

  @Test
  void anAnswerThatDoesNotSayWhatItTookIsTakenForNoLess() throws Exception {
    String bare =
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Fine.\"}]},"
            + "\"finishReason\":\"STOP\"}]}\n\n";
    try (FakeGemini gemini = FakeGemini.streaming(bare);
        GeminiLanguageModel model = gemini.model().build()) {
      Heard heard = Ask.hear(model);
      assertThat(heard.reply.usage().input()).isEqualTo(Ask.request().estimatedInputTokens());
      assertThat(heard.reply.usage().output()).isPositive();
      assertThat(heard.reply.model()).isEqualTo(GeminiLanguageModel.DEFAULT_MODEL);
    }
  }

  @Test
  void eachPieceIsToldWhenItComesAndNotWithTheNext() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    MockResponseBody politely =
        body(
            sink -> {
              sink.writeUtf8(Wire.sse(Wire.text("first"))).flush();
              try {
                // Only goes on once the first piece was heard.
                if (!heard.await(20, TimeUnit.SECONDS)) {
                  throw new IOException("the first piece was not heard");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
              }
              sink.writeUtf8(Wire.sse(Wire.text(" second"), Wire.finish("STOP")));
            });
    try (FakeGemini gemini = new FakeGemini(ending(politely));
        GeminiLanguageModel model = gemini.model().build()) {
      ModelListener listener = delta -> heard.countDown();
      assertThat(model.generate(Ask.request(), listener, Cancellation.never()).text())
          .isEqualTo("first second");
    }
  }

  @Test
  void aServiceThatForgetsToHangUpIsNotWaitedForLong() throws Exception {
    try (FakeGemini gemini = FakeGemini.stalling(WHOLE);
        GeminiLanguageModel model = gemini.model().idleTimeout(Duration.ofMillis(200)).build()) {
      assertThat(Ask.hear(model).reply.text()).isEqualTo(SAID);
    }
  }

  private static Case of(String name, String events) {
    return new Case(name, FakeGemini.stream().body(events).build());
  }

  private static MockResponse zipped() {
    Buffer zipped = new Buffer();
    try (BufferedSink sink = Okio.buffer(new GzipSink(zipped))) {
      sink.writeUtf8(WHOLE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FakeGemini.stream().setHeader("Content-Encoding", "gzip").body(zipped).build();
  }

  private static MockResponseBody oneByOne() {
    return body(
        sink -> {
          for (byte b : WHOLE.getBytes(UTF_8)) {
            sink.writeByte(b).flush();
          }
        });
  }

  /** A body whose length nobody knows, and that ends with its connection. */
  private static MockResponse ending(MockResponseBody body) {
    return FakeGemini.stream()
        .body(body)
        .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
        .build();
  }

  /** Writes to a connection. */
  @FunctionalInterface
  private interface Writer {
    void writeTo(BufferedSink sink) throws IOException;
  }

  private static MockResponseBody body(Writer writer) {
    return new MockResponseBody() {
      @Override
      public long getContentLength() {
        return -1;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        writer.writeTo(sink);
      }
    };
  }
}
