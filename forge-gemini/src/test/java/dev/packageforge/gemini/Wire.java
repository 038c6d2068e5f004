package dev.packageforge.gemini;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Gemini puts on the wire: events of an answer, and error objects. */
final class Wire {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String RPC = "type.googleapis.com/google.rpc.";
  static final String VERSION = "gemini-3.8-flash";

  private Wire() {}

  /** An event with a piece of the answer. */
  static ObjectNode text(String text) {
    ObjectNode event = candidate(event());
    part(event).put("text", text);
    return usage(event, 12, 0, 0, 0);
  }

  /** An event with a piece of thought. */
  static ObjectNode thought(String text) {
    ObjectNode event = candidate(event());
    part(event).put("text", text).put("thought", true);
    return usage(event, 12, 0, 0, 5);
  }

  /** The last event: no words, a reason, and what everything took. */
  static ObjectNode finish(String reason) {
    ObjectNode event = candidate(event());
    part(event).put("text", "").put("thoughtSignature", "c2lnbmF0dXJl");
    ((ObjectNode) event.path("candidates").path(0)).put("finishReason", reason);
    return usage(event, 12, 4, 34, 5);
  }

  /** The last event of an answer that has no content. */
  static ObjectNode finishOnly(String reason, String message) {
    ObjectNode event = event();
    ObjectNode candidate = event.putArray("candidates").addObject();
    candidate.put("finishReason", reason).put("index", 0);
    if (!message.isEmpty()) {
      candidate.put("finishMessage", message);
    }
    return usage(event, 12, 0, 0, 5);
  }

  /** What comes instead of an answer to a prompt that is refused. */
  static ObjectNode blocked(String reason) {
    ObjectNode event = event();
    event.putObject("promptFeedback").put("blockReason", reason);
    return usage(event, 12, 0, 0, 0);
  }

  /** An event without anything to say. */
  static ObjectNode event() {
    ObjectNode event = JSON.createObjectNode();
    event.put("modelVersion", VERSION).put("responseId", "r1");
    return event;
  }

  static ObjectNode usage(ObjectNode event, int input, int cached, int output, int thinking) {
    ObjectNode usage = event.putObject("usageMetadata").put("promptTokenCount", input);
    if (cached > 0) {
      usage.put("cachedContentTokenCount", cached);
    }
    if (output > 0) {
      usage.put("candidatesTokenCount", output);
    }
    if (thinking > 0) {
      usage.put("thoughtsTokenCount", thinking);
    }
    usage.put("totalTokenCount", input + output + thinking);
    usage.putArray("promptTokensDetails").addObject().put("modality", "TEXT");
    return event;
  }

  private static ObjectNode candidate(ObjectNode event) {
    ObjectNode candidate = event.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model").putArray("parts");
    candidate.put("index", 0);
    return event;
  }

  private static ObjectNode part(ObjectNode event) {
    return ((ArrayNode) event.path("candidates").path(0).path("content").path("parts")).addObject();
  }

  /** Events as server-sent events, as Google frames them. */
  static String sse(ObjectNode... events) {
    return Stream.of(events).map(Wire::frame).collect(Collectors.joining());
  }

  static String frame(Object json) {
    return "data: " + json + "\r\n\r\n";
  }

  /** A whole answer: a thought, the text in pieces of that length, and the end. */
  static String answer(String text, int piece) {
    List<ObjectNode> events = new ArrayList<>();
    events.add(thought("**Thinking**\n\n"));
    for (int i = 0; i < text.length(); ) {
      int end = Math.min(text.length(), i + piece);
      if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
        end++;
      }
      events.add(text(text.substring(i, end)));
      i = end;
    }
    events.add(finish("STOP"));
    return sse(events.toArray(ObjectNode[]::new));
  }

  /** An error object, with details added by the methods below. */
  static ObjectNode error(int code, String status, String message, ObjectNode... details) {
    ObjectNode error = JSON.createObjectNode();
    ObjectNode body = error.putObject("error");
    body.put("code", code).put("message", message).put("status", status);
    if (details.length > 0) {
      body.putArray("details").addAll(List.of(details));
    }
    return error;
  }

  static ObjectNode reason(String reason) {
    return detail("ErrorInfo").put("reason", reason).put("domain", "googleapis.com");
  }

  static ObjectNode retryIn(String delay) {
    return detail("RetryInfo").put("retryDelay", delay);
  }

  static ObjectNode quota(String id) {
    ObjectNode failure = detail("QuotaFailure");
    failure
        .putArray("violations")
        .addObject()
        .put("quotaMetric", "generativelanguage.googleapis.com/generate_requests")
        .put("quotaId", id);
    return failure;
  }

  private static ObjectNode detail(String type) {
    return JSON.createObjectNode().put("@type", RPC + type);
  }
}
