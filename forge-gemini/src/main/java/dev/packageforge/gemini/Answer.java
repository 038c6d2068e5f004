package dev.packageforge.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one answer, tells the listener, and judges the end. For one thread. */
final class Answer {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_STRAYS = 64 * 1024;

  private static final Set<String> REFUSALS =
      Set.of(
          "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION");

  private final ModelListener listener;
  private final Faults faults;
  private final int limit;
  private final String model;
  private final TokenUsage guess;

  private final StringBuilder data = new StringBuilder();
  private final StringBuilder strays = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private boolean hasData;
  private boolean begun;
  private @Nullable TokenUsage usage;
  private String finish = "";
  private String explanation = "";
  private String version = "";

  Answer(ModelListener listener, Faults faults, String model, int limit, ModelRequest request) {
    this.listener = listener;
    this.faults = faults;
    this.model = model;
    this.limit = limit;
    this.guess = new TokenUsage(request.estimatedInputTokens(), 0, 0, 0);
  }

  /** Takes a line. */
  void line(String line) {
    if (line.isEmpty()) {
      flush();
    } else if (line.startsWith("data:")) {
      if (hasData) {
        data.append('\n');
      }
      hasData = true;
      data.append(line, line.startsWith("data: ") ? 6 : 5, line.length());
    } else if (!isOfTheFormat(line) && strays.length() + line.length() < MAX_STRAYS) {
      strays.append(line).append('\n');
    }
  }

  private static boolean isOfTheFormat(String line) {
    return line.startsWith(":")
        || line.startsWith("event:")
        || line.startsWith("id:")
        || line.startsWith("retry:");
  }

  /** Whether the model has said that it is done. */
  boolean finished() {
    return !finish.isEmpty();
  }

  /** Whether any words of the answer came. */
  boolean heardText() {
    return text.length() > 0;
  }

  /** The answer, now that nothing more will come. */
  ModelReply end() {
    if (hasData && !finished() && !isJson(data)) {
      throw priced(begun ? faults.unfinished() : faults.malformed("half an event"));
    }
    flush();
    if (!finished()) {
      Optional<Complaint> complaint = Complaint.read(strays.toString());
      if (complaint.isPresent()) {
        throw priced(faults.complained(complaint.get()));
      }
      if (begun) {
        throw priced(faults.unfinished());
      }
      throw priced(
          strays.isEmpty() ? faults.empty() : faults.malformed("something that is no stream"));
    }
    if (finish.equals("MAX_TOKENS")) {
      throw priced(faults.cutOff(limit, heardText()));
    }
    if (REFUSALS.contains(finish)) {
      throw priced(faults.blocked(finish, explanation));
    }
    if (!finish.equals("STOP")) {
      throw priced(faults.oddEnd(finish, explanation));
    }
    if (text.toString().isBlank()) {
      throw priced(faults.empty());
    }
    return new ModelReply(text.toString(), total(), version.isEmpty() ? model : version);
  }

  /** The accident, with what the call took if the service has said so. */
  LanguageModelException priced(LanguageModelException accident) {
    return usage == null ? accident : accident.after(usage);
  }

  /** What the service says it took; if it says nothing, what it must be taken for. */
  private TokenUsage total() {
    return usage != null
        ? usage
        : new TokenUsage(guess.input(), 0, Math.max(1, text.length() / 2), 0);
  }

  private void flush() {
    if (!hasData) {
      return;
    }
    String event = data.toString();
    data.setLength(0);
    hasData = false;
    if (event.isBlank() || event.strip().equals("[DONE]")) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(event);
    } catch (JsonProcessingException e) {
      if (finished()) {
        // What comes after the end cannot spoil it.
        return;
      }
      throw priced(faults.malformed("an event that is no JSON"));
    }
    if (json.isArray()) {
      json.forEach(this::event);
    } else {
      event(json);
    }
  }

  private void event(JsonNode event) {
    Optional<Complaint> complaint = Complaint.read(event);
    if (complaint.isPresent()) {
      if (finished()) {
        return;
      }
      throw priced(faults.complained(complaint.get()));
    }
    usage(event.path("usageMetadata"));
    if (event.path("modelVersion").isTextual()) {
      version = faults.shown(event.path("modelVersion").textValue());
    }
    String block = event.path("promptFeedback").path("blockReason").asText();
    if (!block.isEmpty() && !block.equals("BLOCK_REASON_UNSPECIFIED")) {
      String why = event.path("promptFeedback").path("blockReasonMessage").asText();
      throw priced(faults.blocked(block, why));
    }
    JsonNode candidate = event.path("candidates").path(0);
    if (!candidate.isObject()) {
      return;
    }
    begun = true;
    for (JsonNode part : candidate.path("content").path("parts")) {
      String delta = part.path("text").asText();
      if (!delta.isEmpty()) {
        if (part.path("thought").asBoolean()) {
          listener.thought(delta);
        } else {
          text.append(delta);
          listener.text(delta);
        }
      }
    }
    String reason = candidate.path("finishReason").asText();
    if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
      finish = reason;
      explanation = candidate.path("finishMessage").asText();
    }
  }

  private void usage(JsonNode said) {
    if (!said.isObject()) {
      return;
    }
    TokenUsage before = usage == null ? TokenUsage.NONE : usage;
    long input = tokens(said, "promptTokenCount") + tokens(said, "toolUsePromptTokenCount");
    TokenUsage now =
        new TokenUsage(
            Math.max(before.input(), input),
            Math.max(before.cached(), Math.min(tokens(said, "cachedContentTokenCount"), input)),
            Math.max(before.output(), tokens(said, "candidatesTokenCount")),
            Math.max(before.thinking(), tokens(said, "thoughtsTokenCount")));
    if (!now.equals(usage)) {
      usage = now;
      listener.usage(now);
    }
  }

  private static long tokens(JsonNode said, String field) {
    return Math.max(0, said.path(field).asInt());
  }

  private static boolean isJson(CharSequence event) {
    try {
      JSON.readTree(event.toString());
      return true;
    } catch (JsonProcessingException e) {
      return event.toString().strip().equals("[DONE]");
    }
  }
}
