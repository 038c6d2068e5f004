package dev.packageforge.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.Cancellation;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.Effort;
import dev.packageforge.llm.ModelRequest.Form;
import dev.packageforge.llm.ModelRequest.Limits;
import java.time.Duration;
import mockwebserver3.RecordedRequest;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent. */
@Timeout(30)
class QuestionsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void theRequestIsTheDocumentedOne() throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("Fine.", 9));
        GeminiLanguageModel model = gemini.model().model("models/gemini-3.8-flash").build()) {
      model.generate(Ask.request(), ModelListener.SILENT, Cancellation.never());
      RecordedRequest request = gemini.request();
      assertThat(request.getRequestLine())
          .startsWith(
              "POST /v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse HTTP/1.1");
      assertThat(request.getHeaders().values("x-goog-api-key"))
          .containsExactly(FakeGemini.KEY.reveal());
      assertThat(request.getHeaders().get("user-agent")).startsWith("google-genai-sdk/");
      JsonNode body = body(request);
      assertThat(body.at("/contents/0/role").asText()).isEqualTo("user");
      assertThat(body.at("/contents/0/parts/0/text").asText()).isEqualTo(Ask.TEXT);
      assertThat(body.at("/systemInstruction/parts/0/text").asText()).isEqualTo(Ask.SYSTEM);
      assertThat(body.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(32_768);
      assertThat(body.toString()).doesNotContain(Ask.SUBJECT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-flash-latest, LOW, '{\"includeThoughts\":true,\"thinkingLevel\":\"LOW\"}'",
    "gemini-flash-latest, USUAL, '{\"includeThoughts\":true}'",
    "gemini-flash-latest, HIGH, '{\"includeThoughts\":true,\"thinkingLevel\":\"HIGH\"}'",
    "gemini-3.1-pro-preview, LOW, '{\"includeThoughts\":true,\"thinkingLevel\":\"LOW\"}'",
    "gemini-2.5-pro, LOW, '{\"includeThoughts\":true,\"thinkingBudget\":128}'",
    "gemini-2.5-pro, USUAL, '{\"includeThoughts\":true}'",
    "gemini-2.5-pro, HIGH, '{\"includeThoughts\":true,\"thinkingBudget\":16384}'",
    "gemini-2.5-flash, LOW, '{\"thinkingBudget\":0}'",
    "gemini-2.5-flash-lite, USUAL, ''",
    "gemini-2.0-flash, HIGH, ''",
    "unheard-of, LOW, ''",
    "unheard-of, HIGH, ''"
  })
  void effortIsSaidAsTheModelKnowsIt(String model, Effort effort, String expected)
      throws Exception {
    JsonNode config = sent(model, Ask.with(effort)).path("generationConfig");
    assertThat(config.path("thinkingConfig").toString()).isEqualTo(expected);
  }

  @Test
  void nothingIsSaidOfTemperature() throws Exception {
    for (String model : new String[] {"gemini-flash-latest", "gemini-2.5-pro", "unheard-of"}) {
      JsonNode config = sent(model, Ask.with(Effort.HIGH)).path("generationConfig");
      assertThat(config.has("temperature")).isFalse();
      assertThat(config.has("topP")).isFalse();
      assertThat(config.has("topK")).isFalse();
    }
  }

  @Test
  void aSchemaIsSentToModelsThatKnowSchemas() throws Exception {
    ModelRequest request = Ask.request(Limits.ofDefaults(), new Form(Effort.LOW, Ask.SCHEMA));
    JsonNode config = sent("gemini-flash-latest", request).path("generationConfig");
    assertThat(config.path("responseMimeType").asText()).isEqualTo("application/json");
    assertThat(config.path("responseJsonSchema")).isEqualTo(JSON.readTree(Ask.SCHEMA));
    assertThat(config.has("responseSchema")).isFalse();
    JsonNode plain = sent("unheard-of", request).path("generationConfig");
    assertThat(plain.has("responseMimeType")).isFalse();
    assertThat(plain.has("responseJsonSchema")).isFalse();
  }

  @Test
  void noMoreIsAskedForThanTheModelWrites() throws Exception {
    ModelRequest request = Ask.request(new Limits(1_000_000, Duration.ofSeconds(20)), Form.TEXT);
    assertThat(limit("gemini-flash-latest", request)).isEqualTo(65_536);
    assertThat(limit("gemini-2.0-flash", request)).isEqualTo(8_192);
    assertThat(limit("unheard-of", request)).isEqualTo(32_768);
  }

  private static int limit(String model, ModelRequest request) throws Exception {
    return sent(model, request).at("/generationConfig/maxOutputTokens").asInt();
  }

  private static JsonNode sent(String name, ModelRequest request) throws Exception {
    try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("Fine.", 9));
        GeminiLanguageModel model = gemini.model().model(name).build()) {
      model.generate(request, ModelListener.SILENT, Cancellation.never());
      return body(gemini.request());
    }
  }

  private static JsonNode body(RecordedRequest request) throws Exception {
    ByteString body = request.getBody();
    if (body == null) {
      throw new AssertionError("the request has no body");
    }
    return JSON.readTree(body.utf8());
  }
}
