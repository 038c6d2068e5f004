package dev.packageforge.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Cancellation;
import dev.packageforge.Secret;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest.Effort;
import dev.packageforge.llm.ModelRequest.Form;
import dev.packageforge.llm.ModelRequest.Limits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the service repeats of what it was told, nobody else hears it. */
@Timeout(30)
class CanariesTest {
  private static final List<String> OURS =
      List.of(
          FakeGemini.KEY.reveal(),
          Ask.TEXT,
          Ask.SYSTEM,
          Ask.SUBJECT,
          "canary-m4rk3r",
          "title\":\"canary-in-the-schema");

  private static final Logger ROOT = Logger.getLogger("");
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final Level before = ROOT.getLevel();
  private final Handler ear =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          Throwable thrown = line.getThrown();
          logged.add(line.getMessage() + (thrown == null ? "" : printed(thrown)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    ear.setLevel(Level.ALL);
    ROOT.addHandler(ear);
    ROOT.setLevel(Level.ALL);
  }

  @AfterEach
  void stopListening() {
    ROOT.removeHandler(ear);
    ROOT.setLevel(before);
    // The server in this test logs what it was asked; nobody else may.
    assertThat(logged).noneMatch(line -> line.contains("canary"));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 400, 401, 403, 404, 407, 408, 409, 413, 418, 429, 500, 502, 503, 504})
  void aRefusalThatRepeatsThemIsNotRepeated(int status) {
    for (String our : OURS) {
      String body = Wire.error(status, our, "We do not like " + our, Wire.quota(our)).toString();
      silent(FakeGemini.json(status).body(body).build());
      silent(FakeGemini.json(status).body("We do not like " + our).build());
      silent(
          FakeGemini.json(status)
              .status("HTTP/1.1 " + status + " " + our)
              .setHeader("Retry-After", our)
              .setHeader("Location", "http://127.0.0.1:1/" + our.replace(' ', '+'))
              .build());
    }
  }

  @Test
  void anAnswerThatRepeatsThemInTheWrongPlacesIsNotRepeated() {
    for (String our : OURS) {
      ObjectNode block = Wire.blocked(our);
      ((ObjectNode) block.path("promptFeedback")).put("blockReasonMessage", "Why? " + our);
      stream(Wire.sse(block));
      stream(Wire.sse(Wire.finishOnly("SAFETY", "Because of " + our)));
      stream(Wire.sse(Wire.finishOnly(our, our)));
      stream("data: {\"" + our + "\n\n");
      stream("data: " + our + "\n\n");
      stream(our + "\n");
      stream(Wire.sse(Wire.text(our)));
      stream(Wire.frame(Wire.error(400, our, our)));
      stream(Wire.sse(Wire.text(our)) + Wire.error(503, our, our).toPrettyString());
      silent(
          FakeGemini.stream().setHeader("Content-Type", "text/html; x=canary").body(our).build());
    }
  }

  @Test
  void aModelThatCallsItselfByThemIsNotCalledSo() throws Exception {
    for (String our : OURS) {
      String answer = Wire.sse(Wire.text("Fine."), Wire.finish("STOP").put("modelVersion", our));
      try (FakeGemini gemini = FakeGemini.streaming(answer);
          GeminiLanguageModel model = gemini.model().build()) {
        ModelReply reply = Ask.hear(model).reply;
        assertThat(reply.toString()).doesNotContain("canary");
      }
    }
  }

  @Test
  void nothingPrintsThem() {
    GeminiLanguageModel.Builder builder = GeminiLanguageModel.builder(FakeGemini.KEY);
    assertThat(builder.build().toString())
        .isEqualTo("GeminiLanguageModel[gemini-flash-latest at generativelanguage.googleapis.com]");
    Form form = new Form(Effort.LOW, Ask.SCHEMA);
    Question question =
        Question.of(
            Ask.request(Limits.ofDefaults(), form),
            ModelTable.read().family(GeminiLanguageModel.DEFAULT_MODEL));
    assertThat(question.toString()).doesNotContain("canary");
  }

  @Test
  void aKeyThatIsNoneIsRefusedWithoutBeingRepeated() {
    for (String key : List.of("canary key", "canary\tkey", "canary-kéy", "canary\u0001")) {
      assertThatThrownBy(() -> GeminiLanguageModel.builder(Secret.of(key)))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(printed(e)).doesNotContain("canary", "kéy"));
    }
  }

  @Test
  void anAddressWithCredentialsIsRefusedWithoutBeingRepeated() {
    for (String address :
        List.of(
            "https://canary:canary@example.org",
            "https://example.org/?key=canary",
            "https://example.org/#canary",
            "http://example.org/canary",
            "ftp://example.org/canary",
            "canary")) {
      GeminiLanguageModel.Builder builder = GeminiLanguageModel.builder(FakeGemini.KEY);
      assertThatThrownBy(() -> builder.baseAddress(URI.create(address)))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(printed(e)).doesNotContain("canary"));
    }
  }

  private static void stream(String events) {
    silent(FakeGemini.stream().body(events).build());
  }

  private static void silent(MockResponse response) {
    try (FakeGemini gemini = new FakeGemini(response);
        GeminiLanguageModel model = gemini.model().build()) {
      Form form = new Form(Effort.LOW, Ask.SCHEMA);
      Throwable thrown =
          catchThrowable(
              () ->
                  model.generate(
                      Ask.request(Limits.ofDefaults(), form), delta -> {}, Cancellation.never()));
      assertThat(thrown).isInstanceOf(LanguageModelException.class);
      assertThat(printed(thrown) + ((LanguageModelException) thrown).remedy())
          .doesNotContain("canary");
    }
  }

  private static String printed(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
