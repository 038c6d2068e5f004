package dev.packageforge.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.ThinkingLevel;
import dev.packageforge.gemini.ModelTable.Family;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.Effort;
import java.util.List;
import java.util.Optional;

/**
 * A request in google-genai's words. Temperature and its like are never set: the third generation
 * is to be left alone in this, and the second does well.
 *
 * @param contents the question
 * @param config everything else
 */
record Question(List<Content> contents, GenerateContentConfig config) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Translates.
   *
   * @throws IllegalArgumentException if the form's schema is no JSON object
   */
  static Question of(ModelRequest request, Family family) {
    GenerateContentConfig.Builder config =
        GenerateContentConfig.builder()
            .maxOutputTokens(Math.min(request.limits().maxOutputTokens(), family.outputTokens()));
    if (!request.prompt().system().isBlank()) {
      config.systemInstruction(Content.fromParts(Part.fromText(request.prompt().system())));
    }
    thinking(request, family).ifPresent(config::thinkingConfig);
    if (!request.form().schema().isEmpty()) {
      JsonNode schema = schema(request.form().schema());
      if (family.schema()) {
        config.responseMimeType("application/json").responseJsonSchema(schema);
      }
    }
    return new Question(
        List.of(Content.fromParts(Part.fromText(request.prompt().text()))), config.build());
  }

  private static Optional<ThinkingConfig> thinking(ModelRequest request, Family family) {
    Effort effort = request.form().effort();
    ThinkingConfig.Builder thinking = ThinkingConfig.builder().includeThoughts(true);
    return switch (family.thinking()) {
      case NONE -> Optional.empty();
      case LEVEL ->
          Optional.of(
              switch (effort) {
                case LOW -> thinking.thinkingLevel(ThinkingLevel.Known.LOW).build();
                case USUAL -> thinking.build();
                case HIGH -> thinking.thinkingLevel(ThinkingLevel.Known.HIGH).build();
              });
      case BUDGET ->
          switch (effort) {
            case LOW ->
                family.lowBudget() == 0
                    // Whoever does not think must not be asked for thoughts either.
                    ? Optional.of(ThinkingConfig.builder().thinkingBudget(0).build())
                    : Optional.of(thinking.thinkingBudget(family.lowBudget()).build());
            case USUAL ->
                family.thinksByItself() ? Optional.of(thinking.build()) : Optional.empty();
            case HIGH -> Optional.of(thinking.thinkingBudget(highBudget(request, family)).build());
          };
    };
  }

  /** Half of what may be written stays for the answer. */
  private static int highBudget(ModelRequest request, Family family) {
    int half = Math.min(request.limits().maxOutputTokens(), family.outputTokens()) / 2;
    return Math.max(family.lowBudget(), Math.min(family.highBudget(), half));
  }

  private static JsonNode schema(String schema) {
    try {
      JsonNode json = JSON.readTree(schema);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // The exception repeats the schema; that it is none is all there is to say.
    }
    throw new IllegalArgumentException("the form's schema is not a JSON object");
  }

  /** Says nothing of the words. */
  @Override
  public String toString() {
    return "Question[" + contents.size() + " contents]";
  }
}
