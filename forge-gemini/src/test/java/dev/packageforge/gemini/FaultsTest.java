package dev.packageforge.gemini;

import static dev.packageforge.llm.LanguageModelException.Reason.AUTH;
import static dev.packageforge.llm.LanguageModelException.Reason.BLOCKED;
import static dev.packageforge.llm.LanguageModelException.Reason.EMPTY;
import static dev.packageforge.llm.LanguageModelException.Reason.INVALID_REQUEST;
import static dev.packageforge.llm.LanguageModelException.Reason.MALFORMED;
import static dev.packageforge.llm.LanguageModelException.Reason.MODEL_UNAVAILABLE;
import static dev.packageforge.llm.LanguageModelException.Reason.NETWORK;
import static dev.packageforge.llm.LanguageModelException.Reason.OVERLOADED;
import static dev.packageforge.llm.LanguageModelException.Reason.QUOTA_EXHAUSTED;
import static dev.packageforge.llm.LanguageModelException.Reason.RATE_LIMITED;
import static dev.packageforge.llm.LanguageModelException.Reason.SERVER;
import static dev.packageforge.llm.LanguageModelException.Reason.TIMEOUT;
import static dev.packageforge.llm.LanguageModelException.Reason.TOO_LARGE;
import static dev.packageforge.llm.LanguageModelException.Reason.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Cancellation;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.Effort;
import dev.packageforge.llm.ModelRequest.Form;
import dev.packageforge.llm.ModelRequest.Limits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import mockwebserver3.MockResponse;
import okio.Buffer;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that can go wrong behind the wire: named rightly, after one request, and in time. */
@Timeout(30)
class FaultsTest {
  private static final String PAGE = "<!doctype html><html><body>Bad Gateway</body></html>";
  private static final ObjectNode SAID = Wire.text("So far so good");

  /**
   * A case.
   *
   * @param name what goes wrong
   * @param gemini how Gemini answers
   * @param reason what it must be called
   * @param words what the sentence or the next step must hold
   */
  record Case(String name, Supplier<MockResponse> gemini, Reason reason, List<String> words) {
    @Override
    public String toString() {
      return name + " is " + reason;
    }
  }

  static Stream<Case> refusals() {
    return Stream.of(
        refused("an unknown field", INVALID_REQUEST, 400, "INVALID_ARGUMENT", "Cannot find field."),
        refused(
            "a bad key",
            AUTH,
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            Wire.reason("API_KEY_INVALID")),
        refused(
            "an expired key",
            AUTH,
            400,
            "INVALID_ARGUMENT",
            "API key expired. Please renew the API key."),
        refused(
            "a region that is not served",
            MODEL_UNAVAILABLE,
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use."),
        refused(
            "a prompt with too many tokens",
            TOO_LARGE,
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed."),
        refused(
            "a request with too many bytes",
            TOO_LARGE,
            400,
            "INVALID_ARGUMENT",
            "Request payload size exceeds the limit: 20971520 bytes."),
        refused("no credentials", AUTH, 401, "UNAUTHENTICATED", "Request had no credentials."),
        refused("no permission", AUTH, 403, "PERMISSION_DENIED", "Method doesn't allow callers."),
        refused(
            "an API that is not turned on",
            AUTH,
            403,
            "PERMISSION_DENIED",
            "Generative Language API has not been used in project 1 before or it is disabled.",
            Wire.reason("SERVICE_DISABLED")),
        refused(
            "a leaked key",
            AUTH,
            403,
            "PERMISSION_DENIED",
            "Your API key was reported as leaked. Please use another API key."),
        refused(
            "a model that has ended",
            MODEL_UNAVAILABLE,
            404,
            "NOT_FOUND",
            "This model models/gemini-2.5-flash is no longer available to new users."),
        refused("a call that was given up", TIMEOUT, 408, "CANCELLED", "The call took too long."),
        refused("a conflict", SERVER, 409, "ABORTED", "The operation was aborted."),
        refused("a body that is too large", TOO_LARGE, 413, "INVALID_ARGUMENT", "Too large."),
        refused(
            "too many calls a minute",
            RATE_LIMITED,
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota. Please retry in 34.4s.",
            Wire.quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
            Wire.retryIn("34.4s")),
        refused(
            "too many calls a day",
            QUOTA_EXHAUSTED,
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota.",
            Wire.quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
            Wire.retryIn("20s")),
        refused(
            "a quota that comes back in hours",
            QUOTA_EXHAUSTED,
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota. Please retry in 5h1m2.5s."),
        refused(
            "a plan without this model",
            MODEL_UNAVAILABLE,
            429,
            "RESOURCE_EXHAUSTED",
            "Quota exceeded for metric: generate_content_free_tier_requests, limit: 0"),
        refused(
            "money that is used up",
            QUOTA_EXHAUSTED,
            429,
            "RESOURCE_EXHAUSTED",
            "Your prepayment credits are depleted."),
        refused("a 429 without details", RATE_LIMITED, 429, "RESOURCE_EXHAUSTED", "Try later."),
        refused("a call that they gave up", SERVER, 499, "CANCELLED", "The call was cancelled."),
        refused("an internal error", SERVER, 500, "INTERNAL", "An internal error has occurred."),
        refused("not implemented", SERVER, 501, "UNIMPLEMENTED", "No."),
        refused("overload", OVERLOADED, 503, "UNAVAILABLE", "The model is overloaded."),
        refused("a deadline of theirs", SERVER, 504, "DEADLINE_EXCEEDED", "Deadline expired."),
        of(
            "an error in an array",
            RATE_LIMITED,
            () ->
                FakeGemini.json(429)
                    .body("[" + Wire.error(429, "RESOURCE_EXHAUSTED", "Try later.") + "]")
                    .build()),
        of(
            "an error as an event",
            OVERLOADED,
            () ->
                new MockResponse.Builder()
                    .code(503)
                    .body(Wire.frame(Wire.error(503, "UNAVAILABLE", "The model is overloaded.")))
                    .build()),
        page(400, INVALID_REQUEST),
        page(401, AUTH),
        page(403, AUTH),
        page(404, MODEL_UNAVAILABLE),
        page(408, TIMEOUT),
        page(413, TOO_LARGE),
        page(418, INVALID_REQUEST),
        page(429, RATE_LIMITED),
        page(500, SERVER),
        page(502, SERVER),
        page(503, OVERLOADED),
        page(504, SERVER),
        page(529, OVERLOADED),
        of(
            "an overload that wants to be asked again at once",
            OVERLOADED,
            () -> FakeGemini.json(503).setHeader("Retry-After", "0").body(PAGE).build()),
        of(
            "a refusal that breaks off",
            SERVER,
            () -> FakeGemini.json(500).setHeader("Content-Encoding", "gzip").body("no").build()));
  }

  static Stream<Case> answers() {
    ObjectNode overloaded = Wire.error(503, "UNAVAILABLE", "The model is overloaded.");
    return Stream.of(
        of("no content", EMPTY, () -> new MockResponse.Builder().code(204).build()),
        streamed("an empty body", EMPTY, ""),
        streamed("blank lines", EMPTY, "\r\n\r\n\r\n"),
        streamed("nothing but the mark of an end", EMPTY, "data: [DONE]\n\n"),
        streamed("an error first", OVERLOADED, Wire.frame(overloaded)),
        streamed("an error in the middle", OVERLOADED, Wire.sse(SAID, overloaded)),
        streamed("a bare error first", OVERLOADED, overloaded.toPrettyString()),
        streamed(
            "a bare error in the middle",
            OVERLOADED,
            Wire.sse(SAID) + overloaded.toPrettyString() + "\n"),
        streamed("a bare error in an array", OVERLOADED, "[" + overloaded.toPrettyString() + "\n]"),
        streamed(
            "an error with a code that is not HTTP's",
            OVERLOADED,
            Wire.frame(Wire.error(14, "UNAVAILABLE", "The model is overloaded."))),
        streamed("an error without a code", SERVER, "data: {\"error\":{\"message\":\"?\"}}\n\n"),
        of(
            "an error with status 200",
            OVERLOADED,
            () -> FakeGemini.json(200).body(overloaded.toString()).build()),
        of("a page with status 200", MALFORMED, () -> page(200)),
        of(
            "plain text with status 200",
            MALFORMED,
            () -> FakeGemini.stream().setHeader("Content-Type", "text/plain").body("OK").build()),
        streamed("a page in a stream", MALFORMED, PAGE),
        streamed("events that are no JSON", MALFORMED, "data: {\"candidates\": oops}\n\n"),
        streamed(
            "an event that is no JSON in the middle",
            MALFORMED,
            Wire.sse(SAID) + "data: {]\n\n" + Wire.sse(Wire.finish("STOP"))),
        streamed("half an event", MALFORMED, "data: {\"candid"),
        streamed("half an event after text", TRUNCATED, Wire.sse(SAID) + "data: {\"candid"),
        streamed("an end without a reason", TRUNCATED, Wire.sse(SAID)),
        streamed("an end after thoughts", TRUNCATED, Wire.sse(Wire.thought("Hm"))),
        streamed(
            "a reason that says nothing",
            TRUNCATED,
            Wire.sse(SAID, Wire.finish("FINISH_REASON_UNSPECIFIED"))),
        streamed("no candidates", EMPTY, Wire.sse(Wire.event())),
        streamed("an empty list of candidates", EMPTY, "data: {\"candidates\": []}\n\n"),
        streamed("JSON of another kind", EMPTY, "data: 17\n\ndata: \"text\"\n\ndata: null\n\n"),
        streamed("an end without text", EMPTY, Wire.sse(Wire.finish("STOP"))),
        streamed("an answer of blanks", EMPTY, Wire.sse(Wire.text(" \n"), Wire.finish("STOP"))),
        streamed(
            "thoughts and no answer", EMPTY, Wire.sse(Wire.thought("Hm"), Wire.finish("STOP"))),
        streamed("the limit", TRUNCATED, Wire.sse(SAID, Wire.finish("MAX_TOKENS"))),
        streamed(
            "a limit spent on thinking",
            EMPTY,
            Wire.sse(Wire.thought("Hm"), Wire.finishOnly("MAX_TOKENS", ""))),
        streamed("a prompt that is refused", BLOCKED, Wire.sse(Wire.blocked("SAFETY"))),
        streamed("a prompt of a new kind", BLOCKED, Wire.sse(Wire.blocked("SOMETHING_NEW"))),
        ends("SAFETY", BLOCKED),
        ends("RECITATION", BLOCKED),
        ends("LANGUAGE", BLOCKED),
        ends("BLOCKLIST", BLOCKED),
        ends("PROHIBITED_CONTENT", BLOCKED),
        ends("SPII", BLOCKED),
        ends("OTHER", MALFORMED),
        ends("MALFORMED_FUNCTION_CALL", MALFORMED),
        ends("UNEXPECTED_TOOL_CALL", MALFORMED),
        ends("TOO_MANY_TOOL_CALLS", MALFORMED),
        ends("SOMETHING_NEW", MALFORMED),
        streamed(
            "a refusal without content",
            BLOCKED,
            Wire.sse(SAID, Wire.finishOnly("SAFETY", "It is unsafe."))),
        of("a stream of zeros", MALFORMED, () -> zeros(Guard.MAX_LINE + 1)),
        of("a zipped stream that is cut", TRUNCATED, FaultsTest::cutGzip));
  }

  @ParameterizedTest
  @MethodSource({"refusals", "answers"})
  void isCalledByItsName(Case fault) {
    try (FakeGemini gemini = new FakeGemini(fault.gemini().get());
        GeminiLanguageModel model = gemini.model().build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident.reason()).isEqualTo(fault.reason());
      assertThat(fault.words()).allSatisfy(word -> assertThat(accident).hasMessageContaining(word));
      assertThat(accident.getMessage()).isNotBlank();
      assertThat(accident.remedy()).isNotBlank();
      assertThat(printed(accident)).doesNotContain("canary");
      assertThat(gemini.requests()).isEqualTo(1);
    }
  }

  @Test
  void aModelThatHasEndedIsNamedWithAnother() {
    String said = "This model is no longer available to new users.";
    String body = Wire.error(404, "NOT_FOUND", said).toString();
    try (FakeGemini gemini = FakeGemini.refusing(404, body);
        GeminiLanguageModel model = gemini.model().model("gemini-2.5-flash").build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident)
          .hasMessageContaining("gemini-2.5-flash")
          .hasMessageContaining("2026-12-01")
          .hasMessageContaining(said);
      assertThat(accident.remedy()).contains("gemini-flash-latest");
    }
  }

  @Test
  void theWaitThatIsAskedForIsPassedOn() {
    assertThat(waitAfter(429, "{}", "7")).isEqualTo(Duration.ofSeconds(7));
    String text = Wire.error(429, "RESOURCE_EXHAUSTED", "Please retry in 590.3ms.").toString();
    assertThat(waitAfter(429, text, "7")).isEqualTo(Duration.ofMillis(591));
    String info =
        Wire.error(429, "RESOURCE_EXHAUSTED", "Please retry in 9s.", Wire.retryIn("34.4s"))
            .toString();
    assertThat(waitAfter(429, info, "7")).isEqualTo(Duration.ofMillis(34_400));
    assertThat(waitAfter(503, "{}", "Sun, 22 Nov 2026 10:00:30 GMT"))
        .isEqualTo(Duration.ofSeconds(30));
  }

  private static Duration waitAfter(int status, String body, String retryAfter) {
    MockResponse response =
        FakeGemini.json(status)
            .setHeader("Retry-After", retryAfter)
            .setHeader("Date", "Sun, 22 Nov 2026 10:00:00 GMT")
            .body(body)
            .build();
    try (FakeGemini gemini = new FakeGemini(response);
        GeminiLanguageModel model = gemini.model().build()) {
      return accident(model).retryAfter().orElseThrow();
    }
  }

  @Test
  void whatAFailedCallTookIsTold() {
    String limit = Wire.sse(SAID, Wire.finish("MAX_TOKENS"));
    try (FakeGemini gemini = FakeGemini.streaming(limit);
        GeminiLanguageModel model = gemini.model().build()) {
      assertThat(accident(model).usage()).hasValue(new TokenUsage(12, 4, 34, 5));
    }
    try (FakeGemini gemini = FakeGemini.streaming("");
        GeminiLanguageModel model = gemini.model().build()) {
      assertThat(accident(model).usage()).isEmpty();
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    try (FakeGemini thief = FakeGemini.streaming(Wire.answer("stolen", 3))) {
      for (int status : new int[] {301, 302, 303, 307, 308}) {
        MockResponse away =
            new MockResponse.Builder()
                .code(status)
                .setHeader("Location", thief.address() + "/v1beta/models/x")
                .build();
        try (FakeGemini gemini = new FakeGemini(away);
            GeminiLanguageModel model = gemini.model().build()) {
          assertThat(accident(model).reason()).isEqualTo(NETWORK);
          assertThat(gemini.requests()).isEqualTo(1);
        }
      }
      assertThat(thief.requests()).isZero();
    }
  }

  @Test
  void aConnectionThatBreaksInTheAnswerCutsItOff() throws Exception {
    try (RawServer server = RawServer.resetting(Wire.sse(SAID));
        GeminiLanguageModel model = asking(server, "http").build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident.reason()).isEqualTo(TRUNCATED);
      assertThat(accident.usage()).hasValue(new TokenUsage(12, 0, 0, 0));
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatBreaksBeforeTheAnswerIsTheNetworks() throws Exception {
    try (RawServer server = RawServer.answering(socket -> {});
        GeminiLanguageModel model = asking(server, "http").build()) {
      assertThat(accident(model).reason()).isEqualTo(NETWORK);
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotHttpIsTheNetworks() throws Exception {
    String key = FakeGemini.KEY.reveal();
    try (RawServer server =
            RawServer.answering(socket -> RawServer.write(socket, "HTTP/9 " + key + "\r\n\r\n"));
        GeminiLanguageModel model = asking(server, "http").build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident.reason()).isEqualTo(NETWORK);
      assertThat(printed(accident)).doesNotContain("canary");
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void aPortWhereNobodyListensIsTheNetworks() throws Exception {
    RawServer gone = RawServer.mute();
    gone.close();
    try (GeminiLanguageModel model = asking(gone, "http").build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident.reason()).isEqualTo(NETWORK);
      assertThat(accident).hasCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aServerWithoutEncryptionIsTheNetworks() throws Exception {
    try (RawServer server = RawServer.blurting("HTTP/1.1 400 No\r\n\r\n");
        GeminiLanguageModel model = asking(server, "https").build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident.reason()).isEqualTo(NETWORK);
      assertThat(accident).hasCauseInstanceOf(SSLException.class);
    }
  }

  @Test
  void aConnectionThatTakesTooLongIsATimeout() throws Exception {
    try (RawServer server = RawServer.mute();
        GeminiLanguageModel model =
            asking(server, "https").connectTimeout(Duration.ofMillis(200)).build()) {
      assertThat(accident(model))
          .hasMessageContaining("did not take the request")
          .matches(e -> e.reason() == TIMEOUT);
    }
  }

  @Test
  void anAnswerThatDoesNotBeginIsATimeout() throws Exception {
    try (RawServer server = RawServer.mute();
        GeminiLanguageModel model =
            asking(server, "http").firstByteTimeout(Duration.ofMillis(200)).build()) {
      assertThat(accident(model))
          .hasMessageContaining("did not begin to answer")
          .matches(e -> e.reason() == TIMEOUT);
    }
  }

  @Test
  void anAnswerThatFallsSilentIsATimeout() {
    try (FakeGemini gemini = FakeGemini.stalling(Wire.sse(SAID));
        GeminiLanguageModel model = gemini.model().idleTimeout(Duration.ofMillis(200)).build()) {
      LanguageModelException accident = accident(model);
      assertThat(accident).hasMessageContaining("fell silent").matches(e -> e.reason() == TIMEOUT);
      assertThat(accident.usage()).hasValue(new TokenUsage(12, 0, 0, 0));
      assertThat(gemini.requests()).isEqualTo(1);
    }
  }

  @Test
  void anAnswerThatNeverEndsIsATimeout() {
    MockResponse drip =
        FakeGemini.stream()
            .body(": still here\n\n".repeat(10_000))
            .throttleBody(14, 10, TimeUnit.MILLISECONDS)
            .build();
    try (FakeGemini gemini = new FakeGemini(drip);
        GeminiLanguageModel model = gemini.model().build()) {
      assertThatThrownBy(
              () ->
                  model.generate(
                      Ask.within(Duration.ofMillis(400)), delta -> {}, Cancellation.never()))
          .hasMessageContaining("was not complete")
          .matches(e -> ((LanguageModelException) e).reason() == TIMEOUT);
      assertThat(gemini.requests()).isEqualTo(1);
    }
  }

  @Test
  void whoHasNoTimeLeftAsksNothing() {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("fine", 3));
        GeminiLanguageModel model = gemini.model().build()) {
      assertThatThrownBy(
              () -> model.generate(Ask.within(Duration.ZERO), delta -> {}, Cancellation.never()))
          .matches(e -> ((LanguageModelException) e).reason() == TIMEOUT);
      assertThat(gemini.requests()).isZero();
    }
  }

  @Test
  void aSchemaThatIsNoneIsNotSent() {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("fine", 3));
        GeminiLanguageModel model = gemini.model().build()) {
      ModelRequest request =
          Ask.request(Limits.ofDefaults(), new Form(Effort.USUAL, "canary: no JSON"));
      assertThatThrownBy(() -> model.generate(request, delta -> {}, Cancellation.never()))
          .matches(e -> ((LanguageModelException) e).reason() == INVALID_REQUEST)
          .satisfies(e -> assertThat(printed(e)).doesNotContain("canary"));
      assertThat(gemini.requests()).isZero();
    }
  }

  private static Case refused(
      String name, Reason reason, int code, String status, String message, ObjectNode... details) {
    String body = Wire.error(code, status, message, details).toString();
    return new Case(
        code + ", " + name,
        () -> FakeGemini.json(code).body(body).build(),
        reason,
        List.of("\"" + message + "\""));
  }

  private static Case page(int status, Reason reason) {
    return of(status + " with a page", reason, () -> page(status));
  }

  private static MockResponse page(int status) {
    return new MockResponse.Builder()
        .code(status)
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .body(PAGE)
        .build();
  }

  private static Case streamed(String name, Reason reason, String events) {
    return of(name, reason, () -> FakeGemini.stream().body(events).build());
  }

  private static Case ends(String finish, Reason reason) {
    String events = Wire.sse(SAID, Wire.finish(finish));
    return new Case(
        "an end for " + finish,
        () -> FakeGemini.stream().body(events).build(),
        reason,
        List.of(finish));
  }

  private static Case of(String name, Reason reason, Supplier<MockResponse> gemini) {
    return new Case(name, gemini, reason, List.of());
  }

  private static MockResponse zeros(int bytes) {
    return FakeGemini.stream().body(new Buffer().write(new byte[bytes])).build();
  }

  private static MockResponse cutGzip() {
    Buffer zipped = new Buffer();
    try (var sink = Okio.buffer(new GzipSink(zipped))) {
      sink.writeUtf8(Wire.sse(SAID)).flush();
      sink.writeUtf8(Wire.sse(Wire.finish("STOP")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Buffer cut = new Buffer();
    cut.write(zipped, zipped.size() - 60);
    return FakeGemini.stream().setHeader("Content-Encoding", "gzip").body(cut).build();
  }

  private static GeminiLanguageModel.Builder asking(RawServer server, String scheme) {
    return GeminiLanguageModel.builder(FakeGemini.KEY).baseAddress(server.address(scheme));
  }

  private static LanguageModelException accident(GeminiLanguageModel model) {
    LanguageModelException accident =
        catchThrowableOfType(LanguageModelException.class, () -> Ask.hear(model));
    assertThat(accident).as("an accident").isNotNull();
    return accident;
  }

  private static String printed(Throwable accident) {
    StringWriter trace = new StringWriter();
    accident.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
